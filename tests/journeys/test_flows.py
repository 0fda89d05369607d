"""Flows: named questions, replayed on every turn, over channels, restarts and months."""

import pytest

from bot.testing import Chaos, bot_for
from tests.journeys import trips


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> trips.Desk:
    fresh = trips.Desk()
    monkeypatch.setattr(trips, "DESK", fresh)
    return fresh


async def test_a_flow_asks_confirms_and_acts_once_over_two_channels(desk: trips.Desk) -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/trip")
        alice.slack.sees("Which city?")
        await alice.slack.says("Rome")
        alice.slack.sees("Which night?")
        await bot.restart()
        await alice.telegram.says("tomorrow")
        alice.telegram.sees("Which hotel?", buttons=["Hotel Rosa", "Hotel Blu"])
        await bot.clock.forward(days=0.1)
        await alice.telegram.taps("Hotel Rosa")
        alice.telegram.sees("Hold Hotel Rosa in Rome for Thursday?", buttons=["Yes", "No"])
        assert desk.held == {}
        await alice.slack.says("yes")
        alice.slack.sees("Held: R1.")
        assert list(desk.held.values()) == ["Hotel Rosa, Rome, 2026-11-19"]
        assert bot.asked_twice == []


async def test_no_to_a_confirm_goes_to_the_flow() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome tomorrow")
        alice.slack.sees("Which hotel?")
        await alice.slack.taps("Hotel Blu")
        await alice.slack.taps("No")
        alice.slack.sees("Nothing was held.")


async def test_the_opening_words_answer_later_questions() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says('/trip tomorrow Rome hotel="Hotel Blu"')
        alice.slack.sees("Hold Hotel Blu in Rome for Thursday?")
        bob = bot.person("bob", slack="U2")
        await bob.slack.says("please plan a trip to Rome on friday")
        bob.slack.sees("Which hotel?", buttons=["Hotel Rosa"])


async def test_a_corrected_answer_is_asked_to_be_confirmed_anew(desk: trips.Desk) -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says('/trip Rome tomorrow "Hotel Rosa"')
        alice.slack.sees("for Thursday?")
        await alice.slack.says("no, friday")
        alice.slack.sees("Hold Hotel Rosa in Rome for Friday?")
        await alice.slack.says("yes")
        alice.slack.sees("Held")
        assert list(desk.held.values()) == ["Hotel Rosa, Rome, 2026-11-20"]


async def test_a_refused_answer_is_asked_again_with_the_reason() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")
        await alice.slack.says("2020-01-01")
        alice.slack.sees("That day has passed. Which night?")


async def test_back_takes_the_last_answer_of_a_flow_back() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome tomorrow")
        alice.slack.sees("Which hotel?")
        await alice.slack.says("back")
        alice.slack.sees("Which night?")
        await alice.slack.says("friday")
        alice.slack.sees("Which hotel?")


async def test_names_in_a_loop_are_told_apart_by_their_key() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/tour")
        await alice.slack.says("9")
        alice.slack.sees("It must be 4 or less")
        await alice.slack.says("2")
        alice.slack.sees("City 1?")
        await alice.slack.says("Rome")
        alice.slack.sees("City 2?")
        await alice.slack.says("Milan")
        alice.slack.sees("Tour: Rome, Milan.")


async def test_a_flow_calls_a_flow_twice() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/move")
        for words in ("Elm", "4", "Oak"):
            await alice.slack.says(words)
        alice.slack.sees("From Elm 4.")
        await alice.slack.says("5")
        alice.slack.sees("Moving from Elm 4 to Oak 5.")
        said = [seen.text for seen in alice.slack.screen if "From Elm 4." in seen.text]
        assert len(said) == 1


async def test_a_flow_waits_for_an_event_while_other_dialogs_go_on(desk: trips.Desk) -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        bob = bot.person("bob", telegram="8")
        await alice.slack.says("/parcel 42")
        alice.slack.sees("I will tell you about 42.")
        await alice.slack.says("/tour 1")
        alice.slack.sees("City 1?")
        await bob.telegram.says("/scan 41 Milan")
        await bob.telegram.says("/scan 42 Rome")
        alice.slack.sees("Parcel 42 is at Rome.")
        assert desk.told == ["Milan", "Rome"]
        await alice.slack.says("Turin")
        alice.slack.sees("Tour: Turin.")


