"""Where customers can be reached: blocks, new names, and signs that an answer is under way."""

import asyncio
import io
from dataclasses import replace
from datetime import timedelta

from rich.console import Console

from bot import (
    Address,
    BlockedError,
    ConnectorName,
    Context,
    DeliveryReport,
    Moved,
    Reach,
    Received,
    Reported,
    account_of,
    command,
)
from bot.cli.rerun import replay
from bot.cli.telling import tell_conversation
from bot.runtime.attention import Attention, AttentionPace
from bot.testing import Harness, bot_for
from bot.testing.worlds import FakeWorld

TELEGRAM = Address(account=account_of("telegram"), user="7", place="D7")


@command("pair", expires=timedelta(hours=1))
async def pair(ctx: Context, first: int, second: int) -> str:
    """Ask for two numbers."""
    return f"{first} and {second}."


@command("page")
async def page(ctx: Context, words: str) -> str:
    """Tell oneself something unasked."""
    await ctx.notify(ctx.customer, words, purpose="page", key=ctx.event_id)
    return "Done."


class Kitchen:
    """Takes its time: until it is told to be ready."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()


def world_of(bot: Harness) -> FakeWorld:
    assert isinstance(bot.world, FakeWorld)
    return bot.world


async def learn(bot: Harness, *news: Reach | Moved) -> None:
    """Let a platform tell news, as a webhook does."""
    await bot.bot.intake.accept(ConnectorName("telegram"), Received(news=news))
    await bot.settle()


def gone(bot: Harness, *, is_open: bool = False) -> Reach:
    """Write the news that the customer has shut the bot out, or let it in."""
    return Reach(account=TELEGRAM.account, user="7", is_open=is_open, at=bot.clock.now())


async def shown_by(bot: Harness) -> str:
    """Run ``threadline show`` on the customer's conversation."""
    conversation = await bot.bot.store.customers.locate(TELEGRAM, now=bot.clock.now())
    written = io.StringIO()
    await tell_conversation(bot.bot.store, conversation, Console(file=written, width=200))
    return written.getvalue()


async def test_an_operator_sees_how_far_a_message_got() -> None:
    async with bot_for(pair) as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/pair 1")
        sent = alice.telegram.screen[-1].id.rpartition(".")[0]
        reports = [
            DeliveryReport(account="telegram", provider_id=sent, state=state)
            for state in (Reported.READ, Reported.SENT, Reported.DELIVERED)
        ]
        await bot.bot.intake.accept(ConnectorName("telegram"), Received(reports=reports))

        told = [line.split("receipt")[1].strip() for line in (await shown_by(bot)).split("\n")
                if "receipt" in line]  # fmt: skip
        assert told == ["sent", "read"]
        read = {"connector": "telegram", "state": "read"}
        counted = bot.bot.metrics.registry.get_sample_value
        assert counted("threadline_delivery_reports_total", read) == 1


async def test_a_dialog_goes_on_elsewhere_though_its_channel_was_shut() -> None:
    async with bot_for(pair) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.link()
        await alice.telegram.says("/pair 1")
        bot.clock.move(timedelta(seconds=1))
        await learn(bot, gone(bot))

        await alice.slack.says("2")

        alice.slack.sees("1 and 2.")


async def test_what_nobody_asked_for_goes_to_another_channel_that_is_open() -> None:
    async with bot_for(page) as bot:
        alice = bot.person("alice", telegram="7", slack="U1")
        await alice.link()
        before = len(alice.telegram.screen)
        bot.clock.move(timedelta(seconds=1))
        await learn(bot, gone(bot))

        await alice.slack.says("/page ready")

        assert [seen.text for seen in alice.slack.screen[-2:]] == ["Done.", "ready"]
        assert len(alice.telegram.screen) == before


async def test_what_nobody_asked_for_is_dropped_and_told_where_no_channel_is_open() -> None:
    async with bot_for(pair) as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/pair 1")
        shown = len(alice.telegram.screen)
        bot.clock.move(timedelta(seconds=1))
        await learn(bot, gone(bot))

        await bot.clock.forward(hours=2)

        assert len(alice.telegram.screen) == shown
        assert "receipt   failed blocked by the customer" in await shown_by(bot)
        registry = bot.bot.metrics.registry
        blocked = {"connector": "telegram", "class": "blocked"}
        assert registry.get_sample_value("threadline_refusals_total", blocked) == 1


async def test_a_blocked_customer_is_answered_again_once_they_write() -> None:
    async with bot_for(pair) as bot:
        alice = bot.person("alice", telegram="7")
        world_of(bot).fakes["telegram"].troubles = [BlockedError("blocked by the user")]
        await alice.telegram.says("/pair 1")
        assert alice.telegram.screen == []

        bot.clock.move(timedelta(seconds=1))
        await alice.telegram.says("2")

        alice.telegram.sees("1 and 2.")


async def test_a_dialog_goes_on_under_another_name() -> None:
    async with bot_for(pair) as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/pair 1")
        await learn(bot, Moved(account=TELEGRAM.account, user="7", new_user="8", new_place="D8"))
        renamed = bot.person("alice", telegram="8")

        await renamed.telegram.says("2")

        renamed.telegram.sees("1 and 2.")
        [(conversation, _, _), *_] = await bot.bot.store.log.conversations(limit=1)
        report = await replay(bot.settings, bot.extensions, bot.bot.store, conversation)
        assert (report.turns, report.same) == (2, 2)


async def test_whoever_waits_for_a_turn_sees_that_it_is_under_way() -> None:
    kitchen = Kitchen()

    @command("cook")
    async def cook(ctx: Context, what: str) -> str:
        """Cook something."""
        await kitchen.ready.wait()
        return f"{what} is ready."

    async with bot_for(cook) as bot:
        alice = bot.person("alice", telegram="7")
        telegram = world_of(bot).fakes["telegram"]
        telegram.capabilities = replace(telegram.capabilities, typing=True)
        hurry(bot.bot.stage.runner.attention)

        await world_of(bot).says("telegram", "7", "/cook soup")
        await bot.until(lambda: telegram.attended[-2:] == [("7", True)] * 2)
        kitchen.ready.set()
        await bot.settle()

        assert telegram.attended[0] == ("7", False)
        alice.telegram.sees("soup is ready.")


def hurry(attention: Attention) -> None:
    """Let a test wait for milliseconds where customers wait for seconds."""
    moment = timedelta(milliseconds=5)
    attention.pace = AttentionPace(after=moment, again=moment)
