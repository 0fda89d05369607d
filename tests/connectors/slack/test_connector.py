"""The connector against the emulator: what the contract cannot know of Slack."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import cast

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import (
    Address,
    ConfigError,
    ConnectorError,
    Faults,
    InboundMessage,
    Option,
    OutboundMessage,
    PermanentSendError,
    RequestRejectedError,
    Secret,
    TransientSendError,
    account_of,
)
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack import SlackSettings, connect
from connectors.slack.emulator import SlackEmulator, open_emulator
from connectors.slack.hearing.signature import sign
from tests.connectors.slack.app import FORM, connect_plainly, form, signed_request, slack

ANSWER = OutboundMessage(text="Booked.")
ASKED = OutboundMessage(text="Sure?", options=(Option(token="t-yes", label="Yes"),))


Handle = Callable[[web.Request, str], Awaitable[web.StreamResponse]]


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        yield bench


class Intercepted:
    """Stands before an emulator's API."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle


async def heard_in(bench: Workbench, channel: str, text: str) -> InboundMessage:
    await slack(bench).says("U1", text, channel=channel)
    return bench.messages[-1]


async def test_the_address_check_of_slack_is_answered(bench: Workbench) -> None:
    secret = bench.emulator.connector_settings()["signing_secret"]
    body = b'{"type": "url_verification", "challenge": "abc", "token": "x"}'

    received = await bench.connector.receive(signed_request(body, secret=secret))

    assert b"abc" in received.response.body
    assert received.response.content_type == "application/json"
    assert not received.messages


async def test_an_unsigned_address_check_is_rejected(bench: Workbench) -> None:
    body = b'{"type": "url_verification", "challenge": "abc", "token": "x"}'

    with pytest.raises(RequestRejectedError):
        await bench.connector.receive(signed_request(body, secret="another"))


async def test_the_certificate_check_of_slack_is_answered_unsigned(bench: Workbench) -> None:
    request = signed_request(form(ssl_check="1", token="x"), FORM, secret="another")

    received = await bench.connector.receive(request)

    assert received.response.status == 200
    assert not received.messages


async def test_a_certificate_check_that_smuggles_a_command_is_rejected(bench: Workbench) -> None:
    body = b"ssl_check=1&command=%2Fbook&user_id=U1&channel_id=D1&ssl_check=0"

    with pytest.raises(RequestRejectedError):
        await bench.connector.receive(signed_request(body, FORM, secret="another"))


