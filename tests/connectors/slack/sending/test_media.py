"""Files fetched from a Slack that misbehaves."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot import Attachment, PermanentSendError
from bot.testing.contracts.files import DOCUMENT, LIMIT, PICTURE, fetching, sent, sent_picture
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack.emulator import open_emulator
from tests.connectors.slack.app import connect_plainly


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        yield bench


def id_of(found: Attachment) -> str:
    """Take the file's id out of its address: …/files-pri/TEAM-ID/name."""
    return found.ref.split("/")[-2].rpartition("-")[2]


async def test_a_file_known_by_its_id_is_asked_for_first(bench: Workbench) -> None:
    found = await sent_picture(bench)
    hidden = replace(found, ref=id_of(found))

    assert await fetching(bench.connector).fetch(hidden, limit=LIMIT) == PICTURE


async def test_an_id_that_slack_does_not_know_is_refused(bench: Workbench) -> None:
    with pytest.raises(PermanentSendError, match="file_not_found"):
        await fetching(bench.connector).fetch(Attachment(ref="F0NOBODY"), limit=LIMIT)


@pytest.mark.parametrize(
    "ref",
    [
        "http://localhost:1/files-pri/T1-F1/a.png",
        "https://evil.example/files-pri/T1-F1/a.png",
        "https://files.slack.com.evil.example/a.png",
        "file:///etc/passwd",
        "F1/../x",
        "",
    ],
)
async def test_the_token_goes_to_no_other_host(bench: Workbench, ref: str) -> None:
    with pytest.raises(PermanentSendError, match="not on the platform's servers"):
        await fetching(bench.connector).fetch(Attachment(ref=ref), limit=LIMIT)


async def test_who_has_no_token_is_led_to_the_sign_in_page(bench: Workbench) -> None:
    found = await sent_picture(bench)

    async with (
        ClientSession(trust_env=False) as http,
        http.get(found.ref, allow_redirects=False) as answer,
    ):
        assert answer.status == 302
        assert answer.headers["Location"].startswith("https://emulated.slack.com/?redir=")


async def test_slacks_own_client_is_told_of_the_file(bench: Workbench) -> None:
    message = await sent(bench, DOCUMENT, name="Bill No 4.pdf", mime="application/pdf")
    table = bench.emulator.connector_settings()
    client = AsyncWebClient(table["bot_token"], base_url=table["api_url"])

    told = await client.files_info(file=id_of(message.attachments[0]))

    assert told["file"]["name"] == "Bill No 4.pdf"
    assert told["file"]["size"] == len(DOCUMENT)
    assert told["file"]["url_private"] == message.attachments[0].ref


async def test_a_file_is_told_of_as_slack_does(bench: Workbench) -> None:
    await sent(bench, DOCUMENT, name="bill.pdf", mime="application/pdf", text="of <May>")

    (seen,) = bench.emulator.screen("U1")
    event = seen.raw["event"]
    assert (event["subtype"], event["text"]) == ("file_share", "of &lt;May&gt;")
    assert [file["mimetype"] for file in event["files"]] == ["application/pdf"]
