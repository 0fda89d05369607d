"""Repairs over the whole bot: on every channel, in every dialog, and as an author wants them."""

from pathlib import Path
from typing import Annotated

import pytest
from structlog.testing import capture_logs

from bot import (
    Arg,
    Context,
    OpenDialog,
    PluginError,
    Reply,
    Talk,
    action,
    command,
    flow,
    pattern,
)
from bot.testing import bot_for

NOW = "2026-11-18T10:00+01:00"
MENU = {"pizza": 8, "coke": 3}
ORDERED: list[str] = []


@action
async def place(ctx: Context, dish: str, times: int) -> str:
    ORDERED.append(dish)
    return f"{times} {dish}"


@command("order", say=["order [a] {dish}"], confirm="Order {times} {dish}?")
async def order(
    ctx: Context,
    dish: Annotated[str, Arg("Which dish?", help="The kitchen wants to know.")],
    times: Annotated[int, Arg("How many?", ge=1, le=9)],
    pin: Annotated[int | None, Arg("Your PIN?", mask=True)] = None,
) -> str:
    """Order a dish."""
    return f"Ordered: {await place(ctx, dish=dish, times=times)}."


@command("price", say=["what does a {dish} cost", "is the {dish} in stock"])
def price(dish: str) -> str:
    """Tell a price."""
    return f"{dish}: {MENU.get(dish.strip('?'), 0)} euros."


@command("breakfast", say=["is breakfast included"])
def breakfast() -> str:
    """Tell whether breakfast is included."""
    return "Breakfast is included."


@pytest.mark.parametrize("wire", [False, True], ids=["fakes", "wire"])
async def test_every_repair_works_on_every_channel(*, wire: bool) -> None:
    async with bot_for("commands.booking", breakfast, now=NOW, wire=wire) as bot:
        alice = bot.person("alice", slack="U1", web="w1", telegram="7", whatsapp="393331112222")

        await alice.slack.says("/book 4 tomorrow")
        alice.slack.sees("What time?")
        await alice.whatsapp.says("what did I say so far?")
        alice.whatsapp.sees("Day: ")
        alice.whatsapp.sees("What time?", buttons=["18:00", "19:00"])
        await alice.telegram.says("is breakfast included?")
        alice.telegram.sees("Breakfast is included.")
        alice.telegram.sees("What time?", buttons=["18:00", "19:00"])
        await alice.web.says("thanks")
        alice.web.sees("You are welcome. So far: ", buttons=["18:00", "19:00"])
        await alice.slack.says("why do you ask?")
        alice.slack.sees("What time?")
        await alice.telegram.says("skip")
        alice.telegram.sees("I need that to go on. What time?")
        await alice.web.says("19:00")
        await alice.slack.says("start over")
        alice.slack.sees("Your answers would be lost", buttons=["Yes, start over", "Go on"])
        await alice.slack.taps("Go on")
        alice.slack.sees("4 on Thursday at 19:00", buttons=["Yes", "No"])
        await alice.telegram.says("sorry, 5 guests")
        alice.telegram.sees("5 on Thursday at 19:00")
        await alice.whatsapp.says("cancel")
        alice.whatsapp.sees("Drop this", buttons=["Yes, drop it", "Go on"])
        await alice.web.says("no")
        alice.web.sees("5 on Thursday at 19:00")
        await alice.web.says("cancel")
        await alice.web.taps("Yes, drop it")
        alice.web.sees("Cancelled")

        assert bot.calls("reserve_table") == []
        assert bot.asked_twice == []


async def test_a_look_up_in_the_middle_of_a_dialog_is_answered_and_the_dialog_goes_on() -> None:
    async with bot_for(order, price, now=NOW) as bot:
        ada = bot.person("ada", telegram="7").telegram
        await ada.says("/order pizza")
        ada.sees("How many?")

        await ada.says("what does a coke cost")
        ada.sees("coke: 3 euros.")
        ada.sees("Back to: Order a dish. So far: pizza. How many?")
        await ada.says("/price pizza")
        ada.sees("pizza: 8 euros.")
        ada.sees("So far: pizza. How many?")
        await ada.says("2")

        ada.sees("Order 2 pizza?")
        assert bot.asked_twice == []


