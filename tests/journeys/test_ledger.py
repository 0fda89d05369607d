"""Every state that the ledger knows, how an effect gets there, and how it gets on."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import (
    Absent,
    Breaker,
    Context,
    Effect,
    Retrying,
    Store,
    UserError,
    action,
    command,
)
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


# ── Doing ─────────────────────────────────────────────────────────────────────


async def test_an_effect_is_started_while_the_service_works_and_failed_where_it_refuses() -> None:
    seen: list[str] = []

    @action(key="{order}")
    async def charge(ctx: Context, order: str) -> str:
        held = await store().ledger.find(ctx.idempotency_key)
        seen.append(held.state if held else "nothing")
        raise UserError("Your card was refused.")

    @command("pay")
    async def pay(ctx: Context, order: str) -> str:
        """Pay for an order."""
        return await charge(ctx, order=order)

    async with bot_for(pay) as bot:

        def store() -> Store:
            return bot.bot.store

        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/pay 5")

        alice.slack.sees("Your card was refused.")
        assert seen == ["started"]
        assert [effect.state for effect in bot.calls("charge")] == ["failed"]


async def test_a_repeated_key_with_the_same_arguments_is_remembered(bank: Bank) -> None:
    async with bot_for(*bank.commands()) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/pay 5")
        await alice.slack.says("/pay 5")

        alice.slack.sees("Paid: taxi-1.")
        alice.slack.sees("Paid: taxi-1.")
        assert (state(bot), bank.service.done) == ("done", ["5"])


async def test_a_used_key_with_other_arguments_is_told_and_nothing_is_done() -> None:
    charged: list[int] = []

    @action(key="{order}")
    async def charge(ctx: Context, order: str, amount: int) -> str:
        charged.append(amount)
        return f"{order} {amount}"

    @command("pay")
    async def pay(ctx: Context, order: str, amount: int) -> str:
        """Pay for an order."""
        return f"Paid: {await charge(ctx, order=order, amount=amount)}."

    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says('/pay "A7" 5')
        alice.slack.sees("Paid: A7 5.")

        with capture_logs() as logs:
            await alice.slack.says('/pay "A7" 6')

        alice.slack.sees(
            "That was asked for before with other details, so I did not do it again.",
            buttons=["/pay", "Help"],
        )
        assert charged == [5]
        [line] = [one for one in logs if one["event"] == "effect.mismatch"]
        assert (line["action"], line["log_level"]) == ("charge", "error")


async def test_a_call_that_lacks_or_invents_an_argument_begins_nothing(bank: Bank) -> None:
    @action
    async def send(ctx: Context, to: str, text: str = "") -> None: ...

    wrong: list[dict[str, Any]] = [{}, {"to": "a", "txt": "b"}]

    @command("send")
    async def sending(ctx: Context, number: int) -> str:
        """Send."""
        try:
            await send(ctx, **wrong[number])
        except TypeError as error:
            return str(error)
        return "sent"

    async with bot_for(sending) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/send 0")
        await alice.slack.says("/send 1")

        alice.slack.sees("the action send needs the argument 'to'")
        alice.slack.sees("the action send has no parameter 'txt'")
        assert bot.calls("send") == []


# ── Again ─────────────────────────────────────────────────────────────────────


async def test_a_call_that_certainly_did_nothing_is_made_again(bank: Bank) -> None:
    bank.service.on_do = once(LOST)
    async with bot_for(*bank.commands(retry=Retrying(attempts=2, first=0.0))) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/pay 5")

        alice.slack.sees("Paid: taxi-1.")
        assert [effect.attempts for effect in bot.calls("reserve_taxi")] == [1]


async def test_a_look_up_is_made_again_without_a_row_in_the_ledger() -> None:
    errors = [LOST, LOST]

    @action(read=True, retry=Retrying(attempts=3, first=0.0))
    async def price(ctx: Context) -> int:
        if errors:
            raise errors.pop()
        return 7

    @command("price")
    async def pricing(ctx: Context) -> str:
        """Tell the price."""
        return f"{await price(ctx)} euros."

    async with bot_for(pricing) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/price")

        alice.slack.sees("7 euros.")
        assert bot.effects == []


async def test_a_service_that_fails_time_after_time_is_left_alone_for_a_while(bank: Bank) -> None:
    bank.service.on_do = always(LOST)
    async with bot_for(*bank.commands(breaker=Breaker(failures=2, pause=30))) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        await alice.slack.taps("Try again")
        calls: list[str] = []
        bank.service.on_do = lambda: calls.append("called")

        await alice.slack.taps("Try again")
        alice.slack.sees(
            "The service for this does not answer at the moment. Your answers are kept. Try again?",
            buttons=["Try again", "Cancel"],
        )
        assert calls == []
        await bot.clock.forward(seconds=30)
        await alice.slack.taps("Try again")

        alice.slack.sees("Paid: taxi-1.")
        assert calls == ["called"]


async def test_what_was_done_is_remembered_while_the_service_is_left_alone(bank: Bank) -> None:
    async with bot_for(*bank.commands(breaker=Breaker(failures=1))) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        bank.service.on_do = always(LOST)
        await alice.slack.says("/pay 6")
        alice.slack.sees("Try again?")

        await alice.slack.says("/pay 5")

        alice.slack.sees("Paid: taxi-1.")


# ── Unknown ───────────────────────────────────────────────────────────────────


async def test_an_unknown_effect_is_done_once_the_probe_can_tell(bank: Bank) -> None:
    bank.tells = False
    bank.service.after_do = once(LOST)
    async with bot_for(*bank.commands()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        alice.slack.sees("I cannot tell whether that went through.")
        assert state(bot) == "unknown"
        bank.tells = True

        await alice.slack.says("/pay 5")

        alice.slack.sees("Paid: taxi-1.")
        assert (state(bot), bank.service.done) == ("done", ["5"])


# ── Masked ────────────────────────────────────────────────────────────────────


async def test_a_masked_argument_stands_nowhere_in_clear_and_still_tells_requests_apart(
    tmp_path: Path,
) -> None:
    charged: list[str] = []
    seen: list[Any] = []

    async def undo(ctx: Context, effect: Effect) -> None:
        seen.append(effect.arguments["pin"])

    @action(key="{order}", mask=["pin"], undo=undo)
    async def charge(ctx: Context, order: str, pin: str) -> str:
        charged.append(pin)
        return order

    pins = ["735219", "735219", "600613"]

    @command("pay")
    async def pay(ctx: Context, order: str) -> str:
        """Pay for an order."""
        return f"Paid: {await charge(ctx, order=order, pin=pins.pop(0))}."

    @command("refund")
    async def refund(ctx: Context, order: str) -> str:
        """Take back."""
        return str(await charge.undo(ctx, key=f"charge:{order}"))

    async with bot_for(pay, refund) as bot:
        alice = bot.person("alice", slack="U1")
        with capture_logs() as logs:
            for _ in range(3):
                await alice.slack.says("/pay A7")
        await alice.slack.says("/refund A7")

        assert charged == ["735219"]
        alice.slack.sees("Paid: A7.")
        alice.slack.sees("Paid: A7.")
        alice.slack.sees("asked for before with other details")
        assert seen == ["•••"]
        folder = bot.settings.folder
        files = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
        told = json.dumps(logs, default=str)

    for pin in ("735219", "600613"):
        assert pin.encode() not in files
        assert pin not in told


# ── Two at once ───────────────────────────────────────────────────────────────


async def test_what_another_customer_is_just_having_done_is_not_done_twice() -> None:
    begun, gate = asyncio.Event(), asyncio.Event()
    calls: list[str] = []

    async def probe(ctx: Context, effect: Effect) -> Absent:
        return Absent()

    @action(key="{seat}", probe=probe)
    async def take(ctx: Context, seat: str) -> str:
        calls.append(ctx.customer.id)
        begun.set()
        await gate.wait()
        return seat

    @command("seat")
    async def seating(ctx: Context, seat: str) -> str:
        """Take a seat."""
        return f"Taken: {await take(ctx, seat=seat)}."

    async with bot_for(seating) as bot:
        alice, bob = bot.person("alice", slack="U1"), bot.person("bob", telegram="7")
        await bot.world.says("slack", "U1", "/seat A7")
        await bot.until(begun.is_set)
        await bot.world.says("telegram", "7", "/seat A7")
        await bot.until(lambda: "Try again?" in bob.telegram.told())
        gate.set()
        await bot.settle()

        alice.slack.sees("Taken: A7.")
        bob.telegram.sees("That is being done right now, in another conversation.")
        await bob.telegram.taps("Try again")
        bob.telegram.sees("Taken: A7.")
        assert len(calls) == 1
