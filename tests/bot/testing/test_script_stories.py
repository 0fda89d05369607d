"""Rasa's test stories; see `bot.testing.scripts.stories`."""

from pathlib import Path

import pytest

from bot.testing.scripts import MismatchError, Problem, Script, load_scripts, run_script
from bot.testing.scripts.documents import parse_documents
from bot.testing.scripts.steps import ExpectAnswer, ExpectOpen, ExpectRead, Says, Sees
from bot.testing.scripts.stories import responses_near
from tests.bot.testing.test_script_runs import project

STORY = """\
stories:
- story: a ride
  steps:
  - user: |
      a taxi to the [airport](to)
    intent: ride
  - action: ride_form
  - active_loop: ride_form
  - slot_was_set:
    - to: airport
    - requested_slot: at
    - people: null
  - action: utter_ask_at
  - user: /cancel
    intent: stop
"""
RESPONSES = {"utter_ask_at": ["When?", "At what {thing}?"]}


def story(text: str) -> Script:
    (read,) = parse_documents(text, "test_a.yml", RESPONSES)
    assert isinstance(read, Script), read
    return read


async def played(text: str) -> None:
    read = story(text)
    await run_script(
        Script(
            source=read.source, title=read.title, plugins=("tests.journeys.rides",),
            now="2026-11-18T10:00+01:00", steps=read.steps,
        ),
        project(),
    )  # fmt: skip


def test_each_step_that_maps_becomes_one_of_ours() -> None:
    said, read, loop, to, people, ask, cancel = story(STORY).steps

    assert isinstance(said, Says)
    assert said.text == "a taxi to the airport"
    assert isinstance(read, ExpectRead)
    assert (read.meaning, read.line) == ("ride", 6)
    assert isinstance(loop, ExpectOpen)
    assert (loop.command, loop.others) == ("ride", ("ride_form", "ride"))
    assert isinstance(to, ExpectAnswer)
    assert (to.name, to.value, to.given) == ("to", "airport", True)
    assert isinstance(people, ExpectAnswer)
    assert (people.name, people.given) == ("people", False)
    assert isinstance(ask, Sees)
    assert (ask.text, ask.others) == ("When?", ("At what …?",))
    assert isinstance(cancel, Says)
    assert cancel.text == "/cancel"


async def test_a_story_is_played_against_the_bot() -> None:
    await played(STORY)


@pytest.mark.parametrize(
    ("old", "new", "line", "wanted", "found"),
    [
        ("intent: ride", "intent: help", 6, "read as help", "read as ride"),
        ("intent: ride", "intent: inform", 6, "read as inform", "read as ride"),
        ("to: airport", "to: station", 10, "to set to station", "airport"),
        ("active_loop: ride_form", "active_loop: null", 8, "expect no dialog", "open ride"),
        ("people: null", "people: 2", 12, "people set to 2", "no answer"),
    ],
)
async def test_what_differs_is_told_by_its_line(
    old: str, new: str, line: int, wanted: str, found: str
) -> None:
    with pytest.raises(MismatchError) as caught:
        await played(STORY.replace(old, new))

    assert caught.value.line == line
    assert wanted in caught.value.wanted
    assert found in " ".join(caught.value.found)


def test_what_does_not_map_is_named() -> None:
    read = story(
        "stories:\n- story: x\n  steps:\n  - user: hi\n  - action: utter_unknown\n"
        "  - action: action_book\n  - checkpoint: c\n  - or: []\n  - intent: greet\n"
        "  - action: action_listen\n"
    )

    assert [str(one).split(": ", 1)[1][:30] for one in read.unchecked] == [
        "action: no domain.yml near her", "action: action_book is code; w",
        "checkpoint: each story stands ", "or: only one way is played; wr",
        "intent: there are no words to ",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/faq/hours", "/faq hours"),
        ('/book{"guests": 4, "name": "Ada L"}', '/book guests="4" name="Ada L"'),
        ("/book{broken", "/book"),
        ("a [b](c) d", "a b d"),
    ],
)
def test_typed_intents_become_slash_commands(typed: str, said: str) -> None:
    read = story(f"stories:\n- story: x\n  steps:\n  - user: |\n      {typed}\n")

    first = read.steps[0]
    assert isinstance(first, Says)
    assert first.text == said


def test_end_to_end_tests_know_the_responses_too() -> None:
    (case,) = parse_documents(
        "test_cases:\n- test_case: x\n  steps:\n  - user: hi\n  - utter: utter_ask_at\n",
        "a.yml",
        RESPONSES,
    )

    assert isinstance(case, Script)
    seen = case.steps[1]
    assert isinstance(seen, Sees)
    assert (seen.text, seen.others, case.unchecked) == ("When?", ("At what …?",), ())


def test_a_story_without_words_is_refused() -> None:
    (problem,) = parse_documents(
        "stories:\n- story: x\n  steps:\n  - intent: greet\n  - action: utter_greet\n", "a.yml"
    )

    assert isinstance(problem, Problem)
    assert "no `user:` step in this story" in problem.text


def test_responses_are_found_in_the_domain_above(tmp_path: Path) -> None:
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain/a.yml").write_text("responses:\n  utter_a:\n  - text: A\n  - text: B\n")
    (tmp_path / "domain/b.yml").write_text("responses:\n  utter_b:\n  - custom: {}\n")
    (tmp_path / "domain/c.yml").write_text("responses: [")
    tests = tmp_path / "tests"
    tests.mkdir()

    assert responses_near(tests / "test_x.yml") == {"utter_a": ["A", "B"], "utter_b": []}


def test_in_a_folder_only_test_files_are_taken_for_stories(tmp_path: Path) -> None:
    (tmp_path / "test_a.yml").write_text(STORY)
    (tmp_path / "stories.yml").write_text(STORY)

    assert [Path(one.source).name for one in load_scripts([tmp_path])] == ["test_a.yml"]