async def test_an_answer_after_three_restarts_and_ninety_days_counts() -> None:
    async with bot_for("commands.booking", now=NOW) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/book 4")
        alice.slack.sees("Which day?")
        for _ in range(3):
            await bot.restart()
        await bot.clock.forward(days=90)

        await alice.telegram.says("tomorrow")

        alice.telegram.sees("Welcome back.")
        assert "So far: " in alice.telegram.told()
        assert bot.asked_twice == []


async def test_a_restart_between_cancel_and_its_yes_changes_nothing() -> None:
    async with bot_for("commands.booking", now=NOW) as bot:
        ada = bot.person("ada", telegram="7").telegram
        await ada.says("/book 4")
        await ada.says("cancel")
        await bot.restart()

        await ada.taps("Yes, drop it")

        ada.sees("Cancelled: Book a table.")
        await ada.says("tomorrow")
        assert "What time?" not in ada.told()


async def test_a_new_dialog_after_starting_over_is_a_new_intent() -> None:
    ORDERED.clear()
    async with bot_for(order, now=NOW) as bot:
        ada = bot.person("ada", telegram="7").telegram
        for _ in range(2):
            await ada.says("/order pizza 1")
            await ada.says("start over")
            await ada.says("yes")
            ada.sees("From the beginning. Which dish?")
            await ada.says("pizza")
            await ada.says("1")
            await ada.says("yes")
            ada.sees("Ordered: 1 pizza.")

    assert ORDERED == ["pizza", "pizza"]


@flow("feast", say=["a feast"])
async def feast(talk: Talk) -> str:
    """Plan a feast."""
    dish = await talk.ask("dish", str, "Which dish for all?")
    guests = await talk.ask("guests", int, "How many guests?")
    if not await talk.confirm("sure", f"{guests} times {dish}?"):
        return "No feast."
    return await talk.do(place, dish=dish, times=guests)


async def test_every_repair_works_in_a_flow() -> None:
    ORDERED.clear()
    async with bot_for(feast, price, now=NOW) as bot:
        ada = bot.person("ada", telegram="7").telegram
        await ada.says("/feast")
        await ada.says("cancel")
        ada.sees("Cancelled: Plan a feast.")
        await ada.says("/feast")
        await ada.says("pizza")
        await ada.says("what did I say so far?")
        ada.sees("Plan a feast, so far:\nDish: pizza")
        ada.sees("How many guests?")
        await ada.says("/price coke")
        ada.sees("Back to: Plan a feast. So far: pizza. How many guests?")
        await ada.says("2")
        ada.sees("2 times pizza?")
        await ada.says("change the guests to 3")
        ada.sees("3 times pizza?")
        await ada.says("back")
        ada.sees("Taken back: 3. How many guests?")
        await ada.says("cancel")
        ada.sees("Drop this: Plan a feast? Your answers would be lost: pizza.")
        await ada.taps("Go on")
        ada.sees("So far: pizza. How many guests?")
        await bot.clock.forward(days=30)
        await ada.says("4")
        ada.sees("Welcome back. 4 times pizza?")
        await ada.says("start over")
        await ada.says("yes")
        ada.sees("From the beginning. Which dish for all?")
        await ada.says("coke")
        await ada.says("5")
        await ada.says("yes")
        ada.sees("5 coke")
        assert bot.asked_twice == []

    assert ORDERED == ["coke"]


# ── Authors' own patterns ─────────────────────────────────────────────────────

SEEN: list[OpenDialog] = []


@pattern("cancel")
async def keep_them(ctx: Context, dialog: OpenDialog) -> str | None:
    SEEN.append(dialog)
    if dialog.command != "order":
        return None
    return f"The oven is hot, {ctx.channel.name}: please finish."


@pattern("search")
async def look_up(ctx: Context, dialog: OpenDialog) -> Reply | None:
    return Reply("Yes, we have wifi.") if "wifi" in dialog.words else None


