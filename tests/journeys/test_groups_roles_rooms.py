"""Groups, roles, channels and switches over whole channels; two people in one room."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import pytest

from bot import Arg, Context, Interpretation, Utterance, action, command
from bot.model.messages import Tap
from bot.ports.emulators import Seen
from bot.runtime.switches import Switchboard
from bot.testing import Harness, bot_for
from bot.testing.worlds import FakeWorld

ROOM = "C1"
THREAD = "C1:1763700000.000100"


@action
async def reserve(ctx: Context, guests: int, day: date) -> str:
    """Reserve a table."""
    return f"{guests} on {day:%A}"


@command("table", say=["a table"], confirm="A table for {guests} on {day:%A}?")
async def table(
    ctx: Context,
    guests: Annotated[int, Arg("How many guests?", ge=1, le=12)],
    day: Annotated[date, Arg("Which day?")],
) -> str:
    """Reserve a table."""
    return f"Reserved: {await reserve(ctx, guests=guests, day=day)}."


@command("till", roles=["operator"], say=["open the till"])
async def till(ctx: Context) -> str:
    """Open the till."""
    return f"Open for {', '.join(sorted(ctx.customer.roles))}."


@command("ride", group="uber")
def ride(to: Annotated[str, Arg("Where to?")]) -> str:
    """Call a car."""
    return f"Off to {to}."


@command("fare", group="uber", aliases=["price"])
def fare() -> str:
    """Tell the fare."""
    return "12 euros."


@command("brochure", needs=["links"], say=["the brochure"])
def brochure() -> str:
    """Read the brochure."""
    return "Here it is."


COMMANDS = (table, till, ride, fare, brochure)
ROLES = {"operator": ["telegram:7"]}


@pytest.fixture
async def bot() -> AsyncIterator[Harness]:
    async with bot_for(*COMMANDS, "commands.operate", roles=ROLES) as bot:
        yield bot


# ── Groups ────────────────────────────────────────────────────────────────────


async def test_a_group_is_a_menu_its_help_and_a_did_you_mean(bot: Harness) -> None:
    ada = bot.person("ada", slack="U1")

    await ada.slack.says("/uber")
    ada.slack.sees("/uber ride TO: Call a car.", buttons=["/uber fare", "/uber ride"])
    await ada.slack.says("/uber hlp")
    ada.slack.sees("Did you mean /uber help?", buttons=["/uber fare", "/uber ride"])
    await ada.slack.says("/uber help")
    ada.slack.sees("/uber fare: Tell the fare.")
    await ada.slack.says("/uber ride airport")
    ada.slack.sees("Off to airport.")
    await ada.slack.says("/uber price")
    ada.slack.sees("12 euros.")


async def test_help_shows_groups_folded_and_explains_them(bot: Harness) -> None:
    ada = bot.person("ada", web="w1")

    await ada.web.says("/help")
    assert "/uber fare|ride: see /uber help" in ada.web.sees("/table").text
    await ada.web.says("/help uber")
    ada.web.sees("/uber ride TO: Call a car.")
    await ada.web.says("/help uber ride")
    ada.web.sees("to: text, Where to?")


# ── Roles ─────────────────────────────────────────────────────────────────────


async def test_a_command_for_a_role_is_there_for_who_has_it_on_every_linked_channel(
    bot: Harness,
) -> None:
    olga = bot.person("olga", telegram="7", slack="U7")

    for channel in (olga.telegram, olga.slack):
        await channel.says("/help")
        assert "/till" in channel.sees("/table").text
        await channel.says("/till")
        channel.sees("Open for operator.")
    await olga.slack.says("please open the till")
    olga.slack.sees("Open for operator.")


async def test_for_others_it_does_not_exist(bot: Harness) -> None:
    ada = bot.person("ada", slack="U1", telegram="8")

    await ada.slack.says("/help")
    shown = ada.slack.sees("/table").text
    assert "/till" not in shown
    assert "/disable" not in shown
    await ada.slack.says("please open the till")
    assert "Open" not in ada.slack.sees("I did not understand").text
    await ada.telegram.says("/till")
    ada.telegram.sees("Sorry, /till is not for you.")


async def test_a_role_goes_with_its_address_when_that_is_parted(bot: Harness) -> None:
    olga = bot.person("olga", telegram="7", slack="U7")
    await olga.slack.says("/till")
    olga.slack.sees("Open for operator.")

    await olga.slack.says("/unlink")
    await olga.slack.says("yes")
    await olga.slack.says("/till")

    olga.slack.sees("Sorry, /till is not for you.")


# ── Channels ──────────────────────────────────────────────────────────────────


async def test_a_command_that_the_channel_cannot_show_names_one_that_can(bot: Harness) -> None:
    ada = bot.person("ada", whatsapp="393331112222", telegram="8")

    for said in ("/brochure", "the brochure"):
        await ada.whatsapp.says(said)
        ada.whatsapp.sees("/brochure does not work on this channel. It works on Telegram.")
    await ada.telegram.says("/brochure")
    ada.telegram.sees("Here it is.")


# ── Switches ──────────────────────────────────────────────────────────────────


async def test_an_operator_switches_a_command_off_and_on(bot: Harness) -> None:
    olga, ada = bot.person("olga", telegram="7"), bot.person("ada", slack="U1")
    await ada.slack.says("/table 4")
    ada.slack.sees("Which day?")

    await olga.telegram.says("/disable table")
    olga.telegram.sees("/table is off.")
    await ada.slack.says("tomorrow")
    ada.slack.sees(
        "Reserve a table is not available right now. Your answers are kept.",
        buttons=["Cancel", "Help"],
    )
    await ada.slack.says("/help")
    assert "/table" not in ada.slack.sees("/uber").text
    bob = bot.person("bob", web="w2")
    await bob.web.says("a table")
    bob.web.sees("/table is not available right now.")

    await olga.telegram.says("/enable table")
    olga.telegram.sees("/table is on.")
    await ada.slack.says("/table")
    ada.slack.sees("A table for 4 on Thursday?")
    await ada.slack.says("yes")
    ada.slack.sees("Reserved: 4 on Thursday.")
    assert bot.asked_twice == []


async def test_a_switch_outlives_a_restart_and_is_seen_by_another_process(bot: Harness) -> None:
    olga, ada = bot.person("olga", telegram="7"), bot.person("ada", slack="U1")
    other = Switchboard(bot.bot.store.upkeep, bot.bot.commands)
    await olga.telegram.says("/disable uber ride")
    olga.telegram.sees("/uber ride is off.")

    await other.refresh()
    await bot.restart()
    await ada.slack.says("/uber ride home")

    ada.slack.sees("/uber ride is not available right now.")
    assert other.off == {"uber ride"}


async def test_what_another_process_switches_is_followed_by_the_sweep(bot: Harness) -> None:
    ada = bot.person("ada", slack="U1")
    board = bot.bot.workers.board

    await bot.bot.store.upkeep.switch("table", on=False)
    await bot.until(lambda: "table" in board.off)

    await ada.slack.says("/table")
    ada.slack.sees("/table is not available right now.")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("help", "/help stays on"),
        ("enable", "/enable stays on"),
        ("cancel", "/cancel is built in and stays on"),
        ("tabel", "There is no command tabel. Did you mean table?"),
        ("joining", "There is no command joining."),
    ],
)
async def test_what_must_stay_on_stays_on(bot: Harness, name: str, told: str) -> None:
    olga = bot.person("olga", telegram="7")

    await olga.telegram.says(f"/disable {name}")

    olga.telegram.sees(told)


async def test_disable_alone_suggests_what_is_on_and_enable_what_is_off(bot: Harness) -> None:
    olga = bot.person("olga", telegram="7")

    await olga.telegram.says("/disable")
    asked = olga.telegram.sees("Which command?")
    assert "table" in asked.buttons
    assert {"help", "enable", "disable", "till"}.isdisjoint(asked.buttons)
    await olga.telegram.taps("table")
    olga.telegram.sees("/table is off.", buttons=["Enable table"])
    await olga.telegram.says("/enable")
    assert olga.telegram.sees("Which command?").buttons == ("table",)


async def test_a_tool_call_opens_a_command_as_proposed_with_its_values() -> None:
    class Model:
        async def interpret(self, utterance: Utterance) -> Interpretation:
            arguments = {"guests": 40, "day": "2026-11-20"}
            return Interpretation(command="table", arguments=arguments, confidence=0.9)

    async with bot_for(*COMMANDS, engines={"model": Model()}) as bot:
        ada = bot.person("ada", slack="U1")

        await ada.slack.says("get us something for friday")
        ada.slack.sees("“40”: It must be 12 or less. How many guests?")
        await ada.slack.says("4")
        ada.slack.sees("A table for 4 on Friday?")
        assert bot.calls("reserve") == []
        await ada.slack.says("yes")
        ada.slack.sees("Reserved: 4 on Friday.")


# ── Rooms ─────────────────────────────────────────────────────────────────────


class Room:
    """A room or thread of the fake Slack that everybody in it reads."""

    def __init__(self, bot: Harness, place: str) -> None:
        assert isinstance(bot.world, FakeWorld)
        self.bot = bot
        self.place = place
        self.world = bot.world

    async def says(self, user: str, text: str) -> Seen:
        """Write in the room; gives what the bot answers."""
        return await self._sent(user, text=text)

    async def taps(self, user: str, shown: Seen, label: str) -> Seen:
        """Press a button of anybody's message, gone or not; gives what the bot answers."""
        messages = (one for screen in self.world.fakes["slack"].screens.values() for one in screen)
        message = next(one for one in messages if one.id == shown.id)
        there = zip(message.buttons, message.tokens, strict=True)
        token = dict([*message.gone, *there])[label]
        return await self._sent(user, tap=Tap(token=token, label=label))

    async def _sent(self, user: str, **what: Any) -> Seen:
        message = self.world.message("slack", user, **what)
        sender = replace(message.sender, place=self.place)
        await self.world.hears(replace(message, sender=sender, room=self.place))
        await self.bot.settle()
        return self.world.screen("slack", user)[-1]


