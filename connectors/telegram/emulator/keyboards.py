"""Inline keyboards: what Telegram accepts below a message.

Limits: Bot API 10.1, InlineKeyboardButton (callback_data 1-64 bytes); 100 buttons a message as
observed by python-telegram-bot (telegram.constants.InlineKeyboardMarkupLimit).
"""

from typing import Any
from urllib.parse import urlsplit

from connectors.telegram.emulator.refusals import bad_request

MAX_BUTTONS = 100
MAX_DATA_BYTES = 64
OTHER_ACTIONS = frozenset(
    {
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
OTHER_MARKUPS = frozenset({"keyboard", "remove_keyboard", "force_reply"})
SHARED = {"request_contact": "phone number", "request_location": "location"}
"""Buttons of private chats only (Bot API, KeyboardButton)."""

Keyboard = list[list[dict[str, Any]]]


def read_keyboard(markup: object) -> Keyboard:
    """Check ``reply_markup`` and give the inline keyboard; other markups are taken, not shown."""
    if markup is None:
        return []
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if markup.keys() & OTHER_MARKUPS or not markup:
            return []
        raise bad_request("can't parse reply keyboard markup JSON object")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array of Arrays')
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return [[_button(button) for button in row] for row in rows if row]


def read_replies(markup: object, *, in_private: bool) -> Keyboard | None:
    """Give the keyboard in place of the phone's; empty: it is taken away, None: it stays."""
    if not isinstance(markup, dict):
        return None
    if "keyboard" not in markup:
        return [] if markup.get("remove_keyboard") is True else None
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the reply markup must be an Array of Arrays')
    if not any(rows):
        raise bad_request("reply markup is too short")
    return [[_reply(button, in_private=in_private) for button in row] for row in rows if row]


def labels(keyboard: Keyboard) -> tuple[str, ...]:
    """List the labels in the order shown."""
    return tuple(button["text"] for row in keyboard for button in row)


def _button(button: object) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request(
            'can\'t parse inline keyboard button: field "text" must be a non-empty String'
        )
    if "callback_data" in button:
        _check_data(button["callback_data"])
    elif "url" in button:
        _check_url(button["url"])
    elif not button.keys() & OTHER_ACTIONS:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    return dict(button)


def _reply(button: object, *, in_private: bool) -> dict[str, Any]:
    made = {"text": button} if isinstance(button, str) else button
    if not isinstance(made, dict) or not isinstance(made.get("text"), str) or not made["text"]:
        raise bad_request("keyboard button text must be non-empty")
    for kind, what in SHARED.items():
        if made.get(kind) is True and not in_private:
            raise bad_request(f"{what} can be requested in private chats only")
    return dict(made)


def _check_data(data: object) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: object) -> None:
    try:
        parts = urlsplit(str(url))
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme == "tg":
        return
    if parts.scheme not in {"http", "https"} or "." not in host.strip("."):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
