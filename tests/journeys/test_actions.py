"""Actions through the ledger: at most once, settled after an interruption, never on a guess."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot import (
    Absent,
    Action,
    Command,
    Context,
    Effect,
    Found,
    Retry,
    UserError,
    action,
    command,
)
from bot.testing import bot_for


@dataclass
class Till:
    """A service outside: what it was asked for, by key, and what it does next."""

    charged: list[str] = field(default_factory=list)
    calls: int = 0
    before: Exception | None = None
    after: Exception | None = None

    async def charge(self, key: str) -> str:
        self.calls += 1
        if self.before is not None:
            raise self.before
        self.charged.append(key)
        if self.after is not None:
            raise self.after
        return f"R{len(self.charged)}"


Charge = Action[[int], str]
Made = tuple[Till, Charge, Command[Any, Any]]


def paying(**options: Any) -> Made:
    till = Till()

    @action(**options)
    async def charge(ctx: Context, amount: int) -> str:
        return await till.charge(ctx.idempotency_key)

    @command("pay", say=["pay {amount}"])
    async def pay(ctx: Context, amount: int) -> str:
        """Pay an amount."""
        return f"Paid: {await charge(ctx, amount=amount)}."

    return till, charge, pay


async def test_a_slash_command_without_confirm_acts_at_once_and_once() -> None:
    till, _, pay = paying()
    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/pay 5")

        alice.slack.sees("Paid: R1.")
        assert till.calls == 1
        assert [(call.state, call.arguments) for call in bot.calls("charge")] == [
            ("done", {"amount": 5})
        ]


async def test_words_only_propose_so_an_effect_asks_first() -> None:
    till, _, pay = paying()
    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("pay 5")
        asked = alice.slack.sees("Pay an amount: 5. Shall I do that?", buttons=["Yes", "No"])

        assert asked is not None
        assert till.calls == 0
        await alice.slack.says("yes")
        alice.slack.sees("Paid: R1.")
        assert till.calls == 1


async def test_a_look_up_never_asks() -> None:
    till, _, pay = paying(read=True)
    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("pay 5")

        alice.slack.sees("Paid: R1.")
        assert till.calls == 1


async def test_an_interrupted_effect_without_a_probe_is_unknown_and_never_called_again() -> None:
    till, _, pay = paying()
    till.after = ConnectionError("the answer was lost")
    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/pay 5")

        alice.slack.sees("I cannot tell whether that went through.")
        assert till.calls == 1
        assert [call.state for call in bot.calls("charge")] == ["unknown"]


async def _found(till: Till, effect: Effect) -> Found[str] | Absent:
    return Found("R1") if effect.key in till.charged else Absent()


@pytest.mark.parametrize(
    ("fails", "told", "state"),
    [("after", "Paid: R1.", "done"), ("before", "Something went wrong on our side", "failed")],
)
async def test_a_probe_tells_what_became_of_an_interrupted_effect(
    fails: str, told: str, state: str
) -> None:
    async def probe(ctx: Context, effect: Effect) -> Found[str] | Absent:
        return await _found(till, effect)

    till, _, pay = paying(probe=probe)
    setattr(till, fails, ConnectionError("lost"))
    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/pay 5")

        alice.slack.sees(told)
        assert [call.state for call in bot.calls("charge")] == [state]


async def test_after_an_error_the_answers_are_kept_and_trying_again_may_succeed() -> None:
    async def probe(ctx: Context, effect: Effect) -> Found[str] | Absent:
        return await _found(till, effect)

    till, _, pay = paying(probe=probe)
    till.before = ConnectionError("lost")
    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        alice.slack.sees("Try again?", buttons=["Try again", "Cancel"])
        till.before = None

        await alice.slack.taps("Try again")

        alice.slack.sees("Paid: R1.")
        assert len(till.charged) == 1
        assert [call.attempts for call in bot.calls("charge")] == [2]


async def test_a_refusal_is_shown_and_frees_the_key() -> None:
    till, _, pay = paying(key="order-{amount}")
    till.before = UserError("Your card was refused.")
    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        alice.slack.sees("Your card was refused.")
        till.before = None

        await alice.slack.says("/pay 5")

        alice.slack.sees("Paid: R1.")


async def test_a_business_key_acts_once_over_dialogs_and_customers() -> None:
    till, _, pay = paying(key="order-{amount}")
    async with bot_for(pay) as bot:
        alice, carol = bot.person("alice", slack="U1"), bot.person("carol", telegram="8")

        await alice.slack.says("/pay 5")
        await carol.telegram.says("/pay 5")

        alice.slack.sees("Paid: R1.")
        carol.telegram.sees("Paid: R1.")
        assert till.calls == 1


async def test_a_new_dialog_is_a_new_intent() -> None:
    till, _, pay = paying()
    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/pay 5")
        await alice.slack.says("/pay 5")

        alice.slack.sees("Paid: R1.")
        alice.slack.sees("Paid: R2.")
        assert till.calls == 2


async def test_retry_asks_one_parameter_again_and_keeps_the_others() -> None:
    @command("seat")
    async def seat(ctx: Context, row: int, name: str) -> str:
        """Take a seat."""
        if row == 13:
            raise Retry("There is no row 13.", arg="row")
        return f"{name} sits in row {row}."

    async with bot_for(seat) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/seat 13 Alice")
        alice.slack.sees("There is no row 13. Row?")

        await alice.slack.says("12")

        alice.slack.sees("Alice sits in row 12.")


async def test_an_effect_is_undone_once_and_its_key_is_free_again() -> None:
    undone: list[str] = []

    async def take_back(ctx: Context, effect: Effect) -> None:
        undone.append(f"{effect.result} {effect.arguments['amount']}")

    _, charge, pay = paying(key="order-{amount}", undo=take_back)

    @command("refund")
    async def refund(ctx: Context, amount: int) -> str:
        """Take a payment back."""
        taken = await charge.undo(ctx, key=f"charge:order-{amount}")
        return "Taken back." if taken else "There is nothing to take back."

    async with bot_for(pay, refund) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/pay 5")
        await alice.slack.says("/refund 5")
        await alice.slack.says("/refund 5")
        await alice.slack.says("/pay 5")

        alice.slack.sees("Taken back.")
        alice.slack.sees("There is nothing to take back.")
        alice.slack.sees("Paid: R2.")
        assert undone == ["R1 5"]


async def test_what_an_action_masks_is_not_in_the_ledger() -> None:
    _, _, pay = paying(mask=("amount",))
    async with bot_for(pay) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/pay 5")

        assert [call.arguments for call in bot.calls("charge")] == [{"amount": "•••"}]
