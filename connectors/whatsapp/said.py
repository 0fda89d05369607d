"""What a customer's message says: words, a tap, a form, files; pure.

Meta, "Webhooks: messages" (May 2026). What is no text is said in the words that a customer could
have typed.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bot import Attachment, FormFilled, PromptId, Tap
from connectors.whatsapp.contents import FILES, attachments_of, order_of, words_of
from connectors.whatsapp.fields import (
    Json,
    MalformedError,
    error_code_of,
    id_in,
    object_in,
    text_of,
    word_in,
)

START = "/start"
"""What the first visit to a chat counts as (``request_welcome``)."""

YES_OR_NO = frozenset({"👍", "👌", "✅", "✔", "👎", "❌"})
"""Reactions that answer a question; a heart or a face answers none."""

AD, MESSAGE, REACTED = "ad", "message", "reacted"
"""Hints: the advertisement that a message came by, its own id, the message that it reacts to."""

_OUR_TOKEN = re.compile(r"[A-Za-z0-9_-]{11}\.[0-9]{1,8}")  # prompt id, dot, index
_OUR_PROMPT = re.compile(r"[A-Za-z0-9_-]{11}")
_SHADES = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")  # how an emoji is drawn, skin included
_MAX_FORM_BYTES = 64 * 1024
_MAX_FIELDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The content of a message; see `bot.InboundMessage`."""

    text: str = ""
    tap: Tap | None = None
    form: FormFilled | None = None
    attachments: tuple[Attachment, ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)


def said_in(item: Json) -> Said | None:
    """Read what a message says; None where it says nothing; raises MalformedError."""
    kind = word_in(item, "type")
    reading = _READINGS.get(kind)
    if reading is not None:
        return reading(object_in(item, kind))
    if kind in _WORDLESS:
        return _WORDLESS[kind]
    words = _words(kind, item)
    return Said(text=words, attachments=attachments_of(kind, item), hints=_ad(item))


def _edited(edit: Json) -> Said | None:
    """Read what an edited message says now: it is said again, whatever the first wording did."""
    message = object_in(edit, "message")
    return None if word_in(message, "type") in {"edit", "reaction"} else said_in(message)


def _words(kind: str, item: Json) -> str:
    match kind:
        case "text":
            return text_of(object_in(item, "text").get("body"))
        case "order":
            return order_of(object_in(item, "order"))
        case "location" | "contacts":
            return words_of(kind, item)
        case _ if kind in FILES:
            return text_of(object_in(item, kind).get("caption", ""))
        case _:
            code = error_code_of(item) if isinstance(item, dict) else ""
            raise MalformedError(f"unknown kind of message {code}".rstrip())


def _ad(item: Json) -> Mapping[str, str]:
    match item:
        case {"referral": {**referral}}:
            source = word_in(referral, "source_id")
            return {AD: source if source.isprintable() and 0 < len(source) <= 100 else "?"}
        case _:
            return {}


def _reaction(reaction: Json) -> Said | None:
    """Read a thumb up or down; None for all others, and where one is taken back."""
    emoji = _SHADES.sub("", word_in(reaction, "emoji"))
    if emoji not in YES_OR_NO:
        return None
    return Said(text=emoji, hints={REACTED: id_in(reaction, "message_id")})


def _quick_reply(button: Json) -> Said:
    """Read the button of a template: its payload is a token only if it looks like ours."""
    payload, text = button.get("payload"), text_of(button.get("text"))
    if isinstance(payload, str) and _OUR_TOKEN.fullmatch(payload):
        return Said(tap=Tap(token=payload, label=text))
    return Said(text=text)


def _interactive(content: Json) -> Said | None:
    match content.get("type"):
        case "button_reply" | "list_reply" as kind:
            reply = object_in(content, kind)
            return Said(tap=Tap(token=id_in(reply, "id"), label=text_of(reply.get("title", ""))))
        case "nfm_reply":
            return _flow_reply(object_in(content, "nfm_reply"))
        case "call_permission_reply":
            return None
        case _:
            raise MalformedError("unknown kind of interactive message")


def _flow_reply(reply: Json) -> Said:
    """Read a filled-in flow: ours by its token, any other as words."""
    filled = _parsed(word_in(reply, "response_json"))
    token = word_in(filled, "flow_token")
    values = dict(_values(filled))
    if _OUR_PROMPT.fullmatch(token):
        return Said(form=FormFilled(prompt=PromptId(token), values=values))
    if len(values) == 1:
        return Said(text="".join(values.values()))
    return Said(text=", ".join(f"{name}: {value}" for name, value in values.items()))


def _parsed(written: str) -> Mapping[str, Json]:
    try:
        found = json.loads(written) if len(written) <= _MAX_FORM_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise MalformedError("a flow's reply without fields")
    return found


def _values(filled: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for name, value in list(filled.items())[:_MAX_FIELDS]:
        if name != "flow_token":
            yield text_of(name), _shown(value)


def _shown(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return text_of(value)
        case int() | float():
            return str(value)
        case list() if all(isinstance(each, str | int) for each in value):
            return ", ".join(map(_shown, value))
        case _:
            return text_of(json.dumps(value, ensure_ascii=False))


_READINGS: Mapping[str, Callable[[Json], Said | None]] = {
    "button": _quick_reply,
    "edit": _edited,
    "interactive": _interactive,
    "reaction": _reaction,
}
_WORDLESS: Mapping[str, Said | None] = {"request_welcome": Said(text=START), "revoke": None}
