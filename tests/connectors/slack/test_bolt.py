"""The emulator's webhooks, read by an app of slack-bolt's that knows nothing of ours."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import Option, OutboundMessage
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack.emulator import open_emulator
from tests.connectors.slack.app import connect_plainly

ROWS = tuple(Option(token=f"t{number}", label=f"Row {number}") for number in range(12))


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        yield bench


def open_app(bench: Workbench, heard: list[tuple[str, Any]]) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_user_id="U0EMULATED")

    app = AsyncApp(
        signing_secret=bench.emulator.connector_settings()["signing_secret"],
        client=AsyncWebClient(),
        authorize=authorize,
        process_before_response=True,
    )

    async def on_message(message: dict[str, Any]) -> None:
        heard.append(("message", message["text"]))

    async def on_command(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        heard.append((command["command"], command["text"]))

    async def on_action(ack: Any, action: dict[str, Any]) -> None:
        await ack()
        chosen = action.get("selected_option", {}).get("value")
        heard.append((action["action_id"], chosen or action["value"]))

    app.message("")(on_message)
    app.command("/book")(on_command)
    app.action("option-1")(on_action)
    app.action("options")(on_action)
    return app


async def test_bolt_understands_every_kind_of_webhook(bench: Workbench) -> None:
    message = await bench.hears("hello")
    await bench.hears("/book 4 friday")
    await bench.answers(OutboundMessage(text="?", options=ROWS[:2]), message)
    await bench.emulator.taps("U1", bench.replies[-1].id, "Row 1")
    await bench.answers(OutboundMessage(text="?", options=ROWS), message)
    await bench.emulator.taps("U1", bench.replies[-1].id, "Row 11")
    await bench.emulator.settled()
    heard: list[tuple[str, Any]] = []
    app = open_app(bench, heard)

    answers = [
        await app.async_dispatch(
            AsyncBoltRequest(body=request.body.decode(), headers=dict(request.headers))
        )
        for request in bench.requests
    ]

    assert {answer.status for answer in answers} == {200}
    assert heard == [
        ("message", "hello"),
        ("/book", "4 friday"),
        ("option-1", "t1"),
        ("options", "t11"),
    ]
