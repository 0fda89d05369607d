"""What takes long is answered at once, and the result comes later in the same place."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic
from typing import Annotated, Any

import pytest

from bot import Arg, Command, Context, PluginError, UserError, action, command
from bot.testing import bot_for
from bot.testing.harness import Harness

SLACKS_LIMIT = 3.0  # seconds; Slack, "Acknowledging requests", read in November 2026
MOMENT = "One moment, I am on it…"


@dataclass
class Kitchen:
    """A service that takes until it is told to be done."""

    done: asyncio.Event = field(default_factory=asyncio.Event)
    words: tuple[str, ...] = ()
    calls: int = 0

    def command(self, **options: Any) -> Command[Any, Any]:
        @action(**options)
        async def cook(ctx: Context, dish: str) -> str:
            self.calls += 1
            for words in self.words:
                await ctx.progress(words)
            await self.done.wait()
            return f"{dish} is ready"

        @command("cook")
        async def cooking(ctx: Context, dish: str) -> str:
            """Cook a dish."""
            return f"{await cook(ctx, dish=dish)}."

        return cooking


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


def impatient(bot: Harness, seconds: float) -> None:
    """Have our own word come so soon."""
    stage = bot.bot.stage
    stage.exchange(replace(stage.runner, slow=timedelta(seconds=seconds)))


@pytest.mark.slow
async def test_slack_is_answered_in_time_and_gets_the_result_later_in_the_same_place(
    kitchen: Kitchen,
) -> None:
    async with bot_for(kitchen.command(), wire=True) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        impatient(bot, 0.1)
        before = monotonic()
        await bot.world.says("slack", "U1", "/cook soup")
        assert monotonic() - before < SLACKS_LIMIT

        await bot.until(lambda: MOMENT in alice.slack.told())
        assert "is ready" not in alice.slack.told()
        kitchen.done.set()
        await bot.settle()

        alice.slack.sees(MOMENT)
        alice.slack.sees("soup is ready.")
        assert [kitchen.calls, len(alice.telegram.screen)] == [1, 0]


async def test_words_of_the_author_are_shown_while_it_works(kitchen: Kitchen) -> None:
    kitchen.words = ("The water is on.", "It boils.")
    async with bot_for(kitchen.command()) as bot:
        alice = bot.person("alice", telegram="7")
        await bot.world.says("telegram", "7", "/cook soup")

        await bot.until(lambda: "It boils." in alice.telegram.told())
        kitchen.done.set()
        await bot.settle()

        shown = [seen.text for seen in alice.telegram.screen]
        assert shown == ["It boils.", "soup is ready."]  # the platform edits


async def test_where_nothing_is_edited_each_word_is_a_message(kitchen: Kitchen) -> None:
    kitchen.words = ("The water is on.", "It boils.")
    kitchen.done.set()
    async with bot_for(kitchen.command()) as bot:
        alice = bot.person("alice", web="w1")

        await alice.web.says("/cook soup")

        shown = [seen.text for seen in alice.web.screen]
        assert shown == ["The water is on.", "It boils.", "soup is ready."]


async def test_what_is_quick_needs_no_word(kitchen: Kitchen) -> None:
    kitchen.done.set()
    async with bot_for(kitchen.command()) as bot:
        alice = bot.person("alice", telegram="7")

        await alice.telegram.says("/cook soup")

        assert [seen.text for seen in alice.telegram.screen] == ["soup is ready."]


async def test_a_run_after_a_death_shows_nothing_twice(kitchen: Kitchen) -> None:
    kitchen.words = ("The water is on.",)
    async with bot_for(kitchen.command(idempotent=True)) as bot:
        alice = bot.person("alice", telegram="7")
        await bot.world.says("telegram", "7", "/cook soup")
        await bot.until(lambda: "The water is on." in alice.telegram.told())
        kitchen.done.set()
        await bot.crash()

        shown = [seen.text for seen in alice.telegram.screen]
        assert shown == ["The water is on.", "soup is ready."]


async def test_progress_of_an_effect_that_was_done_before_the_death_does_not_hide_the_next() -> (
    None
):
    gate = asyncio.Event()
    calls: list[str] = []

    @action(idempotent=True)
    async def first(ctx: Context) -> None:
        calls.append("first")
        await ctx.progress("One.")

    @action(idempotent=True)
    async def second(ctx: Context) -> None:
        calls.append("second")
        if calls.count("second") == 1:
            gate.set()
            await asyncio.Event().wait()
        await ctx.progress("Two.")

    @command("both")
    async def both(ctx: Context) -> str:
        """Do both."""
        await first(ctx)
        await second(ctx)
        return "Done both."

    async with bot_for(both) as bot:
        alice = bot.person("alice", telegram="7")
        await bot.world.says("telegram", "7", "/both")
        await bot.until(gate.is_set)
        await bot.crash()

        shown = [seen.text for seen in alice.telegram.screen]
        assert shown == ["One.", "Two.", "Done both."]
        assert calls == ["first", "second", "second"]


async def test_a_check_may_show_nothing() -> None:
    raised: list[str] = []

    async def check(ctx: Context, number: int) -> str | None:
        try:
            await ctx.progress("Looking.")
        except PluginError as error:
            raised.append(str(error))
        return None

    @command("pick")
    async def pick(ctx: Context, number: Annotated[int, Arg("Which?", check=check)]) -> str:
        """Pick a number."""
        return f"Picked {number}."

    async with bot_for(pick) as bot:
        alice = bot.person("alice", telegram="7")

        await alice.telegram.says("/pick 1")

        assert [seen.text for seen in alice.telegram.screen] == ["Picked 1."]
        assert "check or a suggestion" in raised[0]


async def test_a_refusal_after_a_word_is_still_shown(kitchen: Kitchen) -> None:
    @action
    async def fail(ctx: Context) -> None:
        await ctx.progress("I am asking the kitchen.")
        raise UserError("The kitchen is closed.")

    @command("eat")
    async def eat(ctx: Context) -> None:
        """Eat."""
        await fail(ctx)

    async with bot_for(eat) as bot:
        alice = bot.person("alice", telegram="7")

        await alice.telegram.says("/eat")

        alice.telegram.sees("I am asking the kitchen.")
        alice.telegram.sees("The kitchen is closed.", buttons=["/eat", "Help"])
