"""Two people in a Slack channel, in a thread and in a Telegram group, over the real connectors."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Annotated

import pytest

from bot import Arg, Context, action, command
from bot.ports.emulators import Seen
from bot.testing import Harness, bot_for
from connectors.slack.emulator import SlackEmulator
from connectors.slack.emulator.workspace import Message
from connectors.telegram.emulator import TelegramEmulator
from tests.journeys.wired import world_of

pytestmark = pytest.mark.slow
ALICE, BOB = "U0ALICE", "U0BOB"
CHANNEL = "C0LUNCH"
GROUP = "-100"
NO = "That button is for somebody else. Type help to see what you can do."


@action
async def reserve(ctx: Context, guests: int, day: date) -> str:
    """Reserve a table."""
    return f"{guests} on {day:%A}"


@command("book", confirm="A table for {guests} on {day:%A}?")
async def book(
    ctx: Context,
    guests: Annotated[int, Arg("How many guests?", ge=1, le=12)],
    day: Annotated[date, Arg("Which day?")],
) -> str:
    """Book a table."""
    return f"Booked: {await reserve(ctx, guests=guests, day=day)}."


@pytest.fixture
async def bot() -> AsyncIterator[Harness]:
    async with bot_for(book, wire=True, now="2026-11-18T10:00+01:00") as bot:
        yield bot


class SlackRoom:
    """A channel of the emulated Slack, or a thread in it."""

    def __init__(self, bot: Harness, thread: str | None) -> None:
        emulator = world_of(bot).emulators["slack"]
        assert isinstance(emulator, SlackEmulator)
        self.bot, self.slack, self.thread = bot, emulator, thread
        for person in (ALICE, BOB):
            emulator.workspace.join(CHANNEL, person)

    async def says(self, person: str, text: str) -> Seen:
        """Mention the bot; gives what it answers."""
        before = len(self._shown(person))
        written = Message(
            ts=self.slack.workspace.stamp(), channel=CHANNEL, user=person, text=f"@bot {text}",
            thread_ts=self.thread,
        )  # fmt: skip
        await self.slack._writes(written)
        return await self._answer(person, before)

    async def taps(self, person: str, shown: Seen, label: str) -> Seen:
        """Press a button of anybody's message; gives what the bot answers."""
        before = len(self._shown(person))
        await self.slack.taps(person, shown.id, label)
        return await self._answer(person, before)

    async def _answer(self, person: str, before: int) -> Seen:
        await self.bot.settle()
        assert len(self._shown(person)) == before + 1
        return self._shown(person)[-1]

    def _shown(self, person: str) -> Sequence[Seen]:
        return [seen for seen in self.slack.screen(person) if seen.role == "bot"]


class TelegramGroup:
    """A group of the emulated Telegram; the bot is in privacy mode there."""

    def __init__(self, bot: Harness) -> None:
        emulator = world_of(bot).emulators["telegram"]
        assert isinstance(emulator, TelegramEmulator)
        self.bot, self.apps = bot, emulator.apps

    async def says(self, person: str, text: str, *, to: Seen | None = None) -> Seen:
        """Write in the group, perhaps as a reply; gives what the bot answers."""
        before = len(self._shown())
        await self.apps.says_in(GROUP, person, text, reply_to="" if to is None else to.id)
        return await self._answer(before)

    async def taps(self, person: str, shown: Seen, label: str) -> Seen:
        """Press a button of anybody's message; gives what the bot answers."""
        before = len(self._shown())
        await self.apps.taps(person, shown.id, label)
        return await self._answer(before)

    async def _answer(self, before: int) -> Seen:
        await self.bot.settle()
        assert len(self._shown()) == before + 1
        return self._shown()[-1]

    def _shown(self) -> Sequence[Seen]:
        return [seen for seen in self.apps.screen(GROUP) if seen.role == "bot"]


def reserved(bot: Harness) -> list[tuple[int, str]]:
    return [(one.arguments["guests"], one.arguments["day"]) for one in bot.calls("reserve")]


