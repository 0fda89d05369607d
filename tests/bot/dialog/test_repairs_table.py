"""The table of docs/repairs.md: every pattern is in it, and each row is shown by a test."""

import re
from pathlib import Path

import pytest

from bot.authoring.patterns import PATTERNS
from bot.dialog.repairs import built_in

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/repairs.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \| `(test_\w+)` \|$", re.MULTILINE)
RASAS = {
    "cancel_flow", "continue_interrupted", "correction", "clarification", "chitchat", "completed",
    "cannot_handle", "human_handoff", "internal_error", "repeat_bot_messages", "restart",
    "session_start", "skip_question", "user_silence", "validate_slot", "code_change", "search",
    "collect_information",
}  # fmt: skip


def all_tests() -> set[str]:
    """List the names of the tests of dialogs and journeys."""
    files = [*(ROOT / "tests/bot/dialog").glob("*.py"), *(ROOT / "tests/journeys").glob("*.py")]
    return {
        name
        for file in files
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.MULTILINE)
    }


def test_every_pattern_has_a_row() -> None:
    assert [row[0] for row in ROW.findall(PAGE)] != []
    assert {row[0] for row in ROW.findall(PAGE)} == set(PATTERNS)


def test_every_row_is_shown_by_a_test_that_there_is() -> None:
    assert {row[3] for row in ROW.findall(PAGE)} - all_tests() == set()


def test_every_test_that_the_page_names_is_there() -> None:
    assert set(re.findall(r"`(test_\w+)`", PAGE)) - all_tests() == set()


def test_every_pattern_of_rasas_has_its_counterpart() -> None:
    named = dict(re.findall(r"^\| `pattern_(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))

    assert set(named) == RASAS
    ours = {found for text in named.values() for found in re.findall(r"^`(\w+)`$", text)}
    assert ours <= set(PATTERNS)


@pytest.mark.parametrize(
    "name", ["cancel", "back", "summary", "why", "repeat", "skip", "restart", "help", "human"]
)
def test_what_a_customer_may_say_is_a_built_in_of_the_same_name(name: str) -> None:
    assert built_in(name) is not None
