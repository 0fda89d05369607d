"""Updates of the Bot API as they arrive: checked, then read. No I/O.

Only the fields that we read reach `Update.de_json`. It refuses a whole update when any part of it
lacks a field that the newest Bot API requires, and a customer's words must not be lost because a
quoted photo or a poll has changed its shape.
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from telegram import Chat, Update, User

from bot import (
    AccountId,
    Address,
    EventId,
    InboundMessage,
    Profile,
    Received,
    RequestRejectedError,
    Tap,
    Unreadable,
    WebhookResponse,
)
from connectors.telegram.contents import attachments_of, phone_of, words_of
from connectors.telegram.fields import MalformedError, clean, integer, mapping, part, parts, text
from connectors.telegram.hearing import Hearing
from connectors.telegram.kinds import CONTENTS, KINDS
from connectors.telegram.news import move_of, reach_of

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name
MAX_NAME = 256
"""Telegram gives at most 64 + 64 characters (Bot API, User)."""

SHARED = "shared"
"""The hint that the customer sent what a reply keyboard asked for: it is to be taken away."""

EDITED = "edited"
"""The hint that a message is a new version of an older one; see `afterthoughts`."""

_ALONE = Hearing()
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
"""What `Update.de_json` raises on values of a wrong type or size."""


@dataclass(frozen=True, slots=True)
class _Update:
    id: int
    kind: str
    item: Mapping[str, Any]


def check_secret(headers: Mapping[str, str], secret: str) -> None:
    """Raise RequestRejectedError unless the request carries the webhook's secret.

    Without a secret there is no webhook, and whatever comes is not Telegram's.
    """
    given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogatepass")  # any bytes may come
    if not secret or not hmac.compare_digest(given, secret.encode()):
        raise RequestRejectedError("the webhook's secret token is missing or wrong")


def parse_update(account: AccountId, body: bytes, hearing: Hearing = _ALONE) -> Received:
    """Read one update; kinds that say nothing to the bot give nothing.

    A tap is always answered, understood or not: its button spins until then.
    """
    response = WebhookResponse()
    try:
        update = _read(body)
        response = _answer_callback(update)
        return replace(_received(account, update, hearing), response=response)
    except MalformedError as error:
        letter = _letter(account, body, str(error))
        return Received(unreadable=(letter,), response=response)


def tap_answered_by(response: WebhookResponse) -> str | None:
    """Give the id of the tap that a response answers, for who cannot answer by a response."""
    if not response.body:
        return None
    query_id: str = json.loads(response.body)["callback_query_id"]
    return query_id


def _received(account: AccountId, update: _Update, hearing: Hearing) -> Received:
    match update.kind:
        case "message" if moved := move_of(account, update.item):
            return Received(news=moved)
        case "message" | "edited_message":
            message = _words(account, update, hearing)
        case "callback_query":
            message = _tap(account, update)
        case "my_chat_member":
            return Received(news=reach_of(account, update.item))
        case _:
            message = None
    return Received(messages=() if message is None else (message,))


def _answer_callback(update: _Update) -> WebhookResponse:
    """Stop the button's spinner: a 2xx answer to a webhook may carry one call of the API."""
    query_id = update.item.get("id")
    if update.kind != "callback_query" or not isinstance(query_id, str):
        return WebhookResponse()
    call = {"method": "answerCallbackQuery", "callback_query_id": clean(query_id)}
    return WebhookResponse(body=json.dumps(call).encode(), content_type="application/json")


def _letter(account: AccountId, body: bytes, reason: str) -> Unreadable:
    digest = sha256(body).hexdigest()
    return Unreadable(
        account=account, event_id=EventId(f"sha256:{digest}"), reason=reason, body=body
    )


def _read(body: bytes) -> _Update:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or nested without end
        raise MalformedError("the body is not JSON") from error
    if not isinstance(data, dict):
        raise MalformedError("the body is not a JSON object")
    update_id = integer(data, "update_id")
    if update_id < 0:
        raise MalformedError("update_id is negative")
    kind = next((kind for kind in KINDS if kind in data), None)
    if kind is None:
        raise MalformedError("the update is of no kind that we know")
    return _Update(update_id, kind, mapping(data, kind))


