"""Every state that the ledger knows, how an effect gets there, and how it gets on."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import (
    Absent,
    Action,
    Breaker,
    Command,
    Context,
    Effect,
    Found,
    Retrying,
    Store,
    UserError,
    action,
    command,
)
from bot.testing import bot_for
from bot.testing.harness import Harness
from tests.journeys.agency import Agency, always, once

LOST = ConnectionError("lost")


@dataclass
class Bank:
    """A service with one action, /pay and /refund; its probe can be switched off."""

    agency: Agency = field(default_factory=Agency)
    tells: bool = True

    @property
    def service(self) -> Any:
        return self.agency.taxi

    async def probe(self, ctx: Context, effect: Effect) -> Found[str] | Absent | None:
        if not self.tells:
            return None
        ref = self.service.held.get(effect.key)
        return Absent() if ref is None else Found(ref)

    def commands(self, **options: Any) -> tuple[Command[Any, Any], Command[Any, Any]]:
        async def probe(ctx: Context, effect: Effect) -> Found[str] | Absent | None:
            return await self.probe(ctx, effect)

        given = {"probe": probe, "key": "order-{what}", **options}
        pay: Action[..., str] = self.agency.action_for(self.service, **given)

        @command("pay")
        async def paying(ctx: Context, what: str) -> str:
            """Pay for an order."""
            return f"Paid: {await pay(ctx, what=what)}."

        @command("refund")
        async def refund(ctx: Context, what: str) -> str:
            """Take a payment back."""
            done = await pay.undo(ctx, key=f"reserve_taxi:order-{what}")
            return "Taken back." if done else "There is nothing to take back."

        return paying, refund


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


# ── Undoing ───────────────────────────────────────────────────────────────────


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
