"""A bot that dies anywhere in a saga, or in its undoing, undoes each part once."""

import pytest

from bot import UserError
from bot.crashpoints import arm
from bot.testing import bot_for
from bot.testing.harness import Harness
from tests.journeys.agency import Agency, always


async def points_of(bot: Harness, text: str) -> list[str]:
    """List the points that a message passes, in order."""
    passed: list[str] = []
    alice = bot.person("alice", slack="U1")
    arm(passed.append)
    try:
        await alice.slack.says(text)
    finally:
        arm(None)
    return passed


def places_in(points: list[str]) -> range:
    """Number the points from the first effect to the turn's commit; others have their tests."""
    first = points.index("ledger.start.before_commit")
    return range(first, points.index("turns.commit.after_commit") + 1)


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_death_at_any_point_of_a_failing_saga_undoes_each_part_once() -> None:
    agency = Agency()
    agency.taxi.on_do = always(UserError("There is no taxi."))
    async with bot_for(agency.command()) as bot:
        points = await points_of(bot, "/trip Rome")
        alice = bot.person("alice", slack="U1")

        for count, number in enumerate(places_in(points), start=2):
            shown = len(alice.slack.screen)
            bot._death.strike_after(number)
            await alice.slack.says(f"/trip {number}")

            for service in (agency.hotel, agency.flight):
                assert service.held == {}, points[number]
                assert (len(service.done), len(service.undone)) == (count, count), points[number]
            answers = [one.text for one in alice.slack.screen[shown:]]
            assert answers == ["There is no taxi."], points[number]
            assert {call.state for call in bot.calls("saga:trip")} == {"undone"}, points[number]

    assert set(points) >= {"effect.call.after", "effect.undo.before", "effect.undo.after"}


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_without_probes_a_death_leaves_unknown_what_it_cut_short_and_repeats_nothing() -> (
    None
):
    agency = Agency()
    agency.taxi.on_do = always(UserError("There is no taxi."))
    options = {service.name: {"probe": None} for service in agency.services}
    async with bot_for(agency.command(**options)) as bot:
        points = await points_of(bot, "/trip Rome")
        alice = bot.person("alice", slack="U1")
        agency.hotel.done.clear()

        for number in places_in(points):
            bot._death.strike_after(number)
            await alice.slack.says(f"/trip {number}")

            for service in (agency.hotel, agency.flight):
                assert service.done.count(str(number)) <= 1, points[number]
            unclear = [call for call in bot.calls("saga:trip") if call.state != "undone"]
            assert unclear == [], points[number]

        assert len(agency.hotel.undone) == len(set(agency.hotel.undone))
        assert len(agency.flight.undone) == len(set(agency.flight.undone))
        states = {call.state for call in bot.effects}
    assert states == {"undone", "failed", "unknown", "undoing"}


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_death_at_any_point_of_a_saga_that_succeeds_books_each_part_once() -> None:
    agency = Agency()
    async with bot_for(agency.command()) as bot:
        points = await points_of(bot, "/trip Rome")
        alice = bot.person("alice", slack="U1")

        for count, number in enumerate(places_in(points), start=2):
            bot._death.strike_after(number)
            await alice.slack.says(f"/trip {number}")

            held = [len(service.held) for service in agency.services]
            assert held == [count] * 3, points[number]
            assert [len(service.done) for service in agency.services] == held
