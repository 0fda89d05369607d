"""What a turn costs does not grow with what it has nothing to do with; counted, not timed."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest

from bot.dialog.manager import decide
from bot.model.understanding import Utterance
from tests.bench.__main__ import measures_of
from tests.bench.cases import CASES, plugins_of
from tests.bench.counting import calls_of
from tests.bench.driven import NOW, driven
from tests.bench.measuring import measured
from tests.bench.results import CONNECTORS, PAGE, TURNS, Part, rows_of, with_figures
from tests.bench.wires import wires

BY_NAME = {case.name: case for case in CASES}


async def decisions(name: str) -> int:
    """Count what the decisions of a case call."""
    case = BY_NAME[name]
    async with driven(plugins_of(case.bot)) as on:
        turns = await on.recorded(case.before, case.lines)
    rounds = [one for turn in turns for one in turn]
    return calls_of(lambda: [decide(state, event) for state, event in rounds])


async def reading(bot: str, text: str) -> int:
    """Count what the engines call to read a sentence."""
    said = Utterance(text=text, now=NOW, locale="en")
    async with driven(plugins_of(bot)) as on:
        reader = on.bot.stage.runner.scene.reader

        def read() -> None:
            with asyncio.Runner() as runner:
                runner.run(reader.interpret(said))

        return await asyncio.to_thread(calls_of, read)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["… 1,000 commands", "… among 1,000 commands"])
async def test_a_decision_costs_the_same_among_a_thousand_commands(name: str) -> None:
    assert await decisions(name) == await decisions(BY_NAME[name].against)


@pytest.mark.slow
async def test_reading_a_sentence_costs_the_same_among_a_thousand_commands() -> None:
    text = "please book a table for 4 on friday"

    assert await reading("large", text) == await reading("small", text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "at_most"),
    [
        ("… over 9 open dialogs", 1.6),
        ("… over 9 open flows", 2.0),
        ("… 20 kept", 2.0),
        ("… 20 kept in a flow", 2.5),
    ],
)
async def test_a_decision_grows_less_than_what_is_open_and_kept(name: str, at_most: float) -> None:
    base = await decisions(BY_NAME[name].against)

    assert await decisions(name) <= at_most * base


async def test_a_round_gives_a_figure_for_each_case_and_layer() -> None:
    cases = [case for case in CASES if case.bot == "small" and not case.before]

    async with AsyncExitStack() as stack:
        measures = await measures_of(cases, stack)
        rows = rows_of(measures, await measured(measures, 1, lambda _: None))

    assert {(row["layer"], row["case"]) for row in rows} == {
        (layer, case.name) for layer in ("reading", "decision", "turn") for case in cases
    }
    assert all(row["turns_per_second"] > 0 and row["ratio"]["median"] > 0 for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("a booking, 10 commands", "Booked: T5."),
        ("… 1,000 commands", "Booked: T5."),
        ("… over 9 open dialogs", "Back to: Clean bricks. Day?"),
        ("a flow, 10 commands", "Planned: T5."),
        ("… among 1,000 commands", "Planned: T5."),
        ("… 20 kept", "Answer 24?"),
        ("… 20 kept in a flow", "Question 25?"),
    ],
)
async def test_the_conversations_of_the_benchmark_come_where_they_should(
    name: str, end: str
) -> None:
    case = BY_NAME[name]

    async with driven(plugins_of(case.bot)) as on:
        somebody = await on.hears([*case.before, *case.lines])

    assert on.told(somebody)[-1] == end


@pytest.mark.parametrize("part", [TURNS, CONNECTORS], ids=["turns", "connectors"])
def test_the_page_shows_the_results_that_are_kept(part: Part) -> None:
    kept = json.loads(part.results.read_text())

    page = PAGE.read_text()
    assert with_figures(part, page, kept) == page
    assert {row["layer"] for row in kept["rows"]} >= part.layers.keys()


def test_every_case_of_the_turns_is_kept() -> None:
    kept = json.loads(TURNS.results.read_text())

    assert {row["case"] for row in kept["rows"]} >= set(BY_NAME)


async def test_every_connector_is_measured_beside_its_least() -> None:
    async with wires() as measures:
        rows = rows_of(measures, await measured(measures, 1, lambda _: None))

    found = {(row["layer"], row["case"]) for row in rows if row["case"] != row["against"]}
    kinds = ("Slack", "Telegram", "WhatsApp", "E-mail", "Web chat")
    assert found == {(layer, kind) for layer in ("webhook", "render") for kind in kinds}
