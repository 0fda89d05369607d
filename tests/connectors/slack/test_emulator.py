"""The emulator as Slack's own Python client and an app's server see it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot import Connector, EmulatorSettings, Faults, Received, WebhookResponse
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack.emulator import open_emulator
from connectors.slack.emulator.shown import words_shown
from tests.connectors.slack.app import connect_plainly, slack

SPECS = Path(__file__).parents[3] / "../shared/platforms/slack/specs"


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        yield bench


@pytest.fixture
async def client(bench: Workbench) -> AsyncIterator[AsyncWebClient]:
    table = bench.emulator.connector_settings()
    async with ClientSession() as http:
        client = AsyncWebClient(table["bot_token"], table["api_url"], session=http)
        client.proxy = None
        yield client


def payload_of(bench: Workbench) -> dict[str, Any]:
    fields = parse_qs(bench.requests[-1].body.decode())
    payload: dict[str, Any] = json.loads(fields["payload"][0])
    return payload


def answering(
    status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None
) -> Connector:
    """An app that says always the same."""
    answer = WebhookResponse(status=status, body=body, headers=headers or {})

    class Parrot:
        async def receive(self, request: object) -> Received:
            return Received(response=answer)

    return cast("Connector", Parrot())


def button(label: str, value: str = "v") -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": f"a-{label}"[:255], "text": text, "value": value}


async def test_the_official_client_posts_updates_and_deletes(
    bench: Workbench, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel="DU1", text="one &amp; two")
    await client.chat_update(channel="DU1", ts=str(posted["ts"]), text="three")
    assert [seen.text for seen in bench.replies] == ["three"]

    await client.chat_delete(channel="DU1", ts=str(posted["ts"]))

    assert not bench.replies


async def test_the_official_client_reads_identity_persons_and_channels(
    bench: Workbench, client: AsyncWebClient
) -> None:
    await bench.hears("hello")
    await slack(bench).says("U1", "hi all", channel="C1")

    identity = await client.auth_test()
    opened = await client.conversations_open(users="U1")
    user = await client.users_info(user="U1", include_locale=True)
    channels = await client.conversations_list(types="public_channel,im")

    assert identity["ok"]
    assert identity["bot_id"]
    assert opened.data["channel"]["id"] == "DU1"  # type: ignore[call-overload] # JSON
    assert user.data["user"]["locale"] == "en-US"  # type: ignore[call-overload] # JSON
    assert [channel["id"] for channel in channels["channels"]] == ["C1", "DU1"]


async def test_the_history_is_paged_newest_first_and_leaves_out_whispers(
    bench: Workbench, client: AsyncWebClient
) -> None:
    await bench.hears("hello")
    for number in range(5):
        await client.chat_postMessage(channel="DU1", text=f"m{number}")
    await client.chat_postEphemeral(channel="DU1", user="U1", text="psst")

    pages = [
        page["messages"]
        async for page in await client.conversations_history(channel="DU1", limit=4)
    ]

    texts = [message["text"] for page in pages for message in page]
    assert texts == ["m4", "m3", "m2", "m1", "m0", "hello"]
    assert bench.replies[-1].ephemeral


async def test_the_official_client_waits_when_told_to_slow_down(
    bench: Workbench, client: AsyncWebClient
) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    bench.emulator.faults = Faults(throttle=1)

    await client.chat_postMessage(channel="DU1", text="late")

    assert [seen.text for seen in bench.replies] == ["late"]


SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Book"},
    "blocks": [SECTION],
}


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (("chat.postMessage", {"channel": "C404", "text": "x"}), "channel_not_found"),
        (("chat.postMessage", {"channel": "DU1"}), "no_text"),
        (("chat.postMessage", {"channel": "DU1", "blocks": "{"}), "invalid_blocks_format"),
        (("chat.update", {"channel": "DU1", "ts": "1.2", "text": "x"}), "message_not_found"),
        (
            ("chat.postEphemeral", {"channel": "DU1", "user": "U9", "text": "x"}),
            "user_not_in_channel",
        ),
        (("conversations.open", {"users": "nobody"}), "user_not_found"),
        (("users.info", {"user": "?"}), "user_not_found"),
        (("no.such.method", {}), "unknown_method"),
        (
            ("views.open", {"trigger_id": "x", "view": MODAL}),
            "invalid_trigger_id",
        ),
    ],
)
async def test_what_slack_refuses_is_refused_in_its_words(
    client: AsyncWebClient, call: tuple[str, dict[str, Any]], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(call[0], json=call[1])

    assert refused.value.response["error"] == error


async def test_a_persons_message_cannot_be_edited_by_the_app(
    bench: Workbench, client: AsyncWebClient
) -> None:
    await bench.hears("hello")
    (mine,) = bench.emulator.screen("U1")

    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel="DU1", ts=mine.id, text="forged")


@pytest.mark.parametrize("token", ["", "xoxb-wrong"])
async def test_strangers_are_refused(bench: Workbench, client: AsyncWebClient, token: str) -> None:
    client.token = token

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="DU1", text="x")

    assert refused.value.response["error"] in {"not_authed", "invalid_auth"}
    assert not bench.replies


async def test_get_and_forms_are_taken_like_json(bench: Workbench, client: AsyncWebClient) -> None:
    await client.api_call(
        "chat.postMessage", http_verb="GET", params={"channel": "DU1", "text": "a"}
    )
    await client.api_call("chat.postMessage", data={"channel": "DU1", "text": "b"})

    assert [seen.text for seen in bench.replies] == ["a", "b"]


async def test_a_text_over_the_limit_is_cut_with_a_warning(
    bench: Workbench, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel="DU1", text="x" * 40_001)

    assert posted["warning"] == "message_truncated"
    assert len(bench.replies[0].text) == 40_000


async def test_blocks_over_the_limits_are_refused_with_their_place(
    bench: Workbench, client: AsyncWebClient
) -> None:
    blocks = [{"type": "actions", "elements": [button("x" * 76)]}]

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="DU1", text="x", blocks=blocks)

    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    (message,) = answer.data["response_metadata"]["messages"]
    assert "json-pointer:/blocks/0/elements/0/text/text" in message
    assert not bench.replies


async def test_webhooks_pass_the_check_of_slacks_own_library(bench: Workbench) -> None:
    await bench.hears("grüße 👋")
    await bench.hears("/book 4")
    verifier = SignatureVerifier(bench.emulator.connector_settings()["signing_secret"])

    assert len(bench.requests) == 2
    for request in bench.requests:
        assert verifier.is_valid_request(request.body, dict(request.headers))


async def test_an_event_is_delivered_again_on_slacks_schedule(bench: Workbench) -> None:
    bench.refuse = 99

    await bench.emulator.says("U1", "hello")
    await bench.emulator.settled()

    retries = [request.headers.get("x-slack-retry-num") for request in bench.requests]
    reasons = {request.headers.get("x-slack-retry-reason") for request in bench.requests[1:]}
    assert retries == [None, "1", "2", "3"]
    assert reasons == {"http_error"}
    assert len({request.body for request in bench.requests}) == 1


async def test_a_failed_command_is_not_repeated_but_told(bench: Workbench) -> None:
    bench.refuse = 1

    await bench.emulator.says("U1", "/book 4")
    await bench.emulator.settled()

    assert len(bench.requests) == 1
    (note,) = bench.replies
    assert note.ephemeral
    assert note.text == '/book failed with the error "dispatch_failed"'


async def test_a_command_that_hangs_is_told_as_such(bench: Workbench) -> None:
    held = asyncio.Event()

    class Hanging:
        async def receive(self, request: object) -> None:
            await held.wait()

    connector, bench.connector = bench.connector, cast("Any", Hanging())
    await bench.emulator.says("U1", "/book 4")
    held.set()
    bench.connector = connector

    assert bench.replies[-1].text == "/book failed because the app did not respond"


async def test_a_failed_tap_is_told(bench: Workbench, client: AsyncWebClient) -> None:
    blocks = [{"type": "actions", "elements": [button("Yes")]}]
    await client.chat_postMessage(channel="DU1", text="?", blocks=blocks)
    await bench.emulator.settled()
    bench.refuse = 1

    await bench.emulator.taps("U1", bench.replies[0].id, "Yes")

    assert bench.replies[-1].ephemeral


async def test_a_tap_says_everything_that_slacks_says(
    bench: Workbench, client: AsyncWebClient
) -> None:
    blocks = [SECTION, {"type": "actions", "elements": [button("Yes", "v-1")]}]
    posted = await client.chat_postMessage(channel="DU1", text="?", blocks=blocks)
    await bench.emulator.settled()

    await bench.emulator.taps("U1", str(posted["ts"]), "Yes")

    payload = payload_of(bench)
    (action,) = payload["actions"]
    assert (action["type"], action["value"], action["action_id"]) == ("button", "v-1", "a-Yes")
    assert action["block_id"] == payload["message"]["blocks"][1]["block_id"]
    assert payload["container"]["message_ts"] == posted["ts"]
    assert payload["message"]["bot_id"]
    assert payload["trigger_id"]
    assert payload["response_url"].startswith("http://127.0.0.1")


async def test_an_answer_may_replace_or_delete_the_message_tapped(
    bench: Workbench, client: AsyncWebClient
) -> None:
    blocks = [{"type": "actions", "elements": [button("Yes")]}]
    await client.chat_postMessage(channel="DU1", text="?", blocks=blocks)
    await bench.emulator.settled()
    await bench.emulator.taps("U1", bench.replies[0].id, "Yes")
    url = payload_of(bench)["response_url"]

    async with ClientSession() as http:
        await http.post(url, json={"replace_original": True, "text": "Done."})
        assert [(seen.text, seen.buttons) for seen in bench.replies] == [("Done.", ())]
        await http.post(url, json={"delete_original": True})

    assert not bench.replies


async def test_a_response_url_takes_five_posts(bench: Workbench) -> None:
    message = await bench.hears("/book 4")
    url = message.hints["response_url"]

    async with ClientSession() as http:
        answers = [await http.post(url, json={"text": f"{n}"}) for n in range(6)]
        words = [await answer.text() for answer in answers]

    assert [answer.status for answer in answers] == [200] * 5 + [404]
    assert words[-1] == "used_url"
    assert len(bench.replies) == 5


async def test_a_response_url_runs_out() -> None:
    opened = open_workbench(connect_plainly, open_emulator, person="U1", pace=0.0)
    async with opened as bench, ClientSession() as http:
        message = await bench.hears("/book 4")

        answer = await http.post(message.hints["response_url"], json={"text": "late"})

        assert answer.status == 404
        assert await answer.text() == "expired_url"
        assert not bench.replies


async def test_a_view_is_opened_once_with_a_fresh_trigger(
    bench: Workbench, client: AsyncWebClient
) -> None:
    await bench.hears("/book 4")
    trigger = parse_qs(bench.requests[-1].body.decode())["trigger_id"][0]

    opened = await client.views_open(trigger_id=trigger, view=MODAL)

    assert opened.data["view"]["id"] in slack(bench).workspace.views  # type: ignore[call-overload] # JSON
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=MODAL)


async def test_an_app_that_wants_no_retry_gets_none(bench: Workbench) -> None:
    bench.connector = answering(status=500, headers={"X-Slack-No-Retry": "1"})

    await bench.emulator.says("U1", "hello")
    await bench.emulator.settled()

    assert len(bench.requests) == 1


async def test_what_stands_in_the_answer_to_a_command_is_shown(bench: Workbench) -> None:
    bench.connector = answering(body=b'{"text": "*Booked* &amp; done"}')
    await bench.emulator.says("U1", "/book 4")
    bench.connector = answering(body=b"in plain words")
    await bench.emulator.says("U1", "/book 5")

    assert [seen.text for seen in bench.replies] == ["Booked & done", "in plain words"]


async def test_an_answer_in_the_channel_is_seen_by_all(bench: Workbench) -> None:
    await slack(bench).says("U2", "hi", channel="C1")
    await slack(bench).says("U1", "/book 4", channel="C1")
    url = bench.messages[-1].hints["response_url"]

    async with ClientSession() as http:
        await http.post(url, json={"response_type": "in_channel", "text": "U1 has booked."})

    assert slack(bench).screen("U2")[-1].text == "U1 has booked."


async def test_an_app_that_is_away_is_tried_again(bench: Workbench) -> None:
    nowhere = EmulatorSettings(
        webhook_url="http://127.0.0.1:9/shop", base_url="http://127.0.0.1:9/api", pace=0.0
    )

    async with open_emulator(nowhere) as emulator:
        await emulator.says("U1", "hello")
        await emulator.settled()
        await emulator.says("U1", "/book")

        assert emulator.screen("U1")[-1].text == '/book failed with the error "dispatch_failed"'


async def test_leaving_does_not_wait_for_retries() -> None:
    nowhere = EmulatorSettings(
        webhook_url="http://127.0.0.1:9/shop", base_url="http://127.0.0.1:9/api", pace=1.0
    )

    async with asyncio.timeout(5), open_emulator(nowhere) as emulator:
        await emulator.says("U1", "hello")
        waits = asyncio.ensure_future(emulator.settled())  # noqa: TID251 - looked at, then let go
        await asyncio.sleep(0)

        assert not waits.done()  # the retries of a minute and of five are still to come
        waits.cancel()


async def test_a_slow_network_is_imitated(bench: Workbench) -> None:
    bench.emulator.faults = Faults(delay=timedelta(milliseconds=50))
    loop = asyncio.get_running_loop()
    before = loop.time()

    await bench.emulator.says("U1", "hello")

    assert loop.time() - before >= 0.05
    assert bench.emulator.faults.delay == timedelta(milliseconds=50)


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (SECTION, "x"),
        ({"type": "section", "fields": [SECTION["text"], SECTION["text"]]}, "x\nx"),
        ({"type": "header", "text": {"type": "plain_text", "text": "*H*"}}, "*H*"),
        ({"type": "context", "elements": [SECTION["text"], {"type": "image"}]}, "x"),
        ({"type": "markdown", "text": "**x**"}, "**x**"),
        ({"type": "divider"}, ""),
        (
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "user", "user_id": "U1"},
                            {"type": "text", "text": " <b> "},
                            {"type": "channel", "channel_id": "C1"},
                            {"type": "emoji", "name": "tada"},
                            {"type": "broadcast", "range": "here"},
                            {"type": "link", "url": "https://x.test"},
                        ],
                    }
                ],
            },
            "@U1 <b> #C1:tada:@herehttps://x.test",
        ),
    ],
)
def test_blocks_are_shown_as_their_reader_sees_them(block: dict[str, Any], words: str) -> None:
    assert words_shown("never seen", [block]) == words


async def test_a_label_that_nobody_sees_cannot_be_tapped(bench: Workbench) -> None:
    await bench.hears("hello")

    with pytest.raises(LookupError):
        await bench.emulator.taps("U1", "1.2", "Yes")
    with pytest.raises(LookupError):
        await bench.emulator.taps("U1", bench.emulator.screen("U1")[0].id, "Yes")
