"""How effects are undone: once, after a refusal, an error or a death in between."""

from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import Context, Effect, UserError, action, command
from bot.testing import bot_for
from bot.testing.harness import Harness
from tests.journeys.agency import Bank, always, once

LOST = ConnectionError("lost")


@pytest.fixture
def bank() -> Bank:
    return Bank()


def state(bot: Harness) -> str:
    [effect] = bot.calls("reserve_taxi")
    return effect.state


async def test_an_undone_effect_frees_its_key(bank: Bank) -> None:
    async with bot_for(*bank.commands()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        await alice.slack.says("/refund 5")
        assert state(bot) == "undone"

        await alice.slack.says("/pay 5")

        alice.slack.sees("Paid: taxi-2.")
        assert state(bot) == "done"


async def test_an_effect_of_the_same_turn_is_undone_with_its_result() -> None:
    undone: list[Any] = []

    async def undo(ctx: Context, effect: Effect) -> None:
        undone.append((effect.result, ctx.idempotency_key))

    @action(key="all", undo=undo)
    async def reserve(ctx: Context) -> str:
        return "R1"

    @command("try")
    async def attempt(ctx: Context) -> str:
        """Try and take back."""
        await reserve(ctx)
        return str(await reserve.undo(ctx, key="reserve:all"))

    async with bot_for(attempt) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/try")

        alice.slack.sees("True")
        assert undone == [("R1", "reserve:all")]


async def test_an_undo_that_the_service_refuses_leaves_the_effect_done(bank: Bank) -> None:
    async with bot_for(*bank.commands()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        bank.service.on_undo = always(UserError("Too late to cancel."))

        await alice.slack.says("/refund 5")

        alice.slack.sees("Too late to cancel.")
        assert state(bot) == "done"


@pytest.mark.parametrize("when", ["on_undo", "after_undo"])
async def test_a_probe_tells_what_became_of_an_undo_that_failed(bank: Bank, when: str) -> None:
    async with bot_for(*bank.commands()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        setattr(bank.service, when, once(LOST))
        await alice.slack.says("/refund 5")
        if when == "on_undo":
            assert state(bot) == "undoing"
            await alice.slack.taps("Try again")

        alice.slack.sees("Taken back.")
        assert (state(bot), bank.service.undone) == ("undone", ["taxi-1"])


@pytest.mark.parametrize("point", ["effect.undo.before", "effect.undo.after"])
@pytest.mark.parametrize("tells", [True, False])
async def test_after_a_death_within_an_undo_the_probe_is_asked_first(
    bank: Bank, point: str, *, tells: bool
) -> None:
    async with bot_for(*bank.commands()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        bank.tells = tells
        die = bot._death.strike
        if point == "effect.undo.before":
            bank.service.on_undo = once_then(die)
        else:
            bank.service.after_undo = once_then(die)
        await alice.slack.says("/refund 5")

        if tells:
            alice.slack.sees("Taken back.")
            assert state(bot) == "undone"
        else:
            alice.slack.sees("I cannot tell whether that went through.")
            assert state(bot) == "undoing"
        assert len(bank.service.undone) <= 1


def once_then(act: Callable[[], None]) -> Callable[[], None]:
    """Die in the middle: what follows the point does not happen any more."""
    left = [act]

    def run() -> None:
        if left:
            left.pop()()
            raise ConnectionError("the process is gone")

    return run


async def test_doing_it_anew_first_finishes_an_undo_that_had_failed(bank: Bank) -> None:
    async with bot_for(*bank.commands()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        bank.service.on_undo = once(LOST)
        await alice.slack.says("/refund 5")
        assert state(bot) == "undoing"

        await alice.slack.says("/pay 5")

        alice.slack.sees("Paid: taxi-2.")
        alice.slack.sees("Back to: Take a payment back.", buttons=["Try again", "Cancel"])
        assert bank.service.undone == ["taxi-1"]
        assert list(bank.service.held.values()) == ["taxi-2"]


async def test_undoing_what_cannot_be_undone_is_an_error_of_the_author(bank: Bank) -> None:
    async with bot_for(*bank.commands(undo=None)) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")

        with capture_logs() as logs:
            await alice.slack.says("/refund 5")

        alice.slack.sees("Something went wrong on our side")
        [error] = [str(line["exc_info"]) for line in logs if line["event"] == "command.failed"]
        assert "the action reserve_taxi has no undo" in error
        assert state(bot) == "done"
