"""Questions that were answered or dropped, as customers see them afterwards."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any, Literal

import pytest

from bot import Context, PermanentSendError, TransientSendError, action, command
from bot.dialog.phrases import ENGLISH
from bot.runtime.delivery import LONGEST_EDIT, MOST_EDITS
from bot.testing import Channel, Harness, Person, bot_for
from bot.testing.fakes import FakeConnector
from bot.testing.worlds import FakeWorld

Size = Literal["small", "large"]


@command("pizza", confirm="A {size} pizza?")
async def pizza(ctx: Context, size: Size, count: int) -> str:
    """Order a pizza."""
    return f"{count} {size} ordered."


@command("pair")
async def pair(ctx: Context, left: int, right: int) -> str:
    """Name two numbers."""
    return f"{left} and {right}."


@pytest.fixture
async def bot() -> AsyncIterator[Harness]:
    async with bot_for(pizza, pair) as harness:
        yield harness


@pytest.fixture
async def ada(bot: Harness) -> Person:
    person = bot.person("ada", slack="U1", telegram="7")
    await person.link()
    return person


def fake(bot: Harness, channel: str) -> FakeConnector:
    assert isinstance(bot.world, FakeWorld)
    return bot.world.fakes[channel]


def first(channel: Channel, text: str) -> tuple[str, tuple[str, ...]]:
    """Tell how the first message with a text stands on the screen now."""
    seen = next(seen for seen in channel.screen if text in seen.text)
    return seen.text, seen.buttons


async def test_a_tap_closes_the_question_where_it_stands(ada: Person) -> None:
    await ada.slack.says("/pizza")
    asked = ada.slack.sees("Size", buttons=["small", "large"])

    await ada.slack.taps("large")

    assert first(ada.slack, asked.text) == (f"{asked.text}\n✓ large", ())
    assert ada.slack.screen[-1].text == "Count?"  # the next question is a message of its own


async def test_words_on_another_channel_close_it_on_every_channel_that_edits(
    bot: Harness,
) -> None:
    ada = bot.person("ada", slack="U1", telegram="7", web="w1")
    await ada.link()
    for channel in (ada.slack, ada.telegram, ada.web):
        await channel.says("/pizza")

    await ada.web.says("small")

    assert "✓ small" in ada.slack.told()
    assert "✓ small" in ada.telegram.told()
    assert "✓" not in ada.web.told()
    assert not any(seen.buttons for seen in [*ada.slack.screen, *ada.telegram.screen])


async def test_an_edited_message_is_not_new(ada: Person) -> None:
    await ada.slack.says("/pizza")
    ada.slack.sees("Size")

    await ada.telegram.says("large")

    ada.slack.sees_nothing()
    ada.telegram.sees("Count?")


async def test_a_question_is_edited_only_where_it_had_something_to_press(ada: Person) -> None:
    await ada.slack.says("/pair")  # with a form beside it
    await ada.telegram.says("repeat")  # without: the platform has none

    await ada.telegram.says("3")

    assert first(ada.slack, "Left?")[0] == "Left?\n✓ 3"
    assert first(ada.telegram, "Left?")[0] == "Left?"


async def test_a_dropped_question_says_so(ada: Person) -> None:
    await ada.slack.says("/pizza")
    ada.slack.sees("Size")

    await ada.telegram.says("cancel")

    text, buttons = first(ada.slack, "Size")
    assert (text.splitlines()[-1], buttons) == (ENGLISH.NO_LONGER_ASKED, ())


async def test_a_button_that_was_taken_away_answers_nothing_any_more(ada: Person) -> None:
    await ada.slack.says("/pizza")
    await ada.telegram.says("large")

    with pytest.raises(AssertionError, match="no button"):
        await ada.slack.taps("small")
    await ada.slack.taps("small", behind=True)

    ada.slack.sees("You answered large on Telegram.", buttons=["Change it", "Keep"])


async def test_a_question_that_waits_while_it_is_answered_elsewhere_comes_without_buttons(
    bot: Harness, ada: Person
) -> None:
    fake(bot, "slack").fail = 1
    await ada.slack.says("/pizza")
    await ada.telegram.says("large")

    await bot.clock.forward(minutes=5)

    seen = ada.slack.sees("✓ large")
    assert (seen.buttons, seen.gone) == ((), ())


async def test_a_death_between_answer_and_edit_loses_no_edit(bot: Harness, ada: Person) -> None:
    await ada.slack.says("/pizza")
    fake(bot, "slack").fail = 1
    await ada.telegram.says("large")
    assert "✓ large" not in ada.slack.told()

    await bot.crash()
    await bot.clock.forward(minutes=5)

    assert first(ada.slack, "Size")[0].count("✓ large") == 1


async def test_an_edit_that_keeps_failing_is_left_and_holds_nothing_up(
    bot: Harness, ada: Person
) -> None:
    await ada.slack.says("/pizza")
    fake(bot, "slack").fail = MOST_EDITS
    await ada.telegram.says("large")
    for _ in range(MOST_EDITS):
        await bot.clock.forward(seconds=10)

    await ada.slack.says("2")

    assert "✓ large" not in ada.slack.told()
    assert ada.slack.screen[-1].text == "A large pizza?"
    assert await bot.bot.store.outbox.letters(states=("waiting", "dead"), limit=9) == []


@pytest.mark.parametrize(
    "trouble",
    [
        TransientSendError("slow down", retry_after=LONGEST_EDIT + timedelta(seconds=1)),
        PermanentSendError("too old"),
    ],
    ids=["late", "never"],
)
async def test_an_edit_that_the_platform_wants_late_or_never_is_left(
    bot: Harness, ada: Person, trouble: Exception
) -> None:
    await ada.slack.says("/pizza")
    fake(bot, "slack").troubles.append(trouble)

    await ada.telegram.says("large")

    assert "✓ large" not in ada.slack.told()
    assert await bot.bot.store.outbox.letters(states=("waiting", "dead"), limit=9) == []


async def test_the_same_edit_twice_is_harmless(bot: Harness, ada: Person) -> None:
    """The platform edited, and the bot died before it knew."""
    await ada.slack.says("/pizza")
    slack = fake(bot, "slack")
    lost = _Losing(slack)
    bot.bot.workers._delivery.connectors = {**bot.bot.workers._delivery.connectors, "slack": lost}

    await ada.telegram.says("large")
    await bot.clock.forward(minutes=5)

    assert lost.edits == 2
    assert first(ada.slack, "Size")[0].count("✓ large") == 1


async def test_a_platform_that_edits_no_more_gets_no_second_message(
    bot: Harness, ada: Person
) -> None:
    await ada.slack.says("/pizza")
    slack = fake(bot, "slack")
    slack.fail = 1
    await ada.telegram.says("large")
    slack.capabilities = replace(slack.capabilities, edits=False)
    before = len(ada.slack.screen)

    await bot.clock.forward(minutes=5)

    assert len(ada.slack.screen) == before


@dataclass
class _Losing:
    """A connector whose first answer to an edit gets lost on the way."""

    fake: FakeConnector
    edits: int = 0
    lost: int = field(default=1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.fake, name)

    async def send(self, message: Any, to: Any, hints: Any) -> Any:
        receipt = await self.fake.send(message, to, hints)
        if message.replaces is not None:
            self.edits += 1
            if self.edits <= self.lost:
                raise TransientSendError("the line went dead")
        return receipt


def _is_shown(channel: Channel, text: str) -> bool:
    return text in channel.told()


# ── Progress ──────────────────────────────────────────────────────────────────


@dataclass
class Oven:
    """Bakes as slowly as a test wants."""

    steps: asyncio.Queue[str] = field(default_factory=asyncio.Queue)


async def test_progress_is_one_message_that_changes_and_the_answer_another() -> None:
    oven = Oven()

    @action(read=True)
    async def bake(ctx: Context) -> None:
        while (step := await oven.steps.get()) != "done":
            await ctx.progress(step)

    @command("bake")
    async def baking(ctx: Context) -> str:
        """Bake."""
        await bake(ctx)
        return "Baked."

    async with bot_for(baking) as bot:
        ada = bot.person("ada", telegram="7")
        await bot.world.says("telegram", "7", "/bake")
        for step in ("Kneading.", "Rising.", "Baking."):
            oven.steps.put_nowait(step)
            await bot.until(partial(_is_shown, ada.telegram, step))
            assert [seen.text for seen in ada.telegram.screen] == [step]
        oven.steps.put_nowait("done")
        await bot.settle()

        assert [seen.text for seen in ada.telegram.screen] == ["Baking.", "Baked."]
        facts = [fact.body.get("text") for fact in bot.facts.all if fact.kind == "message"]
        assert facts == ["/bake", "Kneading.", "Baked."]
