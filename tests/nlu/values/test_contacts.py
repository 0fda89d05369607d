from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import Email, Phone, Url
from nlu.values.contacts import Emails, Pages, Phones
from tests.nlu.values.reading import OPEN, WANTED

PHONES, EMAILS, PAGES = Phones(), Emails(), Pages()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("call 06 6982 1234", ["+390669821234"]), ("+39 333 1112222", ["+393331112222"]),
        ("+1 415-555-2671 now", ["+14155552671"]), ("+390612345678", ["+390612345678"]),
        ("20.11.2026 at 19:30", []), ("on 2026-11-20", []), ("4 people at 7", []),
        ("order 12345678", []), ("", []),
    ],
)  # fmt: skip
def test_numbers_in_a_sentence_are_those_of_the_country_or_with_a_plus(
    text: str, found: list[str]
) -> None:
    assert [match.value.e164 for match in PHONES.find(text, OPEN)] == found


def test_the_country_is_the_customers() -> None:
    german = replace(WANTED, locale="de-DE")

    assert [m.value.e164 for m in PHONES.find("030 901820", german)] == ["+4930901820"]
    assert PHONES.find("12", german) == []


@given(st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z"))
def test_a_number_that_was_shown_is_read_back(e164: str) -> None:
    value = Phone(e164)

    assert value in [match.value for match in PHONES.find(PHONES.show(value, OPEN), WANTED)]


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("mail a.b+c@Example.ORG.", False, ["a.b+c@example.org"]), ("me@x", False, []),
        ("anna at example dot org", True, ["anna@example.org"]),
        ("anna dot b (at) mail dot example dot org", True, ["anna.b@mail.example.org"]),
        ("meet me at example dot org", False, []),
        ("x@y.org, q@r.st", False, ["x@y.org", "q@r.st"]),
        ("@example.org", False, []),
    ],
)  # fmt: skip
def test_addresses_are_read_and_where_asked_for_also_as_dictated(
    text: str,
    wanted: bool,  # noqa: FBT001 - the case
    found: list[str],
) -> None:
    matches = EMAILS.find(text, WANTED if wanted else OPEN)

    assert [str(match.value) for match in matches] == found


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("see https://example.org/a(b).", False, ["https://example.org/a(b)"]),
        ("(see http://example.org)", False, ["http://example.org"]),
        ("example.org/menu", True, ["https://example.org/menu"]),
        ("www.example.org", False, []), ("www.example.org!", True, ["https://www.example.org"]),
        ("ann@example.org", True, []), ("https://me:pw@example.org", False, []),
    ],
)  # fmt: skip
def test_pages_are_read(
    text: str,
    wanted: bool,  # noqa: FBT001 - the case
    found: list[str],
) -> None:
    matches = PAGES.find(text, WANTED if wanted else OPEN)

    assert [str(match.value) for match in matches] == found


@given(st.from_regex(r"\A[a-z0-9][a-z0-9._+-]{0,9}@[a-z0-9]{1,9}(\.[a-z]{2,9}){1,2}\Z"))
def test_an_address_that_was_shown_is_read_back(address: str) -> None:
    assume(".." not in address and ".@" not in address)
    value = Email(address)

    assert [match.value for match in EMAILS.find(EMAILS.show(value, OPEN), OPEN)] == [value]


@given(st.from_regex(r"\Ahttps?://[a-z]{1,9}\.[a-z]{2,5}(/[a-z0-9()?=&#-]{0,9}[a-z0-9/])?\Z"))
def test_a_page_that_was_shown_is_read_back(address: str) -> None:
    value = Url(address)

    assert [match.value for match in PAGES.find(PAGES.show(value, OPEN), OPEN)] == [value]


@pytest.mark.parametrize("recogniser", [PHONES, EMAILS, PAGES], ids=lambda one: one.kind)
def test_any_text_can_be_searched(recogniser: Any) -> None:
    @given(st.text() | st.text("0123456789+-@./:ahtpsw "))
    def law(text: str) -> None:
        for hints in (OPEN, WANTED):
            for match in recogniser.find(text, hints):
                assert text[match.start : match.end] == match.text

    law()
