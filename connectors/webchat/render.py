"""Facts of the log and answers as the client reads them, protocol ``threadline.v1``. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import Body, Catalogue, CommandCard, ConversationId, Fact, Recorded
from connectors.webchat.paths import SHOWN, file_path
from connectors.webchat.wire import storable

_MOST_SUGGESTIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in one log; ``epoch`` names the log without giving its id away."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as the client gets it, and the cursor once it has it."""

    body: Body
    cursor: str


def epoch_of(conversation: ConversationId) -> str:
    """Name a log."""
    return hashlib.sha256(conversation.encode()).hexdigest()[:12]


def cursor_of(conversation: ConversationId, seq: int) -> str:
    """Write a cursor."""
    return f"{epoch_of(conversation)}.{seq}"


def parse_cursor(text: str | None) -> Cursor | None:
    """Read a cursor; None for what is none of ours."""
    epoch, dot, seq = (text or "").partition(".")
    if not (epoch and dot and seq.isascii() and seq.isdigit() and len(seq) <= 16):
        return None
    return Cursor(epoch=epoch, seq=int(seq))


def milliseconds(at: datetime) -> int:
    """Write a moment as the protocol does: milliseconds since 1970, UTC."""
    return round(at.timestamp() * 1000)


def encode(frame: Mapping[str, Any]) -> str:
    """Write a frame."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def render_message(fact: Fact, *, connector: str, title: str, visitor: str = "") -> Event:
    """Render a fact of kind ``message``, or of kind ``kept``: a customer's files, as one of theirs.

    Args:
        fact: the fact.
        connector: ours; a message of another is marked ``via``.
        title: signs what the bot says.
        visitor: whom the files are for.
    """
    body = fact.body
    if fact.kind == "kept":
        body = {**body, "role": "user", "id": f"{body['message']}.files"}
    is_bot = body.get("role") != "user"
    event: dict[str, Any] = {
        "seq": fact.seq,
        "kind": "message",
        "at": milliseconds(fact.at),
        "id": str(body.get("id", "")),
        "role": "bot" if is_bot else "user",
        "name": title if is_bot else storable(str(body.get("name") or "")),
        "blocks": _blocks(body, visitor),
    }
    if body.get("client_id"):
        event["cid"] = body["client_id"]
    if body.get("connector") not in {None, connector}:
        event["via"] = body["connector"]
    return Event(body=event, cursor=cursor_of(fact.conversation, fact.seq))


def render_move(fact: Fact, to: ConversationId, seq: int) -> Event:
    """Tell the client that its conversation goes on in another log, after ``seq``.

    ``parted`` tells an unlink from a link; the client moves alike.
    """
    cursor = cursor_of(to, seq)
    body = {
        "seq": fact.seq,
        "kind": "conversation.linked",
        "at": milliseconds(fact.at),
        "to": to,
        "cursor": cursor,
        "parted": fact.kind == "parted",
    }
    return Event(body=body, cursor=cursor)


def render_event(event: Event, *, replay: bool = False) -> dict[str, Any]:
    """Render the frame around an event."""
    frame: dict[str, Any] = {"t": "event", "ev": event.body, "cursor": event.cursor}
    return {**frame, "replay": True} if replay else frame


def render_sent(cid: str, recorded: Recorded) -> dict[str, Any]:
    """Acknowledge a message that is kept."""
    frame: dict[str, Any] = {
        "t": "sent",
        "cid": cid,
        "id": recorded.message_id,
        "seq": recorded.seq,
        "at": milliseconds(recorded.at),
    }
    return {**frame, "dup": True} if recorded.duplicate else frame


def render_nack(
    cid: str, code: str, *, after: int | None = None, locale: str | None = None
) -> dict[str, Any]:
    """Refuse a message; ``after``: seconds to wait before it may be sent again."""
    told, retry = _REFUSALS[code]
    text = WORDS.text(locale or "en", told)
    frame: dict[str, Any] = {"t": "nack", "cid": cid, "code": code, "text": text, "retry": retry}
    return frame if after is None else {**frame, "after": after}


WORDS = Catalogue.beside(__file__)
_REFUSALS: Mapping[str, tuple[str, bool]] = {
    "too_long": ("This message is too long. Send it in parts.", False),
    "rate": ("That was quick. It is sent again in a moment.", True),
    "bad_form": ("This form cannot be read. Answer in words.", False),
    "no_such_upload": ("Files are not taken here.", False),
    "rejected": ("This message is empty or damaged.", False),
    "internal": ("This cannot be kept right now. It is sent again in a moment.", True),
}


def render_suggestions(n: int, query: str, commands: Sequence[CommandCard]) -> dict[str, Any]:
    """Complete a slash command: by its beginning, or its usage while arguments are typed."""
    head, space, _ = query.lstrip().partition(" ")
    name = head[1:].casefold()
    found = [
        {"name": card.name, "usage": card.usage, "summary": card.summary}
        for card in commands
        if head.startswith("/")
        and (card.name == name if space else card.name.casefold().startswith(name))
    ]
    return {"t": "suggest", "n": n, "items": found[:_MOST_SUGGESTIONS]}


def _blocks(body: Body, visitor: str) -> list[dict[str, Any]]:
    text = storable(str(body.get("text") or "")) or (
        "\N{PAPERCLIP}" if body.get("attached") else ""
    )
    sent = body.get("submitted")
    if sent is not None:
        values = {storable(name): storable(words) for name, words in sent.items()}
        return [{"type": "submitted", "id": body["prompt"], "values": values, "fallback": text}]
    # our texts are plain: a star in them is a star, whatever a client makes of markdown
    blocks: list[dict[str, Any]] = (
        [{"type": "text", "text": text, "format": "plain"}] if text else []
    )
    blocks += [_file(file, visitor) for file in body.get("files") or ()]
    links = [
        {"label": storable(label), "url": url}
        for label, url in body.get("links") or ()
        if url.startswith(("http://", "https://"))
    ]
    if links:
        fallback = "\n".join(f"{link['label']}: {link['url']}" for link in links)
        blocks.append({"type": "links", "links": links, "fallback": fallback})
    options = [
        {"id": token, "value": token, "label": storable(label)}
        for token, label in body.get("options") or ()
    ]
    if options:
        blocks.append({"type": "choices", "options": options})
    if body.get("form") and body.get("prompt"):
        # no fallback: the question above it asks the same
        blocks.append(_form(body["form"], body["prompt"]))
    return blocks


def _file(file: Body, visitor: str) -> dict[str, Any]:
    """Render a file; what is no picture for every browser is saved."""
    name = storable(file["name"])
    return {
        "type": "image" if file["mime"] in SHOWN else "file",
        "url": file_path(visitor, file["blob"]),
        "name": name,
        "alt": name,
        "mime": file["mime"],
        "size": file["size"],
        "fallback": name,
    }


_INPUTS: Mapping[str, str] = {
    "long": "textarea", "number": "number", "date": "date", "time": "time", "choice": "select",
    "yesno": "select",
}  # fmt: skip
_YES_OR_NO = (("yes", "Yes"), ("no", "No"))


def _form(form: Body, prompt: str) -> dict[str, Any]:
    """Render a `bot.Form` as a block; a choice without choices is typed."""
    return {
        "type": "form",
        "id": prompt,
        "title": storable(form["title"]),
        "label": storable(form["label"]),
        "submit": storable(form["submit"]),
        "fields": [_field(field) for field in form["fields"]],
    }


def _field(field: Body) -> dict[str, Any]:
    rows = field["options"] or (_YES_OR_NO if field["kind"] == "yesno" else ())
    kind = _INPUTS.get(field["kind"], "text")
    rendered: dict[str, Any] = {
        "name": storable(field["name"]),
        "label": storable(field["label"]),
        "type": "text" if kind == "select" and not rows else kind,
        "required": field["required"],
        "value": storable(field["value"]),
    }
    if rows:
        options = [{"value": storable(v), "label": storable(label)} for v, label in rows]
        rendered["options"] = options
    return rendered