def _words(account: AccountId, update: _Update, hearing: Hearing) -> InboundMessage | None:
    item = update.item
    if item.keys().isdisjoint(CONTENTS) or "sender_chat" in item:
        return None  # a service message; or a channel or anonymous admin speaks: nobody to answer
    kept = _kept_message(item)
    message = _typed(update, {"message": kept}).message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    typed = message.text or message.caption or ""
    place, room = _where(kept)
    is_edit = update.kind == "edited_message"
    if is_edit and (room is not None or not typed):
        return None
    if room is not None:
        if not hearing.takes(typed, item, account.partition("/")[2]):
            return None
        typed = hearing.without_name(typed)
    user = message.from_user
    return InboundMessage(
        event_id=EventId(str(update.id)),
        sender=Address(
            account=account, user=str(user.id), place=place, phone=phone_of(item, user.id)
        ),
        text=hearing.opened(typed) or clean(words_of(item)),
        attachments=attachments_of(item),
        room=room,
        profile=_profile(user),
        sent_at=message.date,
        hints=_hints(item, message.message_id, is_edit=is_edit, is_room=room is not None),
    )


def _hints(
    item: Mapping[str, Any], message_id: int, *, is_edit: bool, is_room: bool
) -> dict[str, str]:
    hints = {"message_id": str(message_id)}
    if is_edit:
        hints[EDITED] = "yes"
    if not is_room and not item.keys().isdisjoint({"contact", "location"}):
        hints[SHARED] = "yes"
    return hints


def _tap(account: AccountId, update: _Update) -> InboundMessage | None:
    item = update.item
    if "data" not in item:
        return None  # a game's button
    kept: dict[str, Any] = {
        "id": text(item, "id"),
        "from": _kept_user(mapping(item, "from")),
        "chat_instance": "",
        "data": text(item, "data"),
    }
    hints = {"callback_query_id": kept["id"]}
    if item.get("message") is not None:  # too old, or shown by an inline query: not told
        kept["message"] = _kept_message(mapping(item, "message"))
        hints["message_id"] = str(kept["message"]["message_id"])
    query = _typed(update, {"callback_query": kept}).callback_query
    if query is None:
        return None
    user = query.from_user
    place, room = _where(kept["message"]) if "message" in kept else (str(user.id), None)
    return InboundMessage(
        event_id=EventId(str(update.id)),
        sender=Address(account=account, user=str(user.id), place=place),
        tap=Tap(token=kept["data"], label=_label(item, kept["data"])),
        room=room,
        profile=_profile(user),
        hints=hints,
    )


def _typed(update: _Update, kept: Mapping[str, Any]) -> Update:
    try:
        return Update.de_json({"update_id": update.id, **kept}, None)
    except _UNREADABLE as error:
        raise MalformedError(f"{update.kind}: {type(error).__name__}") from error


def _where(kept: Mapping[str, Any]) -> tuple[str, str | None]:
    """Tell a message's place and room: a private chat is no room."""
    chat = kept["chat"]
    thread = kept.get("message_thread_id")
    place = str(chat["id"]) if thread is None else f"{chat['id']}:{thread}"
    return place, None if chat["type"] == Chat.PRIVATE else place


def _profile(user: User) -> Profile:
    name = str(user.full_name or "").strip()[:MAX_NAME]  # PTB does not check what it is given
    return Profile(name=name or None, locale=user.language_code or None)


def _label(query: Mapping[str, Any], token: str) -> str:
    """Find what the pressed button said; empty where the platform does not tell."""
    return next((label for label, data in _buttons(part(query, "message")) if data == token), "")


def _buttons(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rows = part(message, "reply_markup").get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in parts({"row": row}, "row"):
            label, data = button.get("text"), button.get("callback_data")
            if isinstance(label, str) and isinstance(data, str):
                yield clean(label), data


def _kept_message(item: Mapping[str, Any]) -> dict[str, Any]:
    chat = mapping(item, "chat")
    kept: dict[str, Any] = {
        "message_id": integer(item, "message_id"),
        "date": integer(item, "date"),
        "chat": {"id": integer(chat, "id"), "type": text(chat, "type")},
    }
    if item.get("from") is not None:
        kept["from"] = _kept_user(mapping(item, "from"))
    for name in ("text", "caption"):
        if item.get(name) is not None:
            kept[name] = text(item, name)
    if (
        item.get("is_topic_message") is True
    ):  # replies have thread ids, too, that nobody can send to
        kept |= {"is_topic_message": True, "message_thread_id": integer(item, "message_thread_id")}
    return kept


def _kept_user(user: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what we read of a user; ``is_bot`` is younger than some updates that are still sent."""
    optional = {
        name: text(user, name)
        for name in ("last_name", "username", "language_code")
        if user.get(name) is not None
    }
    first = text(user, "first_name") if user.get("first_name") is not None else ""
    is_bot = user.get("is_bot") is True
    return {"id": integer(user, "id"), "is_bot": is_bot, "first_name": first, **optional}
