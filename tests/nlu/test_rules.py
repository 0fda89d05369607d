import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Engine, Interpretation, PluginError, Utterance, VocabularyEntry
from bot.testing.contracts.engine import VOCABULARY, EngineContract, check
from nlu.rules import RulesSettings, check_template, open_engine

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


class TestRules(EngineContract):
    @pytest.fixture
    async def engine(self) -> AsyncIterator[Engine]:
        async with open_engine("rules", RulesSettings(), VOCABULARY) as engine:
            yield engine


def command(name: str, *say: str, parameters: Sequence[str] = ()) -> VocabularyEntry:
    return VocabularyEntry(command=name, say=say, parameters=dict.fromkeys(parameters, "text"))


async def read(text: str, *vocabulary: VocabularyEntry) -> Interpretation:
    async with open_engine("rules", RulesSettings(), vocabulary or VOCABULARY) as engine:
        return await engine.interpret(Utterance(text=text, now=NOW))


async def test_a_sentence_that_contains_a_template_means_its_command() -> None:
    found = await read("Please BOOK a table!")

    assert found.command == "book"
    assert found.confidence == 0.9


async def test_a_sentence_that_is_a_template_is_certain() -> None:
    found = await read("book a table for 4 on friday at 7pm")

    assert found.confidence == 1.0


@pytest.mark.parametrize(
    "text", ["booking", "I am fully booked", "e-book", "bok a table", "my booking", "reserve it"]
)
async def test_only_whole_words_count_and_nothing_is_guessed(text: str) -> None:
    found = await read(text)

    assert found.command is None
    assert found.confidence == 0.0


async def test_parameters_capture_their_words() -> None:
    found = await read("book a table for 4 on friday")

    assert found.slots == {"guests": "4", "day": "friday"}


async def test_neighbouring_groups_may_stand_in_another_order() -> None:
    found = await read("book a table at 7.30pm on the 20th of november, for four people")

    assert found.slots == {"at": "7.30pm", "day": "the 20th of november", "guests": "four people"}


async def test_a_capture_ends_with_its_sentence() -> None:
    found = await read("Book a table for 4. We are looking forward to it.")

    assert found.slots == {"guests": "4"}


async def test_words_between_end_the_match_without_a_slot() -> None:
    found = await read("book me a table for 4")

    assert found.command == "book"
    assert found.slots == {}


async def test_the_words_that_chose_the_command_are_told() -> None:
    text = "please book a table for 4"

    found = await read(text)

    assert [text[start:end] for start, end in found.used] == ["book", "a", "table", "for"]


async def test_the_longest_literal_wins_and_the_others_are_alternatives() -> None:
    found = await read(
        "show me my bookings please",
        command("show", "show"),
        command("list", "show [me] my bookings"),
    )

    assert found.command == "list"
    assert [other.command for other in found.alternatives] == ["show"]


async def test_equals_are_decided_by_the_order_of_the_commands() -> None:
    found = await read("cancel order", command("first", "cancel"), command("second", "cancel"))

    assert found.command == "first"
    assert [other.command for other in found.alternatives] == ["second"]


async def test_a_capture_in_the_middle_ends_at_the_next_literal() -> None:
    move = command("move", "move {what} to {day}", parameters=["what", "day"])

    found = await read("move the table for 4 to next friday", move)

    assert found.slots == {"what": "the table for 4", "day": "next friday"}


async def test_a_needed_capture_that_is_missing_is_no_match() -> None:
    found = await read("call me", command("call", "call me {name}", parameters=["name"]))

    assert found.command is None


async def test_the_typographic_apostrophe_is_an_apostrophe() -> None:
    found = await read("what\u2019s on", command("menu", "what's on"))

    assert found.command == "menu"


