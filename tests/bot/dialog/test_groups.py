"""Groups of commands, and commands that are not for everybody, everywhere or just now."""

from collections.abc import Mapping
from typing import Annotated, Any

import pytest

from bot.authoring.commands import Command, command
from bot.authoring.parameters import Arg
from bot.dialog import manual
from bot.dialog.access import Offered, Refusal, Standing
from bot.model.understanding import Interpretation
from tests.bot.dialog.stage import Stage, last, proposal, specs_of, told


@command("ride", group="uber", aliases=["go"])
def ride(to: Annotated[str, Arg("Where to?")]) -> str:
    """Call a car."""
    return f"Off to {to}."


@command("cancel", group="uber")
def cancel_ride() -> str:
    """Send the car away."""
    return "The car is sent away."


@command("status", group="uber")
def car_status() -> str:
    """Tell where the car is."""
    return "Around the corner."


@command("status", group="pizza")
def pizza_status() -> str:
    """Tell where the pizza is."""
    return "In the oven."


@command("secret", group="pizza", hidden=True)
def pizza_secret() -> str:
    """Tell the recipe."""
    return "Patience."


@command("pizza")
def pizza(kind: Annotated[str, Arg("Which pizza?")]) -> str:
    """Order a pizza."""
    return f"One {kind}."


@command("staff", roles=["operator"], say=["open the till"])
def staff() -> str:
    """Open the till."""
    return "The till is open."


@command("deposit", needs=["files"])
def deposit(amount: Annotated[int, Arg("How much?")]) -> str:
    """Deposit a cheque."""
    return f"Deposited {amount}."


ALL = (
    ride, cancel_ride, car_status, pizza_status, pizza_secret, pizza, staff, deposit,
)  # fmt: skip
ABILITIES = {"slack": frozenset({"slack", "files"}), "telegram": frozenset({"telegram"})}


def stage_for(standing: Standing | None = None, *commands: Command[..., Any]) -> Stage:
    known = specs_of(commands or ALL)
    return Stage(commands=known if standing is None else Offered(known, standing))


# ── Groups ────────────────────────────────────────────────────────────────────


def test_a_group_alone_is_a_menu_with_a_line_and_a_button_for_each() -> None:
    shown = last(stage_for().says("/uber"))

    assert shown.buttons == ("/uber cancel", "/uber ride", "/uber status")
    assert "/uber ride TO: Call a car." in shown.text


def test_a_button_of_the_menu_starts_the_command() -> None:
    stage = stage_for()
    stage.says("/uber")

    assert last(stage.taps("/uber ride")).text == "Where to?"
    assert last(stage.says("airport")).text == "Off to airport."


@pytest.mark.parametrize("typed", ["/uber ride airport", "/uber go airport", "/UBER Ride airport"])
def test_a_command_of_a_group_takes_what_is_typed_behind_it(typed: str) -> None:
    assert told(stage_for().says(typed)) == "Off to airport."


@pytest.mark.parametrize("typed", ["/ride airport", "/go airport", "/uber_ride airport"])
def test_a_short_name_that_nobody_else_has_is_enough(typed: str) -> None:
    assert told(stage_for().says(typed)) == "Off to airport."


def test_a_name_of_two_groups_is_told_apart_by_the_group() -> None:
    assert told(stage_for().says("/uber status")) == "Around the corner."
    assert told(stage_for().says("/pizza status")) == "In the oven."
    assert "There is no command /status." in told(stage_for().says("/status"))


def test_a_groups_own_cancel_does_not_take_the_built_in_ones_place() -> None:
    stage = stage_for()

    assert told(stage.says("/uber cancel")) == "The car is sent away."
    stage.says("/uber ride")
    assert "Cancelled: Call a car." in told(stage.says("/cancel"))


@pytest.mark.parametrize(
    ("typed", "meant"), [("hlp", "help"), ("rid", "ride"), ("stats", "status"), ("gO0", "go")]
)
def test_a_mistyped_word_behind_a_group_gets_the_one_that_was_meant(typed: str, meant: str) -> None:
    shown = last(stage_for().says(f"/uber {typed}"))

    assert f"Did you mean /uber {meant}?" in shown.text
    assert shown.buttons == ("/uber cancel", "/uber ride", "/uber status")


