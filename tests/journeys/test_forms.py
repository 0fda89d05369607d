"""Forms over the wire: opened on one channel while another answers, sent, merged, asked once."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.ports.emulators import Filling, Seen
from bot.testing import Harness, bot_for
from tests.journeys.wired import world_of

FORM = "Fill in a form"
FILLED = {"day": "2026-11-20", "at": "19:00", "guests": "4", "area": "terrace"}
CONFIRM = "Book a table for 4 on Friday at 19:00 (terrace)?"


def slack(bot: Harness) -> Filling:
    emulator = world_of(bot).emulators["slack"]
    assert isinstance(emulator, Filling)
    return emulator


async def fills(bot: Harness, values: Mapping[str, str], user: str = "U1") -> Mapping[str, str]:
    """Fill the open form in Slack and send it; returns what Slack says is wrong."""
    refused = await slack(bot).fills(user, values)
    await bot.settle()
    return refused


def block_of(seen: Seen, kind: str) -> Mapping[str, Any] | None:
    """Find a block of a message in the web chat."""
    return next((block for block in seen.raw["blocks"] if block["type"] == kind), None)


async def test_a_bare_command_offers_a_form_that_leads_straight_to_the_confirm() -> None:
    async with bot_for("commands.booking", wire=True) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/book")
        alice.slack.sees("Which day?", buttons=["Today", "Tomorrow", FORM])
        await alice.slack.taps(FORM)
        form = slack(bot).form("U1")
        assert form is not None
        assert [(field.name, field.kind, field.required) for field in form.fields] == [
            ("day", "date", True), ("at", "time", True), ("guests", "number", True),
            ("area", "choice", False),
        ]  # fmt: skip
        assert await fills(bot, FILLED) == {}

        alice.slack.sees(CONFIRM, buttons=["Yes", "No"])
        alice.slack.sees_nothing()
        await alice.slack.taps("Yes")
        alice.slack.sees("Booked")
        assert len(bot.calls("reserve_table")) == 1
        assert bot.asked_twice == []


async def test_a_form_and_another_channel_s_answer_are_merged_and_nothing_is_asked_twice() -> None:
    async with bot_for("commands.booking", wire=True) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")

        await alice.slack.says("/book")
        await alice.slack.taps(FORM)
        await alice.telegram.says("hello")
        alice.telegram.sees("Which day?", buttons=["Today", "Tomorrow"])
        assert FORM not in alice.telegram.screen[-1].buttons
        await alice.telegram.says("friday")
        alice.telegram.sees("What time?")
        assert await fills(bot, FILLED) == {}

        alice.slack.sees(CONFIRM, buttons=["Yes", "No"])
        await alice.telegram.says("yes")
        alice.telegram.sees("Booked")
        (effect,) = bot.calls("reserve_table")
        assert effect.arguments == {
            "day": "2026-11-20", "at": "19:00:00", "guests": 4, "area": "terrace",
        }  # fmt: skip
        assert bot.asked_twice == []


async def test_an_answer_of_another_channel_is_not_overwritten_by_the_form() -> None:
    async with bot_for("commands.booking", wire=True) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")

        await alice.slack.says("/book")
        await alice.slack.taps(FORM)
        await alice.telegram.says("saturday")
        await fills(bot, FILLED)

        alice.slack.sees("on Telegram.", buttons=["Change it", "Keep"])
        await alice.slack.taps("Keep")
        alice.slack.sees("Book a table for 4 on Saturday at 19:00 (terrace)?")


async def test_an_open_form_survives_a_restart_of_the_bot() -> None:
    async with bot_for("commands.booking", wire=True) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/book friday")
        await alice.slack.taps(FORM)
        await bot.restart()
        form = slack(bot).form("U1")
        assert form is not None
        assert form.fields[0].value == "2026-11-20"
        await fills(bot, {"at": "19:00", "guests": "4"})

        alice.slack.sees("Book a table for 4 on Friday at 19:00 (inside)?")


async def test_what_the_form_cannot_know_is_told_in_the_chat_and_asked_there() -> None:
    async with bot_for("commands.booking", wire=True) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/book")
        await alice.slack.taps(FORM)
        await fills(bot, FILLED | {"at": "03:00"})

        alice.slack.sees("We are open for dinner")
        assert alice.slack.screen[-1].text.endswith("What time?")
        await alice.slack.says("19:00")
        alice.slack.sees(CONFIRM)
        assert bot.asked_twice == []


async def test_a_form_that_slack_does_not_open_is_lowered_to_its_question() -> None:
    async with bot_for("commands.booking", wire=True) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/book")
        alice.slack.sees("Which day?")
        emulator = world_of(bot).emulators["slack"]
        emulator.faults = type(emulator.faults)(fail=1)
        await alice.slack.taps(FORM)

        assert slack(bot).form("U1") is None
        alice.slack.sees("The form did not open. Please answer here. Which day?")
        assert bot.asked_twice == []


async def test_the_web_chat_offers_the_form_and_shows_it_as_sent() -> None:
    async with bot_for("commands.booking", wire=True) as bot:
        alice = bot.person("alice", web="w1")
        await alice.web.says("/book")
        alice.web.sees("Which day?", buttons=["Today", "Tomorrow"])
        block = block_of(alice.web.screen[-1], "form")
        assert block is not None
        visitor = world_of(bot)._visitor("web", "w1")

        await visitor.send({"form": {"id": block["id"], "values": FILLED}})
        await bot.settle()

        alice.web.sees(CONFIRM, buttons=["Yes", "No"])
        sent = next(seen for seen in reversed(visitor.seen) if seen.role == "user")
        told = block_of(sent, "submitted")
        assert told is not None
        assert (told["id"], told["values"]) == (block["id"], FILLED)
        assert told["fallback"].splitlines()[0] == "day: 2026-11-20"
        assert block_of(alice.web.screen[-1], "form") is None


async def test_a_form_of_somebody_else_fills_nothing() -> None:
    async with bot_for("commands.booking", wire=True) as bot:
        alice, bob = bot.person("alice", web="w1"), bot.person("bob", web="w2")
        await alice.web.says("/book")
        await bob.web.says("/book")
        block = block_of(alice.web.screen[-1], "form")
        assert block is not None

        form = {"id": block["id"], "values": FILLED}
        await world_of(bot)._visitor("web", "w2").send({"form": form})
        await bot.settle()

        bob.web.sees("Which day?")
        bob.web.sees("That form belongs to an earlier question. Which day?")
        assert len(alice.web.screen) == 1


@pytest.mark.parametrize("wire", [False, True])
@pytest.mark.parametrize("channel", ["slack", "web"])
async def test_the_test_kit_fills_in_forms_on_either_world(channel: str, *, wire: bool) -> None:
    async with bot_for("commands.booking", wire=wire) as bot:
        alice = bot.person("alice", **{channel: "U1"})
        chat = alice.channels[channel]

        await chat.says("/book friday")
        with pytest.raises(AssertionError, match="guests"):
            await chat.fills(at="19:00")
        await chat.fills(at="19:00", guests="4")

        chat.sees("Book a table for 4 on Friday at 19:00 (inside)?", buttons=["Yes", "No"])


@pytest.mark.parametrize("wire", [False, True])
async def test_a_channel_without_forms_shows_the_question_and_nothing_else(*, wire: bool) -> None:
    async with bot_for("commands.booking", wire=wire) as bot:
        alice = bot.person("alice", telegram="7")

        await alice.telegram.says("/book")

        seen = alice.telegram.sees("Which day?")
        assert seen.buttons == ("Today", "Tomorrow")
        with pytest.raises(AssertionError, match="not sent"):
            await alice.telegram.fills(day="2026-11-20")
