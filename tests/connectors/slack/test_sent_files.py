"""Files go to the right thread, to nobody else, and only to Slack; its own client agrees."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import (
    InboundMessage,
    Option,
    OutboundMessage,
    PermanentSendError,
    Seen,
    TransientSendError,
)
from bot.testing.contracts.sent_files import MENU, VIEW
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack.emulator import open_emulator
from tests.connectors.slack.app import connect_plainly, slack


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        yield bench


def files_in(bench: Workbench, channel: str) -> list[Seen]:
    messages = slack(bench).workspace.messages(channel)
    found = {message.ts for message in messages if message.files}
    return [seen for seen in bench.replies if seen.id in found]


async def heard(bench: Workbench, text: str, channel: str) -> InboundMessage:
    await slack(bench).says("U1", text, channel=channel)
    return bench.messages[-1]


async def test_a_room_gets_the_file_in_its_thread(bench: Workbench) -> None:
    message = await heard(bench, "@bot menu", "C1")

    await bench.answers(OutboundMessage(text="Here.", files=(MENU,)), message)

    posted = [m for m in slack(bench).workspace.messages("C1") if m.is_bot]
    assert {m.thread_ts for m in posted} == {posted[0].thread_ts}
    assert [seen.files[0].name for seen in files_in(bench, "C1")] == ["menu.pdf"]


async def test_a_command_in_a_channel_is_answered_with_files_in_private(bench: Workbench) -> None:
    message = await heard(bench, "/menu", "C1")
    option = Option(token="AAAAAAAAAAA.0", label="Right")
    answer = OutboundMessage(text="Is it right?", options=(option,), files=(MENU, VIEW))

    await bench.answers(answer, message)

    assert files_in(bench, "C1") == []
    assert len(files_in(bench, "DU1")) == 2
    assert bench.replies[-1].buttons == ("Right",)
    assert bench.replies[-1].ephemeral


@pytest.mark.parametrize(
    "url", ["https://evil.example/upload", "http://127.0.0.1.evil.example/", "", "file:///etc"]
)
async def test_bytes_go_to_no_other_host(
    bench: Workbench, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await bench.hears("hello")

    async def begin(_: object) -> dict[str, str]:
        return {"upload_url": url, "file_id": "F1"}

    table = slack(bench)._api._methods.table
    monkeypatch.setitem(table, "files.getUploadURLExternal", begin)

    with pytest.raises(PermanentSendError, match="not Slack's"):
        await bench.answers(OutboundMessage(text="", files=(MENU,)), message)


@pytest.mark.parametrize(
    ("status", "error"), [(503, TransientSendError), (400, PermanentSendError)]
)
async def test_a_refused_upload_is_told(
    bench: Workbench, status: int, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await bench.hears("hello")

    async def take(*_: object) -> web.Response:
        return web.Response(status=status)

    monkeypatch.setattr(slack(bench)._api._uploads, "take", take)

    with pytest.raises(error):
        await bench.answers(OutboundMessage(text="", files=(MENU,)), message)
    assert bench.replies == []


async def test_slacks_own_client_uploads_files_here(bench: Workbench) -> None:
    table = bench.emulator.connector_settings()
    await bench.hears("hello")
    async with ClientSession(trust_env=False) as http:
        client = AsyncWebClient(table["bot_token"], table["api_url"], session=http)
        client.proxy = None
        await client.files_upload_v2(
            channel="DU1", content=MENU.data, filename="menu.pdf", initial_comment="The menu."
        )
        with pytest.raises(SlackApiError, match="file_not_found"):
            await client.files_completeUploadExternal(
                files=[{"id": "F0NOBODY", "title": "x"}], channel_id="DU1"
            )

    (seen,) = bench.replies
    assert seen.files[0].data == MENU.data
    assert "The menu." in seen.text
