"""Sagas: all of it stands or none of it, each undo once, whatever fails or dies."""

import pytest

from bot import Context, EffectRecord, Retry, Talk, UserError, action, flow
from bot.testing import bot_for
from tests.journeys.agency import Agency, always, once


@pytest.fixture
def agency() -> Agency:
    return Agency()


def states(calls: list[EffectRecord]) -> list[str]:
    return [call.state for call in calls]


async def test_a_saga_that_ends_well_stands(agency: Agency) -> None:
    async with bot_for(agency.command()) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/trip Rome")

        alice.slack.sees("Booked: hotel-1, flight-1, taxi-1.")
        assert [service.undone for service in agency.services] == [[], [], []]
        assert states(bot.calls("saga:trip")) == []


async def test_a_failed_saga_is_undone_in_reverse_and_the_refusal_is_shown(agency: Agency) -> None:
    order: list[str] = []
    agency.hotel.on_undo = lambda: order.append("hotel")
    agency.flight.on_undo = lambda: order.append("flight")
    agency.taxi.on_do = always(UserError("There is no taxi in Rome."))
    async with bot_for(agency.command()) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/trip Rome")

        alice.slack.sees("There is no taxi in Rome.", buttons=["/trip", "Help"])
        assert order == ["flight", "hotel"]
        assert states(bot.calls("reserve_hotel")) == ["undone"]
        assert states(bot.calls("reserve_flight")) == ["undone"]
        assert states(bot.calls("reserve_taxi")) == ["failed"]
        assert states(bot.calls("saga:trip")) == ["undone"]


