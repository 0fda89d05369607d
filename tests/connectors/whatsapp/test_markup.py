from hypothesis import example, given
from hypothesis import strategies as st

from connectors.whatsapp.emulator.display import displayed
from connectors.whatsapp.markup import ZERO_WIDTH, plain

MARKED = st.text(alphabet="*_~`> -\nab1.:/é\u2028\t")
URL = "https://example.test/a_b_c?x=*1*&_y_=~2~3"


@given(MARKED | st.text())
@example("*bold* _and_ ~more~")
@example("*x a*_b c*")
@example("*q* a*) (*b*)")
@example("```block\nof code``` and `code`")
@example("- one\n* two\n> three")
@example("2 * 3 * 4, snake_case_name, 5*6*7")
@example(f"*see {URL}* _there_")
def test_plain_text_is_shown_as_it_was_written(text: str) -> None:
    assert displayed(plain(text)) == text.replace(ZERO_WIDTH, "")


@given(MARKED | st.text())
def test_nothing_but_zero_width_spaces_is_added(text: str) -> None:
    assert plain(text).replace(ZERO_WIDTH, "") == text.replace(ZERO_WIDTH, "")


@given(st.text(alphabet=st.characters(blacklist_characters="*_~`>-")))
def test_text_without_marks_is_left_alone(text: str) -> None:
    assert plain(text) == text


def test_marks_that_would_not_format_are_left_alone() -> None:
    text = "2 * 3 = 6, snake_case_name, 1 - 2, ~5 minutes, a > b, `"

    assert plain(text) == text


def test_addresses_of_pages_stay_whole() -> None:
    assert URL in plain(f"_see_ {URL} *now*")


def test_the_app_formats_what_is_marked() -> None:
    assert displayed("*Bold* _it_ ~no~ `code` ```block```") == "Bold it no code block"
    assert displayed("- one\n> two") == "• one\ntwo"
    assert displayed("_*both*_") == "both"
