"""Updates of the Bot API for tests, and the requests that bring them."""

import json
from collections.abc import Mapping
from typing import Any

from bot import WebhookRequest

ADA = {
    "id": 7,
    "is_bot": False,
    "first_name": "Ada",
    "last_name": "Lovelace",
    "language_code": "en-GB",
}
SHOP_BOT = {"id": 42, "is_bot": True, "first_name": "Shop"}
PRIVATE_CHAT = {"id": 7, "type": "private", "first_name": "Ada"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Friends"}
SECRET = "hook-secret_1"


def message(**changes: Any) -> dict[str, Any]:
    return {
        "message_id": 5,
        "date": 1_763_700_000,
        "chat": PRIVATE_CHAT,
        "from": ADA,
        "text": "hello",
    } | changes


def callback(**changes: Any) -> dict[str, Any]:
    buttons = [[{"text": "Yes", "callback_data": "p.0"}, {"text": "No", "callback_data": "p.1"}]]
    shown = message(**{"from": SHOP_BOT}, reply_markup={"inline_keyboard": buttons})
    return {
        "id": "99",
        "from": ADA,
        "message": shown,
        "chat_instance": "1",
        "data": "p.1",
    } | changes


def body(**kinds: Any) -> bytes:
    return json.dumps({"update_id": 1000} | kinds).encode()


def posted(content: bytes, headers: Mapping[str, str] | None = None) -> WebhookRequest:
    given = {"x-telegram-bot-api-secret-token": SECRET} if headers is None else headers
    return WebhookRequest(method="POST", path="webhook", headers=given, query={}, body=content)
