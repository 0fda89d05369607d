"""What a platform can deliver and no person can type: photos, and taps on anybody's button."""

import itertools
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot import WebhookRequest
from bot.ports.emulators import Seen
from bot.testing import Harness
from bot.testing.wires import WireWorld
from connectors.whatsapp.emulator import WhatsAppEmulator
from tests.connectors.slack.app import FORM, form
from tests.connectors.slack.app import signed_request as signed_by_slack
from tests.connectors.telegram.updates import callback, message, posted

USERS: Mapping[str, str] = {"slack": "U1", "telegram": "7", "whatsapp": "393331112222", "web": "w1"}
OTHERS: Mapping[str, str] = {
    "slack": "U2",
    "telegram": "8",
    "whatsapp": "393334445555",
    "web": "w2",
}
_TOKEN = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{11}\.\d+\b")  # it may begin with a hyphen
_numbers = itertools.count(900_000)

Deliver = Callable[[Harness, str, str], Awaitable[None]]


def world_of(bot: Harness) -> WireWorld:
    assert isinstance(bot.world, WireWorld)
    return bot.world


def token_of(bot: Harness, channel: str, seen: Seen, label: str) -> str:
    """Find what the platform was told to send back for a button."""
    if channel == "web":
        visitors = world_of(bot)._visitors.values()
        return next(one.choices[seen.id] for one in visitors if seen.id in one.choices)[label]
    tokens: list[str] = list(dict.fromkeys(_TOKEN.findall(json.dumps(seen.raw))))
    return tokens[seen.buttons.index(label)]


async def press(bot: Harness, channel: str, user: str, token: str) -> None:
    """Deliver a genuine tap of a user with any token, and let it be answered."""
    await _PRESSED[channel](bot, user, token)
    await bot.settle()


async def send_photo(bot: Harness, channel: str, user: str) -> None:
    """Deliver a photo without words, and let it be answered."""
    await _PHOTOS[channel](bot, user)
    await bot.settle()


async def _post(bot: Harness, channel: str, request: WebhookRequest) -> None:
    world = world_of(bot)
    assert world._http is not None
    url = f"{world.url}/{channel}/{request.path}"
    async with world._http.post(url, data=request.body, headers=request.headers) as answer:
        assert answer.status == 200


async def _post_slack(bot: Harness, content: bytes, kind: str) -> None:
    secret = world_of(bot).emulators["slack"].connector_settings()["signing_secret"]
    await _post(bot, "slack", signed_by_slack(content, kind, secret))


async def _post_telegram(bot: Harness, **kinds: Any) -> None:
    secret = world_of(bot).emulators["telegram"].connector_settings()["webhook_secret"]
    content = json.dumps({"update_id": next(_numbers), **kinds}).encode()
    headers = {"x-telegram-bot-api-secret-token": secret}
    await _post(bot, "telegram", posted(content, headers=headers))


async def _share_on_whatsapp(bot: Harness, user: str, kind: str, content: object) -> None:
    emulator = world_of(bot).emulators["whatsapp"]
    assert isinstance(emulator, WhatsAppEmulator)
    await emulator.shares(user, kind, content)


async def _press_on_slack(bot: Harness, user: str, token: str) -> None:
    stamp = f"1763700000.{next(_numbers)}"
    payload = {
        "type": "block_actions",
        "trigger_id": f"1.{stamp}",
        "team": {"id": "T0EMULATOR"},
        "user": {"id": user, "team_id": "T0EMULATOR", "username": user},
        "channel": {"id": f"D{user[1:]}"},
        "actions": [
            {
                "type": "button",
                "action_id": "a",
                "value": token,
                "text": {"type": "plain_text", "text": "Yes"},
                "action_ts": stamp,
            }
        ],
    }
    await _post_slack(bot, form(payload=json.dumps(payload)), FORM)


async def _press_on_telegram(bot: Harness, user: str, token: str) -> None:
    person = {"id": int(user), "is_bot": False, "first_name": "Bob"}
    tap = callback(**{"from": person}, data=token, id=str(next(_numbers)))
    tap["message"] = message(chat={"id": int(user), "type": "private"})
    await _post_telegram(bot, callback_query=tap)


async def _press_on_whatsapp(bot: Harness, user: str, token: str) -> None:
    reply = {"type": "button_reply", "button_reply": {"id": token, "title": "Yes"}}
    await _share_on_whatsapp(bot, user, "interactive", reply)


async def _press_on_web(bot: Harness, user: str, token: str) -> None:
    visitor = world_of(bot)._visitor("web", user)
    await visitor.send({"action": {"id": "stolen", "value": token, "label": "Yes"}})


async def _photo_on_slack(bot: Harness, user: str) -> None:
    number = next(_numbers)
    event = {
        "type": "message",
        "subtype": "file_share",
        "user": user,
        "channel": f"D{user[1:]}",
        "channel_type": "im",
        "ts": f"1763700000.{number}",
        "text": "",
        "files": [{"id": "F1", "name": "table.jpg", "mimetype": "image/jpeg", "size": 10}],
    }
    envelope = {
        "type": "event_callback",
        "event_id": f"Ev{number}",
        "team_id": "T0EMULATOR",
        "event": event,
    }
    await _post_slack(bot, json.dumps(envelope).encode(), "application/json")


async def _photo_on_telegram(bot: Harness, user: str) -> None:
    sizes = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]
    person = {"id": int(user), "is_bot": False, "first_name": "Bob"}
    shown = message(**{"from": person}, chat={"id": int(user), "type": "private"}, photo=sizes)
    del shown["text"]
    await _post_telegram(bot, message=shown)


async def _photo_on_whatsapp(bot: Harness, user: str) -> None:
    image = {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}
    await _share_on_whatsapp(bot, user, "image", image)


_PRESSED: Mapping[str, Deliver] = {
    "slack": _press_on_slack,
    "telegram": _press_on_telegram,
    "whatsapp": _press_on_whatsapp,
    "web": _press_on_web,
}
_PHOTOS: Mapping[str, Callable[[Harness, str], Awaitable[None]]] = {
    "slack": _photo_on_slack,
    "telegram": _photo_on_telegram,
    "whatsapp": _photo_on_whatsapp,
}