@pytest.mark.parametrize("thread", [None, "1763700000.000100"], ids=["channel", "thread"])
async def test_two_people_book_at_once_in_one_slack_channel(
    bot: Harness, thread: str | None
) -> None:
    room = SlackRoom(bot, thread)

    await room.says(ALICE, "/book")
    await room.says(BOB, "/book")
    await room.says(ALICE, "2")
    await room.says(BOB, "7")
    alice = await room.says(ALICE, "tomorrow")
    bob = await room.says(BOB, "friday")

    assert alice.text.startswith("A table for 2 on Thursday?")
    assert bob.text.startswith("A table for 7 on Friday?")
    assert "Booked: 7 on Friday." in (await room.taps(BOB, bob, "Yes")).text
    assert "Booked: 2 on Thursday." in (await room.taps(ALICE, alice, "Yes")).text
    assert reserved(bot) == [(7, "2026-11-20"), (2, "2026-11-19")]
    assert bot.asked_twice == []


@pytest.mark.parametrize("thread", [None, "1763700000.000100"], ids=["channel", "thread"])
async def test_a_strangers_tap_on_slack_is_refused_where_nobody_else_reads_it(
    bot: Harness, thread: str | None
) -> None:
    room = SlackRoom(bot, thread)
    alice = await room.says(ALICE, "/book 2 tomorrow")

    told = await room.taps(BOB, alice, "Yes")

    assert told.text == NO
    assert told.ephemeral
    assert NO not in [seen.text for seen in room.slack.screen(ALICE)]
    assert reserved(bot) == []
    assert "Booked: 2 on Thursday." in (await room.taps(ALICE, alice, "Yes")).text


async def test_slash_commands_of_two_people_in_one_slack_channel_stay_apart(bot: Harness) -> None:
    slack = SlackRoom(bot, None).slack

    await slack.says(ALICE, "/book 2 tomorrow", channel=CHANNEL)
    await slack.says(BOB, "/book 7 friday", channel=CHANNEL)
    await bot.settle()

    mine = [seen.text for seen in slack.screen(ALICE) if seen.role == "bot"]
    theirs = [seen.text for seen in slack.screen(BOB) if seen.role == "bot"]
    assert mine == ["A table for 2 on Thursday?"]
    assert theirs == ["A table for 7 on Friday?"]


async def test_two_people_book_at_once_in_one_telegram_group(bot: Harness) -> None:
    group = TelegramGroup(bot)

    first = await group.says("7", "/book")
    second = await group.says("8", "/book")
    first = await group.says("7", "2", to=first)
    second = await group.says("8", "5", to=second)
    alice = await group.says("7", "tomorrow", to=first)
    bob = await group.says("8", "friday", to=second)

    assert (alice.text, bob.text) == ("A table for 2 on Thursday?", "A table for 5 on Friday?")
    assert "Booked: 5 on Friday." in (await group.taps("8", bob, "Yes")).text
    assert "Booked: 2 on Thursday." in (await group.taps("7", alice, "Yes")).text
    assert reserved(bot) == [(5, "2026-11-20"), (2, "2026-11-19")]


async def test_an_answer_to_anothers_question_fills_nothing_of_theirs(bot: Harness) -> None:
    group = TelegramGroup(bot)
    asked = await group.says("7", "/book")

    told = await group.says("8", "5", to=asked)

    assert "I did not understand “5”." in told.text
    assert (await group.says("7", "tomorrow", to=asked)).text.endswith("How many guests?")


async def test_a_strangers_tap_in_a_telegram_group_is_refused_and_changes_nothing(
    bot: Harness,
) -> None:
    group = TelegramGroup(bot)
    alice = await group.says("7", "/book 2 tomorrow")

    assert (await group.taps("8", alice, "Yes")).text == NO

    assert reserved(bot) == []
    assert group.apps.spinning("8") == []
    assert "Booked: 2 on Thursday." in (await group.taps("7", alice, "Yes")).text


async def test_an_old_yes_in_a_group_never_confirms_a_new_booking(bot: Harness) -> None:
    group = TelegramGroup(bot)
    first = await group.says("7", "/book 2 tomorrow")
    await group.taps("7", first, "Yes")
    await group.says("7", "/book 5 friday")
    await bot.clock.forward(minutes=5)

    told = await group.taps("7", first, "Yes")

    assert told.text.endswith("A table for 5 on Friday?")
    assert reserved(bot) == [(2, "2026-11-19")]
