"""Our names and the emulator's JSON against the machine-readable Bot API."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.telegram.kinds import CONTENTS, KINDS
from tests.connectors.telegram.served import Served, open_served

API = Path(__file__).parents[3] / "../shared/platforms/telegram/specs/api.json"
PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "String": (str,),
    "Boolean": (bool,),
    "True": (bool,),
    "Float": (float, int),
}


class Specification:
    """What is wrong with a value, by the Bot API's own description of its type."""

    def __init__(self, api: dict[str, Any]) -> None:
        self.types: dict[str, Any] = api["types"]
        self.methods: dict[str, Any] = api["methods"]

    def fields(self, name: str) -> dict[str, Any]:
        return {field["name"]: field for field in self.types[name].get("fields", [])}

    def problems(self, value: object, name: str, at: str = "") -> list[str]:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{at}: no list"]
            inner = name.removeprefix("Array of ")
            return [found for one in value for found in self.problems(one, inner, f"{at}[]")]
        if name in PLAIN:
            return [] if type(value) in PLAIN[name] else [f"{at}: {value!r} is no {name}"]
        if "subtypes" in self.types[name]:
            tried = [self.problems(value, sub, at) for sub in self.types[name]["subtypes"]]
            return min(tried, key=len)
        return list(self._object_problems(value, name, at))

    def _object_problems(self, value: object, name: str, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: {value!r} is no {name}"
            return
        fields = self.fields(name)
        for missing in fields.keys() - value.keys():
            if fields[missing]["required"]:
                yield f"{at}.{missing}: is missing"
        for key, inner in value.items():
            if key not in fields:
                yield f"{at}.{key}: {name} has no such field"
                continue
            tried = [self.problems(inner, kind, f"{at}.{key}") for kind in fields[key]["types"]]
            yield from min(tried, key=len)


@pytest.fixture(scope="module")
def api() -> Specification:
    if not API.is_file():
        pytest.skip("the Bot API's description is not beside the repository")
    return Specification(json.loads(API.read_text()))


@pytest.fixture
async def telegram() -> AsyncIterator[Served]:
    async with open_served() as served:
        yield served


def test_we_know_every_kind_of_update(api: Specification) -> None:
    assert set(KINDS) == api.fields("Update").keys() - {"update_id"}


def test_every_content_that_we_know_exists(api: Specification) -> None:
    assert api.fields("Message").keys() >= CONTENTS


def test_the_check_itself_finds_what_is_wrong(api: Specification) -> None:
    assert api.problems({"id": "7", "is_bot": False, "pigeon": 1}, "User") != []
    assert len(api.problems({"id": "7", "is_bot": False, "pigeon": 1}, "User")) == 3


async def test_every_update_is_one_of_the_bot_api(telegram: Served, api: Specification) -> None:
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "p.0"}]]}
    await telegram.emulator.says("7", "/book @somebody")
    await telegram.emulator.apps.says_in("-5", "7", "/book")
    sent = await telegram.call("sendMessage", chat_id=-5, text="Shall I?", reply_markup=markup)
    await telegram.emulator.taps("7", str(sent["result"]["message_id"]), "Yes")
    await telegram.emulator.apps.says_in(
        "-5", "7", "ok", reply_to=str(sent["result"]["message_id"])
    )
    await telegram.emulator.blocks("7")

    assert len(telegram.updates) == 5
    for update in telegram.updates:
        assert api.problems(update, "Update") == []


async def test_every_notice_is_one_of_the_bot_api(telegram: Served, api: Specification) -> None:
    standing, apps = telegram.emulator.standing, telegram.emulator.apps
    await standing.adds("-5", "7")
    await standing.removes("-5", "7")
    await standing.adds("-5", "7")
    await standing.migrates("-5", "7")
    topic = await standing.opens_topic("-1006", "7", "Lunch")
    await apps.says_in("-1006", "7", "/book", topic=topic)
    await apps.says("7", "/bok")
    await apps.edits("7", telegram.emulator.screen("7")[-1].id, "/book")
    for share in ("request_contact", "request_location"):
        markup = {"keyboard": [[{"text": "Share", share: True}]]}
        sent = await telegram.call("sendMessage", chat_id=7, text="?", reply_markup=markup)
        await apps.taps("7", str(sent["result"]["message_id"]), "Share")
    await telegram.emulator.blocks("7")
    await apps.says("7", "/start")

    assert len(telegram.updates) == 14
    for update in telegram.updates:
        assert api.problems(update, "Update") == []


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/png", "photo"),
        ("audio/ogg", "voice"),
        ("audio/mpeg", "audio"),
        ("video/mp4", "video"),
        ("application/pdf", "document"),
    ],
)
async def test_every_file_is_one_of_the_bot_api(
    telegram: Served, api: Specification, mime: str, kind: str
) -> None:
    await telegram.emulator.sends("7", b"x" * 99, name="a.dat", mime=mime, text="/book it")

    (update,) = telegram.updates
    assert api.problems(update, "Update") == []
    told = update["message"][kind]
    file = told[-1] if kind == "photo" else told
    found = await telegram.call("getFile", file_id=file["file_id"])
    assert api.problems(found["result"], "File") == []
    assert "text" not in update["message"]
    assert update["message"]["caption_entities"][0]["type"] == "bot_command"


async def test_every_result_is_one_of_the_bot_api(telegram: Served, api: Specification) -> None:
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "p.0"}]]}
    sent = await telegram.call("sendMessage", chat_id=7, text="Shall I?", reply_markup=markup)
    message = sent["result"]["message_id"]
    edited = await telegram.call("editMessageText", chat_id=7, message_id=message, text="Done.")
    telegram.statuses = [500]
    await telegram.emulator.says("7", "hello")

    for method, result in {
        "sendMessage": sent,
        "editMessageText": edited,
        "getMe": await telegram.call("getMe"),
        "getChat": await telegram.call("getChat", chat_id=7),
        "getWebhookInfo": await telegram.call("getWebhookInfo"),
    }.items():
        kind = api.methods[method]["returns"][0]
        assert api.problems(result["result"], kind) == [], method
