"""What Meta refuses of templates, menus, webhooks and bursts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.testing.contracts.workbench import Workbench
from connectors.whatsapp.emulator.approved import Approved, Templates
from connectors.whatsapp.emulator.automation import read_automation
from connectors.whatsapp.emulator.rates import PairRate
from connectors.whatsapp.emulator.refusals import RefusedError
from tests.connectors.webchat.memory import START
from tests.connectors.whatsapp.benches import emulator_of, open_bench

PAIR = ("1", "IT.abc123")
PLATFORM = Templates()
PLATFORM.approve(
    Approved(name="sure", language="en", body="Hello {{1}}, {{2}}", buttons=("Yes", "No"))
)


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_bench() as bench:
        yield bench


def using(*texts: str, name: str = "sure", **button: Any) -> dict[str, Any]:
    parameters = [{"type": "text", "text": text} for text in texts]
    buttons = [{"type": "button", "sub_type": "quick_reply", **button}] if button else []
    components = [{"type": "body", "parameters": parameters}, *buttons]
    return {"template": {"name": name, "language": {"code": "en"}, "components": components}}


PAYLOAD = [{"type": "payload", "payload": "AbCdEfGhIjK.0"}]


@pytest.mark.parametrize(
    ("request_body", "code"),
    [
        (using("Ada", "hi", name="other"), 132001),
        (using("Ada"), 132000),
        (using("Ada", "hi", "there"), 132000),
        (using("Ada", "two\nlines"), 132018),
        (using("Ada", "tab\there"), 132018),
        (using("Ada", "five     spaces"), 132018),
        (using("Ada", " "), 132018),
        (using("Ada", "x" * 1024), 132005),
        (using("Ada", "hi", index="2", parameters=PAYLOAD), 132012),
        (using("Ada", "hi", index="first", parameters=PAYLOAD), 132012),
        (using("Ada", "hi", index="0", parameters=[]), 132012),
        ({"template": {**using()["template"], "components": [{}]}}, 132012),
    ],
)
def test_a_template_that_is_used_wrongly_is_refused(
    request_body: dict[str, Any], code: int
) -> None:
    with pytest.raises(RefusedError) as refused:
        PLATFORM.find(request_body)

    assert refused.value.refusal.code == code


def test_a_button_without_a_payload_sends_its_words() -> None:
    body = using("Ada", "hi", index="0", parameters=PAYLOAD)

    template = PLATFORM.find(body)

    assert template.text(body) == "Hello Ada, hi"
    assert template.replies(body)["Yes"]["payload"] == "AbCdEfGhIjK.0"
    assert template.replies(body)["No"]["payload"] == "No"


def command(name: str = "book", words: str = "Book") -> dict[str, str]:
    return {"command_name": name, "command_description": words}


@pytest.mark.parametrize(
    "body",
    [
        {"commands": [command(f"c{n}") for n in range(31)]},
        {"commands": [command("x" * 31)]},
        {"commands": [command("two words")]},
        {"commands": [command(words="")]},
        {"commands": [command(words="x" * 257)]},
        {"commands": [command(), command()]},
        {"commands": "{"},
        {"commands": {}},
        {"commands": [1]},
        {"prompts": ["1", "2", "3", "4"]},
        {"prompts": ["x" * 81]},
        {"prompts": [""]},
        {"enable_welcome_message": "yes"},
    ],
)
def test_a_menu_that_breaks_a_limit_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        read_automation(body)

    assert refused.value.refusal.code == 100


def test_a_burst_is_allowed_and_refills_one_by_one() -> None:
    rate = PairRate(every=timedelta(seconds=6), burst=2)

    at_once = [rate.take(PAIR, START) for _ in range(3)]
    soon = rate.take(PAIR, START + timedelta(seconds=5))
    later = [rate.take(PAIR, START + timedelta(seconds=7)) for _ in range(2)]

    assert at_once == [True, True, False]
    assert rate.take(("1", "IT.other"), START)
    assert (soon, later) == (False, [True, False])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", {}, 400),
        ("", {"webhook_configuration": {"override_callback_uri": "https://x.test"}}, 400),
        ("/conversational_automation", {"prompts": []}, 200),
        ("/conversational_automation", [], 400),
    ],
)
async def test_a_number_is_configured_with_the_right_words_only(
    bench: Workbench, path: str, body: Any, status: int
) -> None:
    table = bench.emulator.connector_settings()
    headers = {"Authorization": f"Bearer {table['access_token']}"}
    url = f"{table['api_url']}/{table['phone_number_id']}{path}"

    async with ClientSession() as http, http.post(url, json=body, headers=headers) as response:
        assert response.status == status
    assert emulator_of(bench).backstage.webhook() is None
