"""The slash grammar: any text is a call or None, and what a call's words mean."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.dialog.slash import SlashCall, Word, parse_slash
from tests.bot.dialog.restaurant import restaurant

FULL = {"day": "2026-11-20", "at": "19:00:00", "guests": 4, "area": "terrace"}


@given(st.text())
@example('/say "unbalanced')
@example("//")
@example("/ book")
def test_any_text_is_a_call_or_none(text: str) -> None:
    call = parse_slash(text)

    assert call is None or (call.name == call.name.lower() and "/" in text)


@given(st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True), st.text(alphabet='ab"= 4“”'))
def test_whatever_follows_a_name_is_its_words(name: str, rest: str) -> None:
    call = parse_slash(f"/{name} {rest}")

    assert call is not None
    assert (call.name, call.rest) == (name, rest.strip())


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True)))
def test_plain_words_come_out_as_they_went_in(words: list[str]) -> None:
    call = parse_slash(" ".join(["/say", *words]))

    assert call is not None
    assert [word.text for word in call.words] == words


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("/book", "book", ()),
        ("  /Book 4", "book", (Word(text="4"),)),
        ("/book@TrattoriaBot 4", "book", (Word(text="4"),)),
        ("<@U0BOT> /book 4", "book", (Word(text="4"),)),
        ("@trattoria: /book 4", "book", (Word(text="4"),)),
        ("/book guests=4", "book", (Word(text="4", key="guests"),)),
        ('/say text="a b"', "say", (Word(text="a b", key="text", quoted=True),)),
        ('/say "a b" c', "say", (Word(text="a b", quoted=True), Word(text="c"))),
        ("/say “a b”", "say", (Word(text="a b", quoted=True),)),
        ('/say "a b', "say", (Word(text='"a'), Word(text="b"))),
        ("/say x=“a b”", "say", (Word(text="a b", key="x", quoted=True),)),
        ("/größe ü", "größe", (Word(text="ü"),)),
        ("/say line\nbreak", "say", (Word(text="line"), Word(text="break"))),
    ],
)
def test_calls_are_read(text: str, name: str, words: tuple[Word, ...]) -> None:
    call = parse_slash(text)

    assert call is not None
    assert (call.name, call.words) == (name, words)


@pytest.mark.parametrize(
    "text", ["", "/", "// comment", "/usr/bin", "/ book", "book", "mail@x.de /book", "/?", "/_x"]
)
def test_other_texts_are_no_calls(text: str) -> None:
    assert parse_slash(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "/book 4 2026-11-20 19:00 terrace",
        "/book terrace 19:00 2026-11-20 4",
        "/book 19:00 4 terrace 2026-11-20",
        "/book guests=4 at=19:00 day=2026-11-20 area=terrace",
        "/book at=19:00 4 AREA=terrace 2026-11-20",
        '/book guests="4" 2026-11-20 19:00 Terrace',
        "/book 4 guests 2026-11-20, 19:00; terrace.",
        "/book@bot 4 2026-11-20 19:00 terrace",
    ],
)
def test_arguments_come_in_any_order_where_types_tell_them_apart(text: str) -> None:
    stage = restaurant()

    stage.says(text)

    assert stage.answers == FULL


@pytest.mark.parametrize(
    ("text", "answers", "named"),
    [
        ("/book 4 5 2026-11-20", {"guests": 4, "day": "2026-11-20"}, "“5”"),
        ("/book guests=many 2026-11-20", {"day": "2026-11-20"}, "“guests=many”"),
        ("/book wine=red 2026-11-20", {"day": "2026-11-20"}, "“wine=red”"),
        ("/book with a view 2026-11-20", {"day": "2026-11-20"}, "“with a view”"),
        ("/book 99 2026-11-20", {"day": "2026-11-20"}, "“99”: It must be 12 or less."),
        ("/book guests=0 2026-11-20", {"day": "2026-11-20"}, "“0”: It must be 1 or more."),
    ],
)
def test_what_is_not_understood_is_named(text: str, answers: dict[str, Any], named: str) -> None:
    stage = restaurant()

    shown = stage.says(text)

    assert stage.answers == answers
    assert named in shown[-1].text


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("/order small", {"size": "small"}),
        ("/order Diavola xl", {"dish": "Diavola", "size": "xl"}),
        ('/order "Quattro Stagioni" xl', {"dish": "Quattro Stagioni", "size": "xl"}),
        ('/order "4 cheese" EXTRA_LARGE', {"dish": "4 cheese", "size": "xl"}),
        ("/order extra large 2 Diavola", {"dish": "Diavola", "size": "xl", "count": 2}),
        (
            'pizza Diavola small "no onions" please',
            {"dish": "Diavola", "size": "small", "note": '"no onions" please'},
        ),
        ("/order note=cold Diavola", {"dish": "Diavola", "note": "cold"}),
    ],
)
def test_texts_take_what_is_left_and_the_last_one_takes_the_rest(
    text: str, answers: dict[str, Any]
) -> None:
    stage = restaurant()

    stage.says(text if text.startswith("/") else f"/{text}")

    assert stage.answers == answers


def test_a_call_is_a_value() -> None:
    assert parse_slash("/a b") == SlashCall(name="a", words=(Word(text="b"),), rest="b")
