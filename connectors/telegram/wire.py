"""Updates of the Bot API as they arrive: checked, then read. No I/O.

Only the fields that we read reach `Update.de_json`. It refuses a whole update when any part of it
lacks a field that the newest Bot API requires, and a customer's words must not be lost because a
quoted photo or a poll has changed its shape.
"""

import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
from connectors.telegram.contents import attachments_of, words_of
from connectors.telegram.kinds import CONTENTS, KINDS

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name
MAX_ID = 2**63 - 1
MAX_NAME = 256
"""Telegram gives at most 64 + 64 characters (Bot API, User)."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_BUTTON = ("text", "callback_data")
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
"""What `Update.de_json` raises on values of a wrong type or size."""


class MalformedError(ValueError):
    """An update is not what the Bot API describes."""


@dataclass(frozen=True, slots=True)
class _Update:
    id: int
    kind: str
    item: Mapping[str, Any]


def check_secret(headers: Mapping[str, str], secret: str) -> None:
    """Raise RequestRejectedError unless the request carries the webhook's secret."""
    given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogatepass")  # any bytes may come
    if not hmac.compare_digest(given, secret.encode()):
        raise RequestRejectedError("the webhook's secret token is missing or wrong")


def parse_update(account: AccountId, body: bytes) -> Received:
    """Read one update; kinds that carry no message of a customer give nothing."""
    try:
        update = _read(body)
        message = _message(account, update)
    except MalformedError as error:
        return Received(unreadable=(_letter(account, body, str(error)),))
    if message is None:
        return Received()
    response = _answer_callback(update) if message.tap is not None else WebhookResponse()
    return Received(messages=(message,), response=response)


def _answer_callback(update: _Update) -> WebhookResponse:
    """Stop the button's spinner: a 2xx answer to a webhook may carry one call of the API."""
    call = {"method": "answerCallbackQuery", "callback_query_id": str(update.item["id"])}
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
    update_id = _integer(data, "update_id")
    if update_id < 0:
        raise MalformedError("update_id is negative")
    kind = next((kind for kind in KINDS if kind in data), None)
    if kind is None:
        raise MalformedError("the update is of no kind that we know")
    return _Update(update_id, kind, _mapping(data, kind))


def _message(account: AccountId, update: _Update) -> InboundMessage | None:
    match update.kind:
        case "message":
            return _words(account, update)
        case "callback_query":
            return _tap(account, update)
        case _:
            return None


def _words(account: AccountId, update: _Update) -> InboundMessage | None:
    if update.item.keys().isdisjoint(CONTENTS) or "sender_chat" in update.item:
        return (
            None  # a service message, or a channel or an anonymous admin speaks: nobody to answer
        )
    kept = _kept_message(update.item)
    message = _typed(update, {"message": kept}).message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    typed = message.text or message.caption or ""
    place, room = _where(kept)
    if room is not None and not typed and not _answers_us(account, update.item):
        return None  # in a room a picture without words is for the others, unless it answers us
    return InboundMessage(
        event_id=EventId(str(update.id)),
        sender=Address(account=account, user=str(message.from_user.id), place=place),
        text=typed or _clean(words_of(update.item)),
        attachments=attachments_of(update.item),
        room=room,
        profile=_profile(message.from_user),
        sent_at=message.date,
        hints={"message_id": str(message.message_id)},
    )


def _answers_us(account: AccountId, item: Mapping[str, Any]) -> bool:
    """Tell whether a message is a reply to one of the bot's own."""
    bot_id = account.partition("/")[2]
    match item.get("reply_to_message"):
        case {"from": {"id": int(author)}}:
            return str(author) == bot_id
        case _:
            return False


def _tap(account: AccountId, update: _Update) -> InboundMessage | None:
    item = update.item
    if "data" not in item:
        return None  # a game's button
    kept: dict[str, Any] = {
        "id": _text(item, "id"),
        "from": _kept_user(_mapping(item, "from")),
        "chat_instance": "",
        "data": _text(item, "data"),
    }
    hints = {"callback_query_id": kept["id"]}
    if item.get("message") is not None:  # too old, or shown by an inline query: not told
        kept["message"] = _kept_message(_mapping(item, "message"))
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
    name = user.full_name.strip()[:MAX_NAME]
    return Profile(name=name or None, locale=user.language_code or None)


def _label(query: Mapping[str, Any], token: str) -> str:
    """Find what the pressed button said; empty where the platform does not tell."""
    return next((text for text, data in _buttons(query.get("message")) if data == token), "")


def _buttons(message: object) -> Iterator[tuple[str, str]]:
    markup = message.get("reply_markup") if isinstance(message, dict) else None
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and all(isinstance(button.get(k), str) for k in _BUTTON):
                yield _clean(button["text"]), button["callback_data"]


def _kept_message(item: Mapping[str, Any]) -> dict[str, Any]:
    chat = _mapping(item, "chat")
    kept: dict[str, Any] = {
        "message_id": _integer(item, "message_id"),
        "date": _integer(item, "date"),
        "chat": {"id": _integer(chat, "id"), "type": _text(chat, "type")},
    }
    if item.get("from") is not None:
        kept["from"] = _kept_user(_mapping(item, "from"))
    for name in ("text", "caption"):
        if item.get(name) is not None:
            kept[name] = _text(item, name)
    if (
        item.get("is_topic_message") is True
    ):  # replies have thread ids, too, that nobody can send to
        kept |= {"is_topic_message": True, "message_thread_id": _integer(item, "message_thread_id")}
    return kept


def _kept_user(user: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what we read of a user; ``is_bot`` is younger than some updates that are still sent."""
    optional = {
        name: _text(user, name)
        for name in ("last_name", "username", "language_code")
        if user.get(name) is not None
    }
    first = _text(user, "first_name") if user.get("first_name") is not None else ""
    is_bot = user.get("is_bot") is True
    return {"id": _integer(user, "id"), "is_bot": is_bot, "first_name": first, **optional}


def _mapping(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = item.get(key)
    if not isinstance(value, dict):
        raise MalformedError(f"{key} is not an object")
    return value


def _integer(item: Mapping[str, Any], key: str) -> int:
    value = item.get(key)
    if type(value) is not int or not -MAX_ID <= value <= MAX_ID:
        raise MalformedError(f"{key} is not an integer")
    return value


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str):
        raise MalformedError(f"{key} is not a text")
    return _clean(value)


def _clean(text: str) -> str:
    """Replace what no database takes: half of a surrogate pair, and NUL."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
