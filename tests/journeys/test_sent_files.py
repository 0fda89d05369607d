"""Files that the bot sends: kept before they are told of, sent once, lost nowhere."""

from pathlib import Path

import pytest

from bot import Image
from bot.testing import bot_for
from bot.testing.harness import Harness
from tests.journeys.postcards import PDF, PNG, png

COMMANDS = "tests.journeys.postcards"


def blobs(bot: Harness) -> list[Path]:
    """List the files in the folder of blobs."""
    folder = Path(bot.settings.state.blobs)
    return [path for path in folder.rglob("*") if path.is_file()]


def kept(bot: Harness) -> list[bytes]:
    """Read all bytes in the folder of blobs."""
    return sorted(path.read_bytes() for path in blobs(bot))


async def test_a_picture_and_a_document_are_sent_after_the_words() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/postcard")
        alice.slack.sees("Greetings from Rome.")
        view, menu = alice.slack.sees("view.png"), alice.slack.sees("menu.pdf")

        assert [(one.name, one.mime, one.data) for one in (*view.files, *menu.files)] == [
            ("view.png", "image/png", PNG),
            ("menu.pdf", "application/pdf", PDF),
        ]
        alice.slack.sees_nothing()


async def test_words_stand_under_a_single_picture_where_there_are_captions() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/picture")
        seen = alice.telegram.sees("The view.")

        assert [one.name for one in seen.files] == ["view.png"]
        alice.telegram.sees_nothing()


async def test_buttons_stay_below_the_file() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", whatsapp="39333")
        await alice.whatsapp.says("/choice")

        alice.whatsapp.sees("menu.pdf")
        alice.whatsapp.sees("Is it right?", buttons=["Right"])


async def test_equal_bytes_are_kept_once() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/postcard")
        await alice.slack.says("/postcard")

        assert kept(bot) == sorted([PDF, PNG])


async def test_a_file_on_the_disk_is_read_and_sent(tmp_path: Path) -> None:
    house = tmp_path / "house.pdf"
    house.write_bytes(PDF)
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says(f'/from_disk "{house}"')
        alice.slack.sees(f"It has {len(PDF)} bytes.")

        assert alice.slack.sees("house.pdf").files[0].data == PDF


async def test_what_the_disk_does_not_have_ends_in_an_apology(tmp_path: Path) -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says(f'/unread "{tmp_path / "none.pdf"}"')

        alice.slack.sees("went wrong")
        assert kept(bot) == []


async def test_more_files_than_a_message_has_room_for_end_in_an_apology() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/many")

        alice.slack.sees("went wrong")


async def test_a_customers_photo_can_be_sent_back() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/echo")
        await alice.slack.sends(Image("me.png", data=PNG))
        alice.slack.sees("Yours.")

        assert alice.slack.sees("me.png").files[0].data == PNG


async def test_subscribers_and_notices_bring_files() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/announce")
        names = {file.name for seen in alice.slack.screen for file in seen.files}

        assert names == {"drawn.png", "notice.png"}


async def test_a_flow_shows_each_picture_once_over_a_restart() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/gallery")
        await bot.restart()
        await alice.slack.says("good morning")
        await alice.slack.says("yes")
        sent = [file.data for seen in alice.slack.screen for file in seen.files]

        assert sent == [PNG, png(8, 8)]


async def test_a_file_that_is_gone_is_named_and_the_words_still_come() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        bot.world.fakes["slack"].fail = 1  # type: ignore[attr-defined]  # the fake world's
        await alice.slack.says("/picture")
        alice.slack.sees_nothing()
        for path in blobs(bot):
            path.unlink()
        await bot.clock.forward(seconds=5)

        alice.slack.sees("The view.\nview.png (cannot be shown here)")


@pytest.mark.parametrize("channel", ["slack", "telegram", "whatsapp", "web"])
async def test_a_crash_after_the_turn_loses_no_file(channel: str) -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", **{channel: "7"})
        here = alice.channels[channel]
        bot.world.fakes[channel].fail = 1  # type: ignore[attr-defined]  # the fake world's
        await here.says("/postcard")
        await bot.crash()
        await bot.clock.forward(seconds=120)
        data = [file.data for seen in here.screen for file in seen.files]

        assert data == [PNG, PDF]
