"""What sendMessage is given."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot import Link, Option, OutboundMessage, PromptId, units
from connectors.telegram.render import (
    CAPABILITIES,
    NOTHING_TO_SAY,
    Destination,
    Sending,
    parse_place,
    render,
)

LABELS = st.text(min_size=1, max_size=80).map(str.strip).filter(bool)
OPTIONS = st.lists(LABELS, max_size=40).map(
    lambda labels: tuple(
        Option(token=f"t{number}", label=label) for number, label in enumerate(labels)
    )
)


def buttons(calls: Sequence[Sending]) -> list[InlineKeyboardButton]:
    return [
        button
        for call in calls
        if isinstance(call.markup, InlineKeyboardMarkup)
        for row in call.markup.inline_keyboard
        for button in row
    ]


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(token=f"t{number}", label=label) for number, label in enumerate(labels))


@given(st.text(max_size=12_000), OPTIONS)
def test_no_word_and_no_choice_is_lost_and_the_limits_hold(
    text: str, choices: tuple[Option, ...]
) -> None:
    calls = render(OutboundMessage(text=text, options=choices))

    shown = " ".join(call.text for call in calls)
    assert all(1 <= units(call.text) <= 4096 and call.text.strip() for call in calls)
    assert "".join(text.split()) in "".join(shown.split())
    tokens = [button.callback_data for button in buttons(calls)]
    if tokens:
        assert tokens == [option.token for option in choices]
        assert [button.text for button in buttons(calls)] == [option.label for option in choices]
    else:
        assert all("".join(option.label.split()) in "".join(shown.split()) for option in choices)


def test_short_labels_stand_beside_each_other_and_long_ones_alone() -> None:
    (call,) = render(
        OutboundMessage(text="When?", options=options("6", "7", "8", "9", "On the terrace, please"))
    )

    assert isinstance(call.markup, InlineKeyboardMarkup)
    rows = [[button.text for button in row] for row in call.markup.inline_keyboard]
    assert rows == [["6", "7", "8"], ["9", "On the terrace, please"]]


def test_too_many_choices_are_numbered_in_the_text() -> None:
    many = options(*(f"Choice {number}" for number in range(CAPABILITIES.max_buttons + 1)))

    (call,) = render(OutboundMessage(text="Which?", options=many))

    assert call.markup is None
    assert call.text.splitlines()[-1] == "25. Choice 24"


def test_a_link_is_a_button() -> None:
    (call,) = render(
        OutboundMessage(text="Here.", links=(Link(label="Menu", url="https://a.b/m"),))
    )

    assert call.text == "Here."
    assert [(button.text, button.url) for button in buttons([call])] == [("Menu", "https://a.b/m")]


@pytest.mark.parametrize("url", ["http://localhost:8080/x", "mailto:a@b.c", "https://", "http://["])
def test_a_link_that_telegram_refuses_is_written_out(url: str) -> None:
    (call,) = render(OutboundMessage(text="Here.", links=(Link(label="Menu", url=url),)))

    assert call.markup is None
    assert call.text == f"Here.\nMenu: {url}"


@pytest.mark.parametrize("text", ["", " \n "])
def test_buttons_without_words_get_a_text_to_stand_under(text: str) -> None:
    (call,) = render(OutboundMessage(text=text, options=options("Yes")))

    assert call.text == NOTHING_TO_SAY
    assert call.markup is not None
    assert render(OutboundMessage(text=text)) == [Sending(text=NOTHING_TO_SAY)]


def test_half_a_surrogate_pair_does_not_stop_a_message() -> None:
    (call,) = render(OutboundMessage(text="a\ud83d", options=options("b\ude00")))

    assert call.text == "a\ufffd"
    assert [button.text for button in buttons([call])] == ["b\ufffd"]


def test_a_place_is_a_chat_or_a_topic_of_it() -> None:
    assert parse_place("7") == Destination(chat=7)
    assert parse_place("-100123:3") == Destination(chat=-100123, thread=3)
    assert parse_place("#general") is None


def test_a_question_in_a_group_opens_the_reply_of_the_one_who_is_asked() -> None:
    question = OutboundMessage(text="How many guests? " + "x " * 3000, prompt=PromptId("p"))

    *first, last = render(question, as_reply=True)

    assert first
    assert all(call.markup is None for call in first)
    assert last.markup == ForceReply(selective=True)
    assert render(question)[-1].markup is None
    assert render(OutboundMessage(text="Booked."), as_reply=True)[0].markup is None


def test_a_question_with_buttons_keeps_them_in_a_group() -> None:
    question = OutboundMessage(text="Shall I?", options=options("Yes"), prompt=PromptId("p"))

    (call,) = render(question, as_reply=True)

    assert isinstance(call.markup, InlineKeyboardMarkup)
