"""The home tab as values: limits, words, and what its presses say."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import CommandCard, DialogCard
from connectors.slack.emulator.shown import pressables, words_shown
from connectors.slack.emulator.view_limits import find_home_problems
from connectors.slack.hearing.home import MAX_DIALOGS, find_opened, home
from connectors.slack.wire import parse

texts = st.text(max_size=80) | st.just("x" * 4000)
dialogs = st.lists(
    st.builds(DialogCard, title=texts, question=texts, known=texts, words=texts), max_size=40
)
names = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)
commands = st.lists(st.builds(CommandCard, name=names, usage=texts, summary=texts), max_size=30)
many = commands | st.just([CommandCard(name="c", usage="/c", summary="x")] * 130)


@settings(max_examples=15)
@given(dialogs, many)
def test_whatever_there_is_to_show_slack_takes_it(
    shown: list[DialogCard], known: list[CommandCard]
) -> None:
    assert find_home_problems(home(shown, known, place="D1")) == []


def test_commands_that_no_block_is_left_for_are_listed() -> None:
    known = [CommandCard(name=f"c{n}", usage=f"/c{n}", summary=f"Do {n}") for n in range(120)]

    view = home([], known, place="D1")

    text = words_shown("", view["blocks"])
    assert len(view["blocks"]) == 100
    assert all(f"/c{n}: Do {n}" in text for n in range(120))
    assert "Nothing is open right now." in text


def test_the_newest_dialogs_are_shown_and_those_that_wait_for_others_have_no_button() -> None:
    cards = [
        DialogCard(title=f"T{n}", question="?", known="", words="" if n == 1 else f"/t{n}")
        for n in range(MAX_DIALOGS + 5)
    ]

    view = home(cards, [], place="D1")

    values = [pressed.element["value"] for pressed in pressables(view["blocks"])]
    assert values[:2] == ["/t0", "/t2"]
    assert len(values) == MAX_DIALOGS - 1


def test_nothing_in_it_is_markup() -> None:
    card = DialogCard(title="<!channel> *x*", question="&lt;", known="", words="/x")

    view = home([card], [], place="D1")

    assert "<!channel> *x*\n&lt;" in words_shown("", view["blocks"])


def opened(**changes: Any) -> dict[str, Any]:
    event = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}
    return {"type": "event_callback", "team_id": "T1", "event": {**event, **changes}}


def test_a_visit_names_the_person_and_the_direct_message() -> None:
    found = find_opened("shop", opened())

    assert found is not None
    assert (found.address.user, found.address.place) == ("U1", "D1")


def test_who_looks_at_the_messages_does_not_look_at_the_home_tab() -> None:
    found = find_opened("shop", opened(tab="messages"))

    assert found is not None
    assert not found.is_home


def test_its_own_words_are_in_the_language_of_who_looks() -> None:
    view = home([], [CommandCard(name="c", usage="/c", summary="x")], place="D1", locale="de-AT")

    text = words_shown("", view["blocks"])
    assert "Gerade ist nichts offen." in text
    assert [pressed.element["text"]["text"] for pressed in pressables(view["blocks"])] == [
        "Beginnen"
    ]


@pytest.mark.parametrize("changes", [{"type": "message"}, {"user": None}, {"channel": ""}])
def test_what_names_nobody_is_no_visit(changes: dict[str, Any]) -> None:
    assert find_opened("shop", opened(**changes)) is None


@pytest.mark.parametrize("metadata", ["", "[]", "{}", '{"place": 5}'])
def test_a_press_of_a_tab_that_says_not_where_is_kept_as_unreadable(metadata: str) -> None:
    pressed = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "view": {"type": "home", "private_metadata": metadata},
        "actions": [{"type": "button", "action_id": "home-start-0", "value": "/book"}],
    }

    received = parse("shop", pressed, b"x")

    assert received.unreadable
    assert not received.messages