@pytest.mark.parametrize("place", [ROOM, THREAD])
async def test_two_people_in_one_room_book_at_once_without_mixing(bot: Harness, place: str) -> None:
    room = Room(bot, place)

    await room.says("U1", "/table")
    await room.says("U2", "/table")
    await room.says("U1", "2")
    await room.says("U2", "7")
    alice = await room.says("U1", "tomorrow")
    bob = await room.says("U2", "friday")

    assert alice.text == "A table for 2 on Thursday?"
    assert bob.text == "A table for 7 on Friday?"
    await room.taps("U2", bob, "Yes")
    await room.taps("U1", alice, "Yes")
    assert [call.arguments for call in bot.calls("reserve")] == [
        {"guests": 7, "day": "2026-11-20"},
        {"guests": 2, "day": "2026-11-19"},
    ]
    assert bot.asked_twice == []


async def test_a_thread_a_room_and_a_private_chat_have_dialogs_of_their_own(bot: Harness) -> None:
    room, thread, ada = Room(bot, ROOM), Room(bot, THREAD), bot.person("ada", slack="U1")

    await room.says("U1", "/table 2")
    await thread.says("U1", "/table 3")
    await ada.slack.says("/table 4")

    assert (await room.says("U1", "tomorrow")).text == "A table for 2 on Thursday?"
    assert (await thread.says("U1", "tomorrow")).text == "A table for 3 on Thursday?"
    await ada.slack.says("tomorrow")
    ada.slack.sees("A table for 4 on Thursday?")