@pattern("cannot_handle")
async def broken(ctx: Context, dialog: OpenDialog) -> str:
    return str(1 // 0)


async def test_an_authors_pattern_speaks_and_the_dialog_stays() -> None:
    SEEN.clear()
    async with bot_for(order, price, keep_them, now=NOW) as bot:
        ada = bot.person("ada", telegram="7").telegram
        await ada.says("/order pizza pin=1234")
        await ada.says("2")
        ada.sees("Order 2 pizza?")

        await ada.says("cancel")

        ada.sees("The oven is hot, telegram: please finish.")
        ada.sees("Order 2 pizza?", buttons=["Yes", "No"])
        told = OpenDialog(
            command="order", answers={"dish": "pizza", "times": 2},
            question="Order 2 pizza?", words="cancel",
        )  # fmt: skip
        assert [told] == SEEN
        await ada.says("yes")
        ada.sees("Ordered: 2 pizza.")
        await ada.says("/price")
        await ada.says("cancel")
        ada.sees("Cancelled: Tell a price.")


async def test_an_author_answers_questions_from_elsewhere() -> None:
    async with bot_for("commands.booking", look_up, now=NOW) as bot:
        ada = bot.person("ada", telegram="7").telegram
        await ada.says("/book 4")
        ada.sees("Which day?")

        await ada.says("is there wifi at the tables?")
        ada.sees("Yes, we have wifi.")
        ada.sees("Which day?", buttons=["Today", "Tomorrow"])
        await ada.says("is there parking?")

        ada.sees("I did not understand")


async def test_a_pattern_that_fails_is_logged_and_the_core_goes_on() -> None:
    async with bot_for("commands.booking", broken, now=NOW) as bot:
        ada = bot.person("ada", telegram="7").telegram
        await ada.says("/book 4")
        ada.sees("Which day?")

        with capture_logs() as logs:
            await ada.says("gibberish")

        ada.sees("I did not understand “gibberish”. Which day?")
        failed = [one for one in logs if one["event"] == "pattern.failed"]
        assert len(failed) == 1
        assert "gibberish" not in str(failed)


@pattern("cancel")
async def another(ctx: Context, dialog: OpenDialog) -> None:
    return None


@pattern("cancle")  # type: ignore[arg-type]  # the mistake that is tested
async def mistyped(ctx: Context, dialog: OpenDialog) -> None:
    return None


@pattern("back")  # type: ignore[arg-type]  # the mistake that is tested
def plain(ctx: Context, dialog: OpenDialog) -> None:
    return None


@pytest.mark.parametrize(
    ("plugins", "told"),
    [
        ([keep_them, another], "the pattern cancel: comes from"),
        ([mistyped], 'there is no pattern "cancle"; did you mean "cancel"?'),
        ([plain], "the pattern back is written async def plain(ctx: Context, dialog: OpenDialog)"),
    ],
)
async def test_a_pattern_that_cannot_be_is_refused_at_load(
    plugins: list[object], told: str
) -> None:
    with pytest.raises(PluginError) as refused:
        async with bot_for(*plugins):  # type: ignore[arg-type]  # each is a plugin
            pass

    assert told in str(refused.value)


OWN = """
from bot import Context, OpenDialog, pattern


@pattern("chitchat")
async def {name}(ctx: Context, dialog: OpenDialog) -> str:
    return "Prego."
"""


async def test_a_pattern_is_found_in_the_plugin_folder(tmp_path: Path) -> None:
    (tmp_path / "manners.py").write_text(OWN.format(name="prego"))
    async with bot_for("commands.booking", plugins_folder=tmp_path) as bot:
        ada = bot.person("ada", telegram="7").telegram
        await ada.says("/book 4")
        ada.sees("Which day?")

        await ada.says("thanks")

        ada.sees("Prego.")
        ada.sees("Which day?", buttons=["Today", "Tomorrow"])


async def test_two_modules_for_one_pattern_are_both_named(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / f"{name}.py").write_text(OWN.format(name=name))

    with pytest.raises(PluginError) as refused:
        async with bot_for(plugins_folder=tmp_path):
            pass

    assert "the pattern chitchat: comes from" in str(refused.value)
    assert "first.py:5" in str(refused.value)
    assert "second.py:5" in str(refused.value)