async def test_what_retry_asks_again_begins_anew(agency: Agency) -> None:
    agency.taxi.on_do = once(Retry("There is no taxi in Rome.", arg="to"))
    async with bot_for(agency.command()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")
        alice.slack.sees("There is no taxi in Rome. To?")

        await alice.slack.says("Milan")

        alice.slack.sees("Booked: hotel-2, flight-2, taxi-1.")
        assert agency.hotel.undone == ["hotel-1"]
        assert agency.hotel.done == ["Rome", "Milan"]


async def test_after_an_error_of_ours_trying_again_books_each_part_once(agency: Agency) -> None:
    agency.flight.on_do = once(ConnectionError("lost"))
    async with bot_for(agency.command()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")
        alice.slack.sees("Try again?", buttons=["Try again", "Cancel"])
        assert agency.hotel.held == {}

        await alice.slack.taps("Try again")

        alice.slack.sees("Booked: hotel-2, flight-1, taxi-1.")
        assert [len(service.held) for service in agency.services] == [1, 1, 1]


async def test_an_effect_without_undo_is_named(agency: Agency) -> None:
    agency.taxi.on_do = always(UserError("There is no taxi."))
    async with bot_for(agency.command(flight={"undo": None})) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/trip Rome")

        alice.slack.sees(
            "This could not be taken back and stands: reserve flight. There is no taxi."
        )
        assert agency.hotel.held == {}
        assert states(bot.calls("reserve_flight")) == ["done"]


async def test_an_undo_that_the_service_refuses_stands_and_is_told(agency: Agency) -> None:
    agency.taxi.on_do = always(UserError("There is no taxi."))
    agency.flight.on_undo = always(UserError("Too late to cancel."))
    async with bot_for(agency.command()) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/trip Rome")

        alice.slack.sees("could not be taken back and stands: reserve flight. There is no taxi.")
        assert states(bot.calls("reserve_flight")) == ["done"]
        assert agency.hotel.held == {}


async def test_an_undo_that_fails_is_tried_again_later_and_told(agency: Agency) -> None:
    agency.taxi.on_do = always(UserError("There is no taxi."))
    agency.hotel.on_undo = once(ConnectionError("lost"))
    async with bot_for(agency.command()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")
        alice.slack.sees("Still to be taken back: reserve hotel.")
        assert states(bot.calls("reserve_hotel")) == ["undoing"]

        await bot.clock.forward(minutes=1)

        alice.slack.sees("That is taken back now: reserve hotel.")
        assert agency.hotel.undone == ["hotel-1"]
        assert states(bot.calls("reserve_hotel")) == ["undone"]
        assert states(bot.calls("saga:trip")) == ["undone"]


async def test_an_undo_that_never_works_is_given_up_and_told(agency: Agency) -> None:
    agency.taxi.on_do = always(UserError("There is no taxi."))
    agency.hotel.on_undo = always(ConnectionError("lost"))
    async with bot_for(agency.command()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")
        alice.slack.sees("Still to be taken back: reserve hotel.")

        for _ in range(8):
            await bot.clock.forward(hours=6)

        alice.slack.sees("This could not be taken back and stands: reserve hotel.")
        alice.slack.sees_nothing()
        await bot.clock.forward(hours=12)
        alice.slack.sees_nothing()


async def test_what_is_still_to_be_undone_survives_a_restart(agency: Agency) -> None:
    agency.taxi.on_do = always(UserError("There is no taxi."))
    agency.hotel.on_undo = once(ConnectionError("lost"))
    async with bot_for(agency.command()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")
        await bot.restart()

        await bot.clock.forward(minutes=1)

        alice.slack.sees("That is taken back now: reserve hotel.")
        assert agency.hotel.undone == ["hotel-1"]


async def test_an_undo_whose_end_nobody_knows_is_left_to_a_person(agency: Agency) -> None:
    agency.taxi.on_do = always(UserError("There is no taxi."))
    agency.hotel.on_undo = always(ConnectionError("lost"))
    async with bot_for(agency.command(hotel={"probe": None})) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")

        alice.slack.sees("I cannot tell whether this was taken back: reserve hotel.")
        assert states(bot.calls("reserve_hotel")) == ["undoing"]
        calls: list[str] = []
        agency.hotel.on_undo = lambda: calls.append("again")
        await bot.clock.forward(days=1)
        assert calls == []


async def test_trying_again_first_finishes_an_undo_that_had_failed(agency: Agency) -> None:
    agency.taxi.on_do = once(ConnectionError("lost"))
    agency.hotel.on_undo = once(ConnectionError("lost"))
    async with bot_for(agency.command()) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")
        assert states(bot.calls("reserve_hotel")) == ["undoing"]

        await alice.slack.taps("Try again")

        alice.slack.sees("Booked: hotel-2, flight-2, taxi-1.")
        assert agency.hotel.undone == ["hotel-1"]
        await bot.clock.forward(days=1)
        alice.slack.sees_nothing()
        assert agency.hotel.undone == ["hotel-1"]
        assert [len(service.held) for service in agency.services] == [1, 1, 1]


async def test_an_unknown_effect_of_a_saga_stays_unknown_and_the_others_are_undone(
    agency: Agency,
) -> None:
    agency.flight.after_do = always(ConnectionError("lost"))
    async with bot_for(agency.command(flight={"probe": None})) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/trip Rome")

        alice.slack.sees("I cannot tell whether that went through.")
        assert states(bot.calls("reserve_flight")) == ["unknown"]
        assert agency.hotel.held == {}


async def test_what_another_dialog_did_under_the_same_key_is_not_undone(agency: Agency) -> None:
    async with bot_for(agency.command(hotel={"key": "{what}"})) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")
        agency.taxi.on_do = always(UserError("There is no taxi."))

        await alice.slack.says("/trip Rome")

        alice.slack.sees("There is no taxi.")
        assert agency.hotel.undone == []
        assert states(bot.calls("reserve_hotel")) == ["done"]
        assert agency.flight.undone == ["flight-2"]


async def test_a_flow_books_a_whole_trip_in_one_step_and_undoes_it_likewise(agency: Agency) -> None:
    trip = agency.command()
    agency.taxi.on_do = once(UserError("There is no taxi in Rome."))

    @action(idempotent=True)
    async def book_trip(ctx: Context, to: str) -> str:
        told: str = await trip.function(ctx, to)
        return told

    @flow("travel")
    async def travel(talk: Talk) -> str:
        """Travel."""
        to = await talk.ask("to", str, "Where to?")
        try:
            return await talk.do(book_trip, to=to)
        except UserError as error:
            to = await talk.ask("elsewhere", str, f"{error} Where else?")
            return await talk.do(book_trip, to=to)

    async with bot_for(travel) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/travel")
        await alice.slack.says("Rome")
        alice.slack.sees("There is no taxi in Rome. Where else?")
        assert agency.hotel.held == {}

        await alice.slack.says("Milan")

        alice.slack.sees("Booked: hotel-2, flight-2, taxi-1.")
        assert agency.hotel.undone == ["hotel-1"]
