"""The core's own recognisers: what they show, they find, and nothing else."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.authoring.kinds import Email, Money, Phone, Place, Url
from bot.dialog.plain import PLAIN
from bot.model.understanding import Hints
from tests.bot.dialog.stage import START

HINTS = Hints(now=START)


def found_as_shown(kind: type, value: Any) -> list[Any]:
    plain = next(one for one in PLAIN if one.type is kind)
    return [match.value for match in plain.find(plain.show(value, HINTS), HINTS)]


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_whole_numbers_are_found_as_shown(value: int) -> None:
    assert found_as_shown(int, value) == [value]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_decimals_are_found_as_shown(value: Decimal) -> None:
    assert found_as_shown(Decimal, value) == [value]


@given(st.integers(min_value=-999, max_value=999).map(lambda n: n / 8))
def test_fractions_are_found_as_shown(value: float) -> None:
    assert found_as_shown(float, value) == [value]


@given(st.dates(min_value=date(1000, 1, 1)))
def test_days_are_found_as_shown(value: date) -> None:
    assert found_as_shown(date, value) == [value]


@given(st.times().map(lambda one: one.replace(second=0, microsecond=0)))
def test_times_are_found_as_shown(value: time) -> None:
    assert found_as_shown(time, value) == [value]


@given(
    st.datetimes(min_value=datetime(1000, 1, 1)).map(  # noqa: DTZ001 - wall time, as asked for
        lambda one: one.replace(second=0, microsecond=0)
    )
)
def test_moments_are_found_as_shown(value: datetime) -> None:
    assert found_as_shown(datetime, value) == [value]


@given(st.integers(min_value=0, max_value=999_999).map(lambda n: timedelta(minutes=n)))
def test_durations_are_found_as_shown(value: timedelta) -> None:
    assert found_as_shown(timedelta, value) == [value]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from(["EUR", "JPY"]))
def test_sums_are_found_as_shown(amount: Decimal, currency: str) -> None:
    assert found_as_shown(Money, Money(amount, currency)) == [Money(amount, currency)]


@given(st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z"))
def test_numbers_to_call_are_found_as_shown(number: str) -> None:
    assert found_as_shown(Phone, Phone(number)) == [Phone(number)]


@given(st.from_regex(r"\A[a-z][a-z0-9.+-]{0,9}[a-z0-9]@[a-z]{1,9}(\.[a-z]{2,9}){1,2}\Z"))
def test_addresses_are_found_as_shown(address: str) -> None:
    assume(".." not in address)
    assert found_as_shown(Email, Email(address)) == [Email(address)]


@given(st.sampled_from(["https://example.org", "http://a.b/c?d=e&f#g", "https://x.org/a_(b)_c"]))
def test_pages_are_found_as_shown(address: str) -> None:
    assert found_as_shown(Url, Url(address)) == [Url(address)]


degrees = st.integers(-89_000_000, 89_000_000).map(lambda n: n / 1_000_000)


@given(st.text("abc xyz,.1", min_size=1).map(str.strip).filter(bool), st.none() | degrees, degrees)
def test_places_are_found_as_shown(text: str, lat: float | None, lon: float) -> None:
    places = next(one for one in PLAIN if one.type is Place)
    value = Place(text, lat, None if lat is None else lon)
    shown = places.show(value, HINTS)

    found = places.find(shown, replace(HINTS, wanted=True))

    assume(lat is not None or not any(one.value.lat is not None for one in found))
    assert [match.value for match in found] == [value]


def test_degrees_are_a_place_anywhere_and_words_where_one_is_asked_for() -> None:
    places = next(one for one in PLAIN if one.type is Place)

    assert [m.value for m in places.find("come to 45.4642, 9.19 now", HINTS)] == [
        Place("45.4642, 9.19", 45.4642, 9.19)
    ]
    assert places.find("for 4, 5 or 95.5, 9.19", HINTS) == []
    assert places.find(" ", replace(HINTS, wanted=True)) == []


@pytest.mark.parametrize(
    ("text", "currency", "sums"),
    [
        ("12.50 EUR", "", ["12.50 EUR"]), ("50", "", []), ("50", "USD", ["50.00 USD"]),
        ("pay 5 USD or 6 EUR", "GBP", ["5.00 USD", "6.00 EUR"]), ("5 eur", "", []),
    ],
)  # fmt: skip
def test_a_bare_number_is_a_sum_where_the_currency_is_known(
    text: str, currency: str, sums: list[str]
) -> None:
    plain = next(one for one in PLAIN if one.type is Money)

    found = plain.find(text, replace(HINTS, wanted=True, currency=currency))

    assert [str(match.value) for match in found] == sums


@given(st.booleans())
def test_yes_and_no_are_found_as_shown(value: bool) -> None:  # noqa: FBT001 - the value itself
    assert found_as_shown(bool, value) == [value]


@pytest.mark.parametrize("text", ["2026-02-30", "perhaps", "24:00", "1,5 x", "12/05"])
def test_what_only_looks_like_a_value_is_none(text: str) -> None:
    kinds = [one for one in PLAIN if one.kind in {"date", "time", "bool"} or one.type is int]

    assert [match for one in kinds for match in one.find(text, HINTS)] == []


@given(st.text(max_size=200))
def test_recognisers_tell_the_words_they_read(text: str) -> None:
    for plain in PLAIN:
        for match in plain.find(text, HINTS):
            assert text[match.start : match.end] == match.text