async def test_a_strangers_tap_gets_a_polite_no_and_changes_nothing(bot: Harness) -> None:
    room = Room(bot, ROOM)
    await room.says("U2", "/table 7")
    alice = await room.says("U1", "/table 2 tomorrow")

    told = await room.taps("U2", alice, "Yes")

    assert told.text == "That button is for somebody else. Type help to see what you can do."
    assert told.ephemeral
    assert bot.calls("reserve") == []
    assert (await room.says("U2", "friday")).text == "A table for 7 on Friday?"
    assert (await room.taps("U1", alice, "Yes")).text == "Reserved: 2 on Thursday."


async def test_an_old_button_of_ones_own_is_told_apart_from_anothers(bot: Harness) -> None:
    room = Room(bot, ROOM)
    first = await room.says("U1", "/table 2 tomorrow")
    for _ in range(12):  # more prompts than are kept
        await room.says("U1", "change the guests")
        await room.says("U1", "3")

    told = await room.taps("U1", first, "Yes")

    assert told.text.startswith("That button belongs to an earlier question.")
    assert bot.calls("reserve") == []


async def test_an_old_yes_never_confirms_a_new_booking(bot: Harness) -> None:
    room = Room(bot, ROOM)
    first = await room.says("U1", "/table 2 tomorrow")
    await room.taps("U1", first, "Yes")
    second = await room.says("U1", "/table 5 friday")
    await bot.clock.forward(minutes=5)

    told = await room.taps("U1", first, "Yes")

    assert told.text.endswith("A table for 5 on Friday?")
    assert len(bot.calls("reserve")) == 1
    await room.taps("U1", second, "Yes")
    assert [call.arguments["guests"] for call in bot.calls("reserve")] == [2, 5]


async def test_a_button_of_a_private_chat_is_nobody_elses(bot: Harness) -> None:
    room, ada = Room(bot, ROOM), bot.person("ada", slack="U1")
    await ada.slack.says("/table 2 tomorrow")
    asked = ada.slack.sees("A table for 2 on Thursday?")

    told = await room.taps("U2", asked, "Yes")

    assert "somebody else" in told.text
    assert bot.calls("reserve") == []