async def test_a_replayed_request_is_rejected_after_five_minutes(bench: Workbench) -> None:
    await bench.hears("hello")
    genuine = bench.requests[0]
    secret = bench.emulator.connector_settings()["signing_secret"]
    stamp = str(time.time_ns() // 10**9 - 400)
    old = {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": sign(secret, stamp, genuine.body),
    }

    with pytest.raises(RequestRejectedError):
        await bench.connector.receive(replace(genuine, headers={**genuine.headers, **old}))


async def test_a_rate_limit_notice_is_answered_with_200_and_told_to_the_operator(
    bench: Workbench,
) -> None:
    secret = bench.emulator.connector_settings()["signing_secret"]
    body = b'{"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}'

    with structlog.testing.capture_logs() as events:
        received = await bench.connector.receive(signed_request(body, secret=secret))

    assert received.response.status == 200
    assert not received.unreadable
    assert [(e["event"], e["workspace"]) for e in events] == [("events.dropped", "T1")]


async def test_our_own_messages_come_back_and_are_ignored(bench: Workbench) -> None:
    message = await bench.hears("hello")

    await bench.answers(ANSWER, message)
    await bench.emulator.settled()

    assert len(bench.requests) == 2
    assert [message.text for message in bench.messages] == ["hello"]


async def test_a_mention_is_answered_in_the_channel(bench: Workbench) -> None:
    message = await heard_in(bench, "C1", "@bot book a table")
    await slack(bench).says("U2", "what is this?", channel="C1")

    await bench.answers(ANSWER, message)

    assert (message.text, message.room) == ("book a table", "C1")
    assert slack(bench).screen("U2")[-1].text == "Booked."
    assert len(bench.messages) == 1


async def test_a_tap_in_a_channel_stays_in_the_channel(bench: Workbench) -> None:
    message = await heard_in(bench, "C1", "@bot book a table")
    await bench.answers(ASKED, message)

    await bench.emulator.taps("U1", bench.replies[-1].id, "Yes")

    assert bench.messages[-1].room == "C1"
    await bench.answers(ANSWER, bench.messages[-1])
    assert not bench.replies[-1].ephemeral


async def test_a_command_in_a_channel_is_answered_to_one_person_only(bench: Workbench) -> None:
    message = await heard_in(bench, "C1", "/book 4")
    await slack(bench).says("U2", "hi", channel="C1")

    await bench.answers(ASKED, message)
    await bench.emulator.taps("U1", bench.replies[-1].id, "Yes")
    await bench.answers(ANSWER, bench.messages[-1])

    assert (bench.messages[0].text, bench.messages[0].room) == ("/book 4", None)
    assert [(seen.text, seen.ephemeral) for seen in bench.replies] == [
        ("Sure?", True),
        ("Booked.", True),
    ]
    assert [seen.text for seen in slack(bench).screen("U2")] == ["hi"]


async def test_when_the_response_url_is_used_up_the_answer_is_whispered(bench: Workbench) -> None:
    message = await heard_in(bench, "C1", "/book 4")

    for number in range(7):
        await bench.answers(OutboundMessage(text=f"part {number}"), message)

    assert [seen.text for seen in bench.replies] == [f"part {number}" for number in range(7)]
    assert all(seen.ephemeral for seen in bench.replies)
    assert "user" in bench.replies[-1].raw


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/x", "https://evil.test/x", "http://[broken", ""]
)
async def test_a_response_url_of_another_host_is_never_followed(bench: Workbench, url: str) -> None:
    message = await heard_in(bench, "C1", "/book 4")
    lured = replace(message, hints={**message.hints, "response_url": url})

    await bench.answers(OutboundMessage(text="Booked."), lured)

    assert [(seen.text, seen.ephemeral) for seen in bench.replies] == [("Booked.", True)]
    assert "user" in bench.replies[-1].raw  # whispered by chat.postEphemeral


async def test_who_left_the_channel_is_answered_in_the_direct_message(bench: Workbench) -> None:
    message = await heard_in(bench, "C1", "/book 4")
    for _ in range(5):
        await bench.answers(ANSWER, message)
    slack(bench).workspace.members["C1"].discard("U1")

    receipt = await bench.answers(OutboundMessage(text="Still here."), message)

    assert bench.replies[-1].text == "Still here."
    assert not bench.replies[-1].ephemeral
    assert receipt.provider_id == f"DU1/{bench.replies[-1].id}"


async def test_a_command_in_somebody_elses_direct_message_reaches_the_person(
    bench: Workbench,
) -> None:
    message = await heard_in(bench, "C1", "/book 4")
    elsewhere = replace(message.sender, place="D-NOT-OURS")

    await bench.connector.send(ANSWER, elsewhere, {**message.hints, "client_id": "x"})
    await bench.connector.send(ANSWER, elsewhere, {})

    assert [seen.ephemeral for seen in bench.replies] == [True, False]


async def test_an_ephemeral_answer_in_a_room_is_seen_by_one(bench: Workbench) -> None:
    message = await heard_in(bench, "C1", "@bot secret")

    await bench.answers(replace(ANSWER, ephemeral=True), message)

    assert bench.replies[-1].ephemeral


async def test_a_room_that_is_gone_is_a_final_refusal(bench: Workbench) -> None:
    message = await heard_in(bench, "C1", "@bot hi")
    gone = replace(message.sender, place="C404")

    with pytest.raises(PermanentSendError, match="channel_not_found"):
        await bench.connector.send(ANSWER, gone, {"room": "C404"})


async def test_an_empty_message_is_a_final_refusal(bench: Workbench) -> None:
    message = await bench.hears("hello")

    with pytest.raises(PermanentSendError, match="no_text"):
        await bench.answers(OutboundMessage(text=""), message)