async def test_a_flow_waits_for_a_moment_over_a_restart() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/parcel 42")
        await bot.clock.forward(days=29)
        await bot.restart()
        assert not any("No news" in seen.text for seen in alice.slack.screen)
        await bot.clock.forward(days=2)
        alice.slack.sees("No news of 42 in a month.")


async def test_a_person_is_wanted_and_the_flow_goes_on_when_the_customer_is_handed_back() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        bob = bot.person("bob", telegram="8")
        await alice.slack.says("/ask_us luggage")
        alice.slack.sees("person")
        conversation = (await bot.bot.store.log.conversations(limit=1))[0][0]
        facts = await bot.bot.store.log.read(conversation, after=0, limit=100)
        frame = next(
            step["frame"] for f in facts for step in f.body.get("steps", ())
            if step.get("wish") == "Handoff"
        )  # fmt: skip
        await bob.telegram.says(f"/hand_back {frame}")
        alice.slack.sees("Was that helpful?")


async def test_a_customer_need_not_wait_for_a_person() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/ask_us luggage")
        alice.slack.sees("person", buttons=["Go on without a person"])
        await alice.slack.says("is anybody there?")
        await bot.restart()
        await alice.slack.taps("Go on without a person")
        alice.slack.sees("Was that helpful?")


async def test_what_is_drawn_once_stays_over_replays_and_restarts() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/dice")
        await bot.clock.forward(days=3)
        await bot.restart()
        await alice.slack.says("why")
        await alice.slack.says("3")
        drawn, began, count = alice.slack.screen[-1].text.split()
        assert 0.0 <= float(drawn) < 1.0
        assert began.startswith("2026-11-18T12:00:00")
        assert count == "0"


async def test_a_changed_answer_undoes_what_was_done_after_a_yes(desk: trips.Desk) -> None:
    async with bot_for("tests.journeys.errands") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/errand Rome")
        alice.slack.sees("Seat?")
        assert list(desk.held.values()) == ["Inn, Rome, 2026-12-24"]
        await alice.slack.says("change city")
        alice.slack.sees("Which city?")
        await alice.slack.says("Milan")
        alice.slack.sees("Hold a room. Shall I undo it?", buttons=["Yes", "No, keep it"])
        await alice.slack.taps("No, keep it")
        alice.slack.sees("Seat?")
        await alice.slack.says("change city")
        await alice.slack.says("Turin")
        await alice.slack.taps("Yes")
        alice.slack.sees("Seat?")
        await alice.slack.says("12")
        alice.slack.sees("Turin, seat 12")
        assert len(desk.released) == 1
        assert [e.state for e in bot.calls("hold_room")][-1] == "done"


@pytest.mark.parametrize("seed", range(4))
async def test_a_flow_survives_deaths_and_repeats_anywhere(seed: int, desk: trips.Desk) -> None:
    chaos = Chaos(duplicate=0.2, crash=0.4, drop=0.1, seed=seed)
    async with bot_for("tests.journeys.trips", chaos=chaos) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/trip")
        await alice.telegram.says("Rome")
        await alice.slack.says("tomorrow")
        await alice.telegram.says("Hotel Rosa")
        alice.telegram.sees("Hold Hotel Rosa in Rome for Thursday?")
        await alice.slack.says("yes")
        alice.slack.sees("Held: R1.")
        assert list(desk.held.values()) == ["Hotel Rosa, Rome, 2026-11-19"]
        assert [effect.state for effect in bot.calls("hold_room")] == ["done"]
        assert bot.asked_twice == []


@pytest.mark.parametrize("seed", range(3))
async def test_a_parked_flow_is_woken_once_over_deaths(seed: int) -> None:
    chaos = Chaos(duplicate=0.2, crash=0.4, seed=seed)
    async with bot_for("tests.journeys.trips", chaos=chaos) as bot:
        alice = bot.person("alice", slack="U1")
        bob = bot.person("bob", telegram="8")
        await alice.slack.says("/parcel 42")
        await bob.telegram.says("/scan 42 Rome")
        await bot.crash()
        await bot.clock.forward(days=40)
        said = [seen.text for seen in alice.slack.screen]
        assert sum("Parcel 42 is at Rome." in text for text in said) == 1
        assert not any("No news" in text for text in said)