def test_help_behind_a_group_explains_it_and_leads_back_to_the_question() -> None:
    stage = stage_for()

    assert told(stage.says("/uber help")).startswith("/uber:\n/uber cancel: Send the car away.")
    assert "where to" not in told(stage.says("/uber help ride")).lower().partition("to: ")[0]
    stage.says("/uber ride")
    assert last(stage.says("/uber help")).text.endswith("Where to?")


def test_a_command_with_the_name_of_a_group_takes_what_is_no_command_of_the_group() -> None:
    assert last(stage_for().says("/pizza")).text == "Which pizza?"
    assert told(stage_for().says("/pizza margherita")) == "One margherita."
    assert told(stage_for().says('/pizza "status"')) == "One status."
    assert told(stage_for().says("/pizza help")).startswith("/pizza:\n/pizza status")


def test_one_text_is_taken_for_a_list_of_one() -> None:
    made = command("x", roles="operator", aliases="y")(car_status.function)

    assert (made.roles, made.aliases) == (("operator",), ("y",))


def test_a_mistyped_group_is_meant_perhaps() -> None:
    shown = last(stage_for().says("/ubr"))

    assert "Did you mean /uber?" in shown.text
    assert shown.buttons == ("/uber cancel", "/uber ride", "/uber status")


def test_a_hidden_command_is_run_when_typed_and_known_nowhere_else() -> None:
    stage = stage_for()

    assert told(stage.says("/pizza secret")) == "Patience."
    assert "secret" not in manual.overview(stage.commands)
    assert "secret" not in told(stage.says("/pizza help"))
    assert "secret" not in told(stage.says("/pizza secre"))
    assert "Patience" not in told(stage.says("tell me", meant=proposal("pizza secret", 1.0)))


def test_help_folds_a_group_into_one_line() -> None:
    lines = manual.overview(specs_of(ALL)).splitlines()

    assert "/uber cancel|ride|status: see /uber help" in lines
    assert [line for line in lines if "uber" in line] == [
        "/uber cancel|ride|status: see /uber help"
    ]


# ── Roles ─────────────────────────────────────────────────────────────────────

NOBODY = Standing()
OPERATOR = Standing(roles=frozenset({"operator"}))


def test_a_command_for_a_role_does_not_exist_for_others() -> None:
    stage = stage_for(NOBODY)

    assert "staff" not in manual.overview(stage.commands)
    assert "The till" not in told(stage.says("open the till", meant=proposal("staff", 1.0)))
    assert "staff" not in told(stage.says("/staf"))
    assert "staff" not in told(stage.says("tips", meant=proposal("tips", 0.3, "staff")))
    assert manual.explain(stage.commands, "staff") is None


def test_who_types_its_exact_name_is_told_politely_that_it_is_not_for_them() -> None:
    shown = last(stage_for(NOBODY).says("/staff"))

    assert shown.text.startswith("Sorry, /staff is not for you.")
    assert shown.buttons


def test_a_command_for_a_role_works_for_who_has_it() -> None:
    stage = stage_for(OPERATOR)

    assert told(stage.says("/staff")) == "The till is open."
    assert "/staff" in manual.overview(stage.commands)
    assert "The till" in told(stage.says("open the till", meant=proposal("staff", 1.0)))


def test_a_dialog_of_who_lost_the_role_is_closed() -> None:
    @command("count", roles=["operator"])
    def count(coins: Annotated[int, Arg("How many coins?")]) -> str:
        """Count the till."""
        return f"{coins} coins."

    stage = stage_for(OPERATOR, count, pizza)
    stage.says("/count")
    stage.commands = Offered(specs_of((count, pizza)), NOBODY)

    assert "no longer offered" in told(stage.says("5"))
    assert stage.ran == []


# ── Channels ──────────────────────────────────────────────────────────────────


def on(channel: str, *own: str) -> Standing:
    return Standing(channel=channel, abilities=ABILITIES, own=own)


def test_a_command_that_needs_more_than_the_channel_has_tells_where_it_works() -> None:
    stage = stage_for(on("telegram"))

    shown = last(stage.says("/deposit", "telegram"))

    assert shown.text.startswith("/deposit does not work on this channel. It works on Slack.")
    assert "deposit" not in manual.overview(stage.commands)


def test_it_is_offered_where_the_channel_has_it() -> None:
    stage = stage_for(on("slack"))

    assert last(stage.says("/deposit")).text == "How much?"