async def test_slow_down_carries_slacks_own_pause(bench: Workbench) -> None:
    message = await bench.hears("hello")
    bench.emulator.faults = Faults(throttle=1)

    with pytest.raises(TransientSendError) as refused:
        await bench.answers(ANSWER, message)

    assert refused.value.retry_after is not None
    assert refused.value.retry_after.total_seconds() == 1


async def test_a_failing_response_url_is_no_reason_to_go_elsewhere(bench: Workbench) -> None:
    message = await heard_in(bench, "C1", "/book 4")
    bench.emulator.faults = Faults(fail=1)

    with pytest.raises(TransientSendError):
        await bench.answers(ANSWER, message)

    assert not bench.replies


async def test_a_dropped_connection_is_not_repeated_by_the_client(bench: Workbench) -> None:
    message = await bench.hears("hello")
    bench.emulator.faults = Faults(drop=1)

    with pytest.raises(TransientSendError):
        await bench.answers(ANSWER, message)

    assert len(bench.replies) == 1


async def test_a_long_text_goes_on_where_it_stopped(bench: Workbench) -> None:
    message = await bench.hears("hello")
    text = " ".join(f"w{number}" for number in range(2000))
    half = OutboundMessage(text=text)
    asked = 0

    async def refuse_the_third(request: web.Request, path: str) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        if asked == 3:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429)
        return await emulator.handle(request, path)

    emulator, bench.emulator = slack(bench), cast("SlackEmulator", Intercepted(refuse_the_third))
    with pytest.raises(TransientSendError):
        await bench.answers(half, message)
    await bench.answers(half, message)
    bench.emulator = emulator

    assert asked == len(bench.replies) + 1
    assert " ".join(seen.text for seen in bench.replies) == text


async def test_nobody_at_the_other_end_may_pass() -> None:
    settings = SlackSettings(
        bot_token=Secret("xoxb-1"), signing_secret=Secret("s"), api_url="http://127.0.0.1:9/api/"
    )
    to = Address(account=account_of("shop", "T1"), user="U1", place="D1")

    async with connect("shop", settings) as connector:
        with pytest.raises(TransientSendError) as failed:
            await connector.send(ANSWER, to, {})

    assert "xoxb-1" not in str(failed.value)


@pytest.mark.parametrize(
    ("status", "content_type", "text", "kind"),
    [
        (200, "text/plain", "hello from a proxy", TransientSendError),
        (200, "application/json", "{", TransientSendError),
        (200, "application/json", "[]", TransientSendError),
        (200, "application/json", '{"ok": true}', None),
        (502, "text/html", "<html>bad gateway</html>", TransientSendError),
        (503, "text/plain", "later", TransientSendError),
        (429, "application/json", '{"ok": false, "error": "ratelimited"}', TransientSendError),
        (200, "application/json", '{"ok": false, "error": "is_archived"}', PermanentSendError),
        (403, "text/html", "no", PermanentSendError),
    ],
)
async def test_whatever_stands_in_for_slack_is_understood(
    status: int, content_type: str, text: str, kind: type[ConnectorError] | None
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, content_type=content_type, text=text)

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    to = Address(account=account_of("shop", "T1"), user="U1", place="D1")
    async with TestServer(app) as server:
        settings = SlackSettings(
            bot_token=Secret("xoxb-1"),
            signing_secret=Secret("s"),
            api_url=str(server.make_url("/api/")),
        )
        async with connect("shop", settings) as connector:
            failed = None
            try:
                await connector.send(ANSWER, to, {})
            except ConnectorError as error:
                failed = error

    assert isinstance(failed, kind or type(None))
    assert "Booked" not in str(failed)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"api_url": "slack.com"}, "connectors.shop.api_url"),
        ({"bot_token": Secret("")}, "connectors.shop.bot_token"),
        ({"signing_secret": Secret(" ")}, "connectors.shop.signing_secret"),
    ],
)
async def test_settings_that_cannot_work_are_named(
    changes: dict[str, Secret | str], problem: str
) -> None:
    good = {"bot_token": Secret("xoxb-1"), "signing_secret": Secret("s")}
    settings = SlackSettings(**{**good, **changes})  # type: ignore[arg-type] # one table for all

    with pytest.raises(ConfigError, match=problem):
        async with connect("shop", settings):
            pass
