"""Every sample body that is beside this repository, signed and delivered twice."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import Connector, RequestRejectedError, Secret, WebhookRequest
from connectors.slack import SlackSettings, connect
from tests.connectors.slack.app import FORM, SECRET, form, signed_request

PAYLOADS = Path(__file__).parents[3] / "../shared/platforms/slack/payloads"
FIELD_SAMPLES = PAYLOADS.parent / "specs/field-samples"
SAMPLES = sorted(
    path
    for path in [
        *PAYLOADS.glob("*/*"),
        *FIELD_SAMPLES.glob("events/*"),
        *FIELD_SAMPLES.glob("app-backend/*/*"),
    ]
    if path.suffix in {".json", ".txt"} and not path.name.startswith("socket-")
)


@pytest.fixture
async def connector() -> AsyncIterator[Connector]:
    settings = SlackSettings(bot_token=Secret("xoxb-1"), signing_secret=Secret(SECRET))
    async with connect("shop", settings) as connector:
        yield connector


def request_of(path: Path) -> WebhookRequest:
    raw = path.read_bytes()
    if path.name.endswith(".form.txt"):
        return signed_request(raw, FORM)
    content = json.loads(raw)
    if "command" in content:
        return signed_request(form(**{key: str(value) for key, value in content.items()}), FORM)
    if "event" in content or "challenge" in content or "minute_rate_limited" in content:
        return signed_request(raw)
    return signed_request(form(payload=raw.decode()), FORM)


def test_there_are_samples() -> None:
    if not PAYLOADS.exists():
        pytest.skip("the shared platform samples are not beside this repository")
    assert len(SAMPLES) > 150


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
async def test_a_sample_is_read_the_same_way_twice(connector: Connector, path: Path) -> None:
    request = request_of(path)

    first, second = await connector.receive(request), await connector.receive(request)

    assert first == second
    assert first.response.status == 200
    assert len(first.messages) + len(first.unreadable) <= 1
    assert all(message.event_id and message.sender.user for message in first.messages)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
async def test_a_forged_sample_is_rejected(connector: Connector, path: Path) -> None:
    request = request_of(path)
    if b"ssl_check=1" in request.body:
        pytest.skip("Slack does not sign its test of the certificate")
    forged = {**request.headers, "x-slack-signature": "v0=" + "0" * 64}

    with pytest.raises(RequestRejectedError):
        await connector.receive(replace(request, headers=forged))


async def test_the_samples_hold_what_they_are_known_to_hold(connector: Connector) -> None:
    if not PAYLOADS.exists():
        pytest.skip("the shared platform samples are not beside this repository")

    found = [
        await connector.receive(request_of(path))
        for path in PAYLOADS.glob("bolt-python/*[jt]*")
        if path in SAMPLES
    ]

    texts = {message.text for received in found for message in received.messages}
    tokens = {m.tap.token for received in found for m in received.messages if m.tap}
    assert {"Hi there!", "/start-conv title", "/hello-world Hi"} <= texts
    assert {"click_me_123", "clicked"} <= tokens