async def test_of_a_long_text_only_the_beginning_is_read() -> None:
    found = await read("x " * 2100 + "book")

    assert found.command is None


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("book [a table", "a [ is not closed"),
        ("book a table]", "a ] closes no group"),
        ("book [a [big] table]", "a group [ ] stands inside another; write two sentences"),
        ("book {", "a { or } stands alone"),
        ("book }", "a { or } stands alone"),
        ("book {people}", "{people} is no parameter; there are: guests, day"),
        ("book {}", "{} is no parameter; there are: guests, day"),
        ("[book] {day}", "needs a word outside [ ] and { }"),
        ("", "needs a word outside [ ] and { }"),
    ],
)
def test_a_wrong_template_is_told(template: str, problem: str) -> None:
    assert check_template(template, ["guests", "day"]) == problem


def test_a_right_template_is_accepted() -> None:
    assert check_template("book [a table] [for {guests}] on {day}", ["guests", "day"]) is None


async def test_a_wrong_template_stops_the_start() -> None:
    with pytest.raises(PluginError, match=r"menu: say 'show \[me': a \[ is not closed"):
        async with open_engine("rules", RulesSettings(), [command("menu", "show [me")]):
            pass


PIECES = st.sampled_from(
    ["book", "table", "for", "{guests}", "[a", "[for {guests}]", "]", "{day}", "x", "."]
)


@given(st.lists(PIECES).map(" ".join), st.text() | st.lists(PIECES).map(" ".join))
async def test_every_accepted_template_reads_every_text(template: str, text: str) -> None:
    parameters = ["guests", "day"]
    if check_template(template, parameters) is not None:
        return

    found = await read(text, command("book", template, parameters=parameters))

    check(found, text)


@given(
    st.lists(st.lists(PIECES, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=6),
    st.lists(PIECES).map(" ".join),
)
async def test_a_command_is_found_beside_others_just_where_it_is_found_alone(
    templates: list[str], text: str
) -> None:
    parameters = ["guests", "day"]
    vocabulary = [
        command(f"c{number}", template, parameters=parameters)
        for number, template in enumerate(templates)
        if check_template(template, parameters) is None
    ]

    alone = [await read(text, entry) for entry in vocabulary]
    together = await read(text, *vocabulary) if vocabulary else Interpretation(command=None)

    found = [together.command, *(other.command for other in together.alternatives)]
    assert {name for name in found if name} == {one.command for one in alone if one.command}
    assert together.confidence in {one.confidence for one in alone} | {0.0}


# ── Several requests ──────────────────────────────────────────────────────────

SHOP = (
    command("book", "book a table [for {guests}] [on {day}]", parameters=["guests", "day"]),
    command("bookings", "[show] [me] my bookings"),
    command("unbook", "cancel my booking"),
)


async def test_templates_of_different_commands_behind_a_joint_are_requests_of_their_own() -> None:
    text = "please book a table for 2, then cancel my booking and show me my bookings"

    found = await read(text, *SHOP)

    told = [found, *found.more]
    assert [one.command for one in told] == ["book", "unbook", "bookings"]
    parts = [text[slice(*one.part)] for one in told if one.part]
    assert parts == ["please book a table for 2", "cancel my booking", "show me my bookings"]
    assert found.slots == {"guests": "2"}
    assert [text[slice(*span)] for span in found.more[0].used] == ["cancel", "my", "booking"]


@pytest.mark.parametrize(
    "text",
    [
        "book a table for me and my wife",
        "well, book a table, please",
        "cancel my booking and my booking",
        "cancel my booking and then",
        "and, and, and",
    ],
)
async def test_a_joint_alone_makes_no_requests(text: str) -> None:
    found = await read(text, *SHOP)

    assert found.more == ()
    assert found.part is None


@given(
    st.lists(st.sampled_from(["my bookings", "and", ",", "cancel my booking", "hm"]), max_size=14)
)
def test_requests_stand_in_order_and_never_overlap(words: list[str]) -> None:
    text = " ".join(words)

    found = asyncio.run(read(text, *SHOP))

    told = [found, *found.more]
    spans = [one.part for one in told if one.part is not None]
    assert len(spans) == (len(told) if found.more else 0)
    assert spans == sorted(spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(one.command != other.command for one, other in pairwise(told))