def test_the_customers_own_channels_are_named_before_the_bots() -> None:
    abilities = {**ABILITIES, "web": frozenset({"files"})}
    spec = specs_of(ALL)["deposit"]

    anywhere = Standing(channel="telegram", abilities=abilities, own=("telegram",))
    here = Standing(channel="telegram", abilities=abilities, own=("telegram", "web"))

    assert anywhere.works_on(spec) == ["slack", "web"]
    assert here.works_on(spec) == ["web"]


# ── Switched off ──────────────────────────────────────────────────────────────


def switched(stage: Stage, *off: str) -> None:
    known: Mapping[str, Any] = specs_of(ALL)
    stage.commands = Offered(known, Standing(off=frozenset(off)))


@pytest.mark.parametrize("said", ["/pizza margherita", "a pizza"])
def test_what_is_switched_off_is_told_so_and_other_things_are_offered(said: str) -> None:
    stage = stage_for()
    switched(stage, "pizza")

    shown = last(stage.says(said, meant=proposal("pizza", 1.0)))

    assert shown.text.startswith("/pizza is not available right now.")
    assert shown.buttons
    assert "/pizza KIND" not in shown.text


@pytest.mark.parametrize("said", ["200", "hello", "repeat", "/uber help", "why do you ask"])
def test_an_open_dialog_of_it_stays_and_says_so(said: str) -> None:
    stage = stage_for()
    stage.says("/deposit")
    switched(stage, "deposit")

    shown = last(stage.says(said))

    assert "Deposit a cheque is not available right now." in shown.text
    assert "How much?" not in shown.text
    assert shown.buttons[-2:] == ("Cancel", "Help")
    assert [frame.command for frame in stage.state.frames] == ["deposit"]
    assert stage.ran == []


def test_it_goes_on_with_what_was_answered_once_it_is_on_again() -> None:
    stage = stage_for()
    stage.says("/deposit")
    switched(stage, "deposit")
    assert "Your answers are kept." in told(stage.says("200"))
    switched(stage)

    stage.says("/deposit")

    assert [arguments for _, arguments in stage.ran] == [{"amount": 200}]


def test_it_can_be_cancelled_while_it_is_off() -> None:
    stage = stage_for()
    stage.says("/deposit")
    switched(stage, "deposit")
    stage.says("200")

    assert "200" in told(stage.taps("Cancel"))
    assert "Cancelled: Deposit a cheque." in told(stage.says("yes"))
    assert stage.state.frames == ()


def test_a_yes_while_it_is_off_runs_nothing_now_or_later() -> None:
    @command("pay", confirm="Pay {amount}?")
    def pay(amount: Annotated[int, Arg("How much?")]) -> str:
        """Pay."""
        return f"Paid {amount}."

    known = specs_of((pay, pizza))
    stage = Stage(commands=Offered(known, NOBODY))
    stage.says("/pay 5")
    token = stage.token("Yes")
    stage.commands = Offered(known, Standing(off=frozenset({"pay"})))

    for shown in (stage.says("yes"), stage.presses(token)):
        assert "not available right now. Your answers are kept." in told(shown)
    stage.commands = Offered(known, NOBODY)
    stage.says("hello")

    assert stage.ran == []
    assert last(stage.says("yes")).text == "Paid 5."


def test_another_open_dialog_can_be_gone_on_with() -> None:
    stage = stage_for()
    stage.says("/uber ride")
    stage.says("/deposit")
    switched(stage, "deposit")

    shown = last(stage.says("hello"))
    assert shown.buttons == ("Go on: Call a car", "Cancel", "Help")
    assert "Where to?" in last(stage.taps("Go on: Call a car")).text


def test_a_button_that_starts_it_tells_that_it_is_off() -> None:
    stage = stage_for()
    stage.says("/uber")
    switched(stage, "uber ride")

    assert "/uber ride is not available right now." in last(stage.taps("/uber ride")).text


# ── The view ──────────────────────────────────────────────────────────────────


def test_what_is_offered_is_a_mapping_of_what_is_there() -> None:
    known = specs_of(ALL)
    offered = Offered(known, Standing(off=frozenset({"pizza"})))

    assert "pizza" not in offered
    assert "staff" not in offered
    assert offered["ride"] is known["ride"]
    assert len(offered) == len(list(offered)) == len(known) - 2
    assert offered.standing.refusal(known["staff"]) is Refusal.ROLE


def test_a_sentence_that_an_engine_reads_as_anothers_command_is_not_understood() -> None:
    stage = stage_for(NOBODY)

    shown = last(stage.says("hm", meant=Interpretation(command="staff", confidence=1.0)))

    assert "I did not understand “hm”." in shown.text
