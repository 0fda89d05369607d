"""Whatever a customer sends is answered, in words that help, and does no harm."""

from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot import command
from bot.testing import Harness, bot_for
from bot.testing.persons import Channel
from tests.journeys.wired import OTHERS, USERS, press, send_photo, token_of

pytestmark = pytest.mark.slow
SPECIALS = "<b>&amp; *bold* _it_ ~no~ `c` <!channel> <@U2> [a](http://x) \\ | # > {x} %s"


@command
def echo(words: str) -> str:
    """Say it back."""
    return f"You said: {words}"


@pytest.fixture
async def bot() -> AsyncIterator[Harness]:
    with capture_logs() as logs:
        opened = bot_for("commands.booking", echo, wire=True, now="2026-11-18T10:00+01:00")
        async with opened as bot:
            yield bot
    assert [one for one in logs if one["log_level"] in {"error", "critical"}] == []


def channel_of(bot: Harness, name: str) -> Channel:
    return bot.person("ada", **{name: USERS[name]}).channels[name]


def stranger_on(bot: Harness, name: str) -> Channel:
    return bot.person("bob", **{name: OTHERS[name]}).channels[name]


@pytest.mark.parametrize("channel", USERS)
async def test_what_makes_no_sense_is_named_and_answered_with_a_way_on(
    bot: Harness, channel: str
) -> None:
    ada = channel_of(bot, channel)

    for said, named in (
        ("🍕", "“🍕”"),
        ("👩‍👩‍👧‍👦 🏳️‍🌈", "👩‍👩‍👧‍👦"),
        ("/", "“/”"),
        ("//", "“//”"),
        ("/nothing", "/nothing"),
        ("…", "“…”"),
        ("x" * 4000, "xxxxx…”"),
    ):
        await ada.says(said)

        answer = ada.sees(named)
        assert "/book" in answer.text, said
        assert len(answer.text) < 1500
        ada.sees_nothing()
    assert bot.calls("reserve_table") == []


@pytest.mark.parametrize("channel", USERS)
async def test_a_command_meant_for_any_bot_is_understood(bot: Harness, channel: str) -> None:
    ada = channel_of(bot, channel)

    await ada.says("/book@other 4")

    ada.sees("Which day?")


@pytest.mark.parametrize("channel", USERS)
async def test_nonsense_in_the_middle_of_a_dialog_keeps_what_was_answered(
    bot: Harness, channel: str
) -> None:
    ada = channel_of(bot, channel)

    await ada.says("/book 4 tomorrow")
    ada.sees("What time?")
    for said in ("🍕", "x" * 4000, "//"):
        await ada.says(said)
        ada.sees("What time?")
    await ada.says("19:00")

    ada.sees("4 on Thursday at 19:00", buttons=["Yes", "No"])
    assert bot.asked_twice == []


@pytest.mark.parametrize("channel", ["slack", "telegram", "whatsapp"])
async def test_a_photo_without_words_is_answered_in_words(bot: Harness, channel: str) -> None:
    ada = channel_of(bot, channel)
    await ada.says("/book 4 tomorrow")
    ada.sees("What time?")

    await send_photo(bot, channel, USERS[channel])

    ada.sees("What time?")
    ada.sees_nothing()
    await ada.says("19:00")
    ada.sees("4 on Thursday at 19:00")


@pytest.mark.parametrize("channel", USERS)
async def test_a_double_tap_books_once_and_is_answered_once(bot: Harness, channel: str) -> None:
    ada = channel_of(bot, channel)
    await ada.says("/book 4 tomorrow 19:00")
    asked = ada.sees("4 on Thursday at 19:00", buttons=["Yes", "No"])

    for _ in range(2):
        await bot.world.taps(channel, USERS[channel], asked.id, "Yes")
    await bot.settle()

    ada.sees("Booked")
    ada.sees_nothing()
    assert len(bot.calls("reserve_table")) == 1


@pytest.mark.parametrize("channel", USERS)
async def test_the_other_button_of_a_settled_question_changes_nothing(
    bot: Harness, channel: str
) -> None:
    ada = channel_of(bot, channel)
    await ada.says("/book 4 tomorrow 19:00")
    asked = ada.sees("4 on Thursday at 19:00", buttons=["Yes", "No"])
    await ada.taps("Yes")
    ada.sees("Booked")

    await bot.world.taps(channel, USERS[channel], asked.id, "No")
    await bot.settle()

    ada.sees("done already")
    assert [call.state for call in bot.calls("reserve_table")] == ["done"]


@pytest.mark.parametrize("channel", USERS)
async def test_a_button_of_a_cancelled_dialog_opens_nothing(bot: Harness, channel: str) -> None:
    ada = channel_of(bot, channel)
    await ada.says("/book 4")
    asked = ada.sees("Which day?", buttons=["Today", "Tomorrow"])
    await ada.says("cancel")
    ada.sees("Drop this", buttons=["Yes, drop it", "Go on"])
    await ada.taps("Yes, drop it")
    ada.sees("Cancelled")

    await bot.world.taps(channel, USERS[channel], asked.id, "Tomorrow")
    await bot.settle()

    assert "/book" in ada.sees("closed").text
    await ada.says("19:00")
    assert "4 on Thursday" not in ada.told()


@pytest.mark.parametrize("channel", USERS)
async def test_the_token_of_somebody_elses_button_does_nothing(bot: Harness, channel: str) -> None:
    ada, bob = channel_of(bot, channel), stranger_on(bot, channel)
    await ada.says("/book 4 tomorrow 19:00")
    asked = ada.sees("4 on Thursday at 19:00", buttons=["Yes", "No"])
    await bob.says("/help")
    bob.read = len(bob.screen)

    await press(bot, channel, OTHERS[channel], token_of(bot, channel, asked, "Yes"))

    answer = bob.sees("")
    assert "Booked" not in answer.text
    assert "Thursday" not in bob.told()
    assert bot.calls("reserve_table") == []
    ada.sees_nothing()
    await ada.says("yes")
    ada.sees("Booked")


@pytest.mark.parametrize("channel", ["slack", "telegram", "web"])
async def test_a_token_that_was_never_given_out_does_nothing(bot: Harness, channel: str) -> None:
    ada = channel_of(bot, channel)
    await ada.says("/book 4 tomorrow 19:00")
    ada.sees("4 on Thursday at 19:00")

    for token in (" ", "x", "AAAAAAAAAAA.0", "AAAAAAAAAAA.99999999", "a" * 60):
        await press(bot, channel, USERS[channel], token)

    assert bot.calls("reserve_table") == []
    await ada.says("yes")
    ada.sees("Booked")


@pytest.mark.parametrize("channel", USERS)
async def test_what_looks_like_markup_is_shown_as_it_was_typed(bot: Harness, channel: str) -> None:
    ada = channel_of(bot, channel)

    await ada.says(f"/echo {SPECIALS}")
    ada.sees(f"You said: {SPECIALS}")
    await ada.says(SPECIALS)
    ada.sees(SPECIALS[:50])
