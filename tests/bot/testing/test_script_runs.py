"""Playing scripts: what passes, what differs, and how that is told."""

from functools import cache
from pathlib import Path

import pytest

from bot.plugins import load_extensions
from bot.settings import load_settings
from bot.testing import Chaos
from bot.testing.coverage import Coverage, lines
from bot.testing.scripts import MismatchError, Project, Script, parse_script, run_script
from bot.testing.scripts.documents import parse_documents

ROOT = Path(__file__).parents[3]
HEAD = "plugins: tests.journeys.rides\nnow: 2026-11-18T10:00+01:00\n"
RIDE = "alice on slack: /ride airport 19:00 people=2\n"


@cache
def project() -> Project:
    settings = load_settings(ROOT / "bot.toml")
    return Project(settings, load_extensions(settings))


def script(text: str) -> Script:
    read = parse_script(HEAD + text, "a.txt")
    assert isinstance(read, Script), read
    return read


async def mismatch(text: str) -> MismatchError:
    with pytest.raises(MismatchError) as caught:
        await run_script(script(text), project())
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "wanted", "found"),
    [
        (
            f"{RIDE}bot: Ride to the moon",
            4, "bot: Ride to the moon", "bot on slack: Ride to the airport at 19:00 for 2?",
        ),
        (f"{RIDE}bot: Ride [Maybe]", 4, "bot: Ride [Maybe]", "[Yes] [No]"),
        (f"{RIDE}bot says nothing", 4, "bot says nothing", "Ride to the airport"),
        (f"{RIDE}expect order_ride people=2", 4, "expect order_ride people=2", ""),
        (f"{RIDE}alice: yes\nexpect order_ride people=3", 5, "people=3", "done order_ride"),
        (f"{RIDE}alice: yes\nexpect nothing", 5, "expect nothing", "to=airport"),
        (f"{RIDE}alice: yes\nexpect no order_ride", 5, "expect no order_ride", "people=2"),
        (f"{RIDE}expect no dialog", 4, "expect no dialog", "open ride people=2"),
        (f"{RIDE}expect open ride people=3", 4, "expect open ride people=3", "people=2"),
        (f"{RIDE}alice taps Perhaps", 4, "this step", "no button 'Perhaps'"),
        ("alice on fax: hello", 3, "no channel 'fax'", "slack"),
    ],
)  # fmt: skip
async def test_what_differs_is_told_with_its_line_and_what_was_there_instead(
    text: str, line: int, wanted: str, found: str
) -> None:
    error = await mismatch(text)

    assert (error.source, error.line) == ("a.txt", line)
    assert wanted in error.wanted
    assert found in " ".join(error.found)


async def test_an_effect_that_nobody_expected_is_told_at_the_end() -> None:
    error = await mismatch(
        f"{RIDE}alice: yes\nexpect order_ride people=2\n"
        "alice: /ride station 20:00 people=1\nalice: yes\n"
    )

    assert error.wanted == "no other effect"
    assert "to=station" in error.found[0]


async def test_an_ellipsis_stands_for_anything_and_lines_may_be_left_out() -> None:
    await run_script(
        script(f"alice on slack: /ride\n{RIDE}bot: Ride … for 2? [No]\nalice: yes\nbot: Your"),
        project(),
    )


async def test_persons_whose_channels_are_not_linked_are_strangers() -> None:
    text = f"links: no\n{RIDE}alice on telegram: /ride\nbot: Where to?\n"

    await run_script(script(text), project())


async def test_a_rasa_test_is_played_and_its_slots_are_compared() -> None:
    read = parse_documents(
        "test_cases:\n- test_case: a ride\n  steps:\n  - user: a taxi to the airport\n"
        "  - slot_was_set: [{to: airport}, to]\n  - slot_was_not_set: [people]\n"
        "  - bot: At what time?\n  - user: '19:00'\n  - slot_was_set: [{at: '18:00'}]\n",
        "e2e.yml",
    )
    case = read[0]
    assert isinstance(case, Script)
    ride = Script(
        source=case.source, title=case.title, plugins=("tests.journeys.rides",),
        now="2026-11-18T10:00+01:00", steps=case.steps,
    )  # fmt: skip

    with pytest.raises(MismatchError) as caught:
        await run_script(ride, project())

    assert (caught.value.line, caught.value.wanted) == (9, "at set to 18:00")
    assert caught.value.found == ("19:00:00",)


async def test_a_script_passes_with_chaos_as_without() -> None:
    text = f"{RIDE}alice on telegram: yes\nbot: Your ride\nexpect order_ride people=2\n"
    chaos = Chaos(duplicate=0.5, drop=0.5, reorder=0.5, crash=0.3, seed=5)

    await run_script(script(text), project(), chaos=chaos)


async def test_coverage_tells_what_was_seen_and_what_is_missing() -> None:
    coverage = Coverage()
    text = (
        "alice on slack: /ride\nalice taps station\nalice: 09:00\nalice: 19:00\nalice: why\n"
        "alice on telegram: 2\nalice: 3 people\nalice: what does it cost\nalice: back\nalice: 4\n"
        "restart\nalice: no\nalice: cancel\nalice: yes\n"
    )

    await run_script(script(text), project(), coverage=coverage)

    row = coverage.report()["commands"]["ride"]
    assert row["asks"]["missing"] == []
    assert row["branches"]["seen"] == ["choice to station", "refused at", "no"]
    assert row["branches"]["missing"] == [
        "choice to airport", "choice to harbour", "refused people", "yes",
    ]  # fmt: skip
    assert row["repairs"]["seen"] == [
        "back", "correct", "cancel", "why", "digression", "switch", "reopened",
    ]  # fmt: skip
    assert row["percent"] == int(100 * row["seen"] / row["of"])
    table = lines(coverage.report())
    assert any("/ride: " in line for line in table)
    assert any("branches not seen: choice to airport, choice to harbour" in line for line in table)


async def test_no_word_of_a_customer_stands_in_the_marks() -> None:
    bot = await run_script(
        script("alice on slack: /ride\nalice: grmblfx\nalice: airport\nalice: 19:00\nalice: 2"),
        project(),
    )

    marks = [step for step in bot.facts.steps() if "mark" in step]
    assert {mark["mark"] for mark in marks} >= {"asked", "answered", "chose", "refused"}
    told = {str(value) for mark in marks for value in mark.values()}
    assert told <= {
        *(mark["mark"] for mark in marks), "ride", "to", "at", "people", "airport",
    }  # fmt: skip
