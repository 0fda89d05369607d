"""The recognisers of the extras: what they read in languages that have no tables of ours."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Money, Recogniser
from tests.nlu.values.reading import OPEN

duckling = pytest.importorskip("nlu.duckling", reason="needs the extra [duckling]")
dateparser = pytest.importorskip("nlu.dateparser", reason="needs the extra [dateparser]")
READERS: Mapping[str, Mapping[Any, Recogniser[Any]]] = {
    module.__name__.rpartition(".")[2]: {one.type: one for one in module.recognisers()}
    for module in (duckling, dateparser)
}
A_TABLE = "un tavolo domani alle sette di sera"


def found(reader: str, of: Any, locale: str, text: str) -> str:
    hints = replace(OPEN, locale=locale.rstrip("?"), wanted=locale.endswith("?"))
    read = READERS[reader][of].find(text, hints)
    return ";".join("|".join(str(value) for value in (one.value, *one.others)) for one in read)


@pytest.mark.parametrize(
    ("reader", "of", "locale", "text", "expected"),
    [
        ("duckling", datetime, "it", A_TABLE, "2026-11-19 19:00:00"),
        ("duckling", date, "it", A_TABLE, "2026-11-19"),
        ("duckling", time, "it", A_TABLE, "19:00:00"),
        ("duckling", date, "it", "dal 5 all'8 dicembre", "2026-12-05;2026-12-08"),
        ("duckling", time, "nl-NL", "om half acht", "07:30:00|19:30:00"),
        ("duckling", datetime, "nl", "morgen om half acht",
         "2026-11-19 07:30:00|2026-11-19 19:30:00"),
        ("duckling", datetime, "pt-BR", "amanhã às 19h", "2026-11-19 19:00:00"),
        ("duckling", date, "tr", "20 Ekim", "2027-10-20"),
        ("duckling", date, "pl", "w piątek", "2026-11-20"),
        ("duckling", timedelta, "it", "per due ore", "2:00:00"),
        ("duckling", int, "it", "siamo in tre", "3"),
        ("duckling", Money, "it", "al massimo venti euro", "20.00 EUR"),
        ("duckling", time, "it", "un tavolo per tre", ""),
        ("duckling", time, "it?", "per tre", "03:00:00"),
        ("duckling", date, "it", "il sole è fuori", ""), ("duckling", date, "ja", "", ""),
        ("duckling", date, "de", "jeden Freitag", ""),
        ("duckling", date, "en", "the sun is out", ""),
        ("dateparser", date, "tr", "20 Ekim", "2027-10-20"),
        ("dateparser", datetime, "it", "il 20 novembre alle 19:30", "2026-11-20 19:30:00"),
        ("dateparser", datetime, "pt", "amanhã às 19h", ""),
        ("dateparser", datetime, "pt", "às 19h30", ""),
        ("dateparser", datetime, "pt", "amanhã às 19h30", "2026-11-19 19:30:00"),
        ("dateparser", time, "pt", "às 19h30", "19:30:00"),
        ("dateparser", time, "da", "bord til fire kl. 19.30", "19:30:00"),
        ("dateparser", date, "it", "marzo è freddo", ""),
        ("dateparser", date, "it", "venerdì", ""),
        ("dateparser", date, "it?", "venerdì", "2026-11-20"),
        ("dateparser", date, "it", "il sole è fuori", ""),
        ("dateparser", date, "en", "I may need help on the second sun", ""),
    ],
)  # fmt: skip
def test_the_extras_read_other_languages_and_little_that_is_no_value(
    reader: str, of: Any, locale: str, text: str, expected: str
) -> None:
    assert found(reader, of, locale, text) == expected


SHOWN = st.one_of(
    st.tuples(st.just(date), st.dates()),
    st.tuples(st.just(time), st.times().map(lambda one: one.replace(microsecond=0))),
    st.tuples(st.just(datetime), st.datetimes().map(lambda one: one.replace(microsecond=0))),
    st.tuples(st.just(timedelta), st.integers(0, 10**9).map(lambda s: timedelta(seconds=s))),
    st.tuples(st.just(Decimal), st.decimals(-(10**12), 10**12, places=3)),
    st.tuples(st.just(int), st.integers(-(10**9), 10**9)),
    st.tuples(st.just(Money), st.decimals(0, 10**6, places=2).map(lambda a: Money(a, "EUR"))),
)


@settings(max_examples=60)
@given(st.sampled_from(list(READERS)), SHOWN, st.sampled_from(["it", "nl", "pt-BR", "tr", "ja"]))
def test_a_value_that_was_shown_is_read_back(
    reader: str, shown: tuple[Any, Any], locale: str
) -> None:
    (of, value), hints = shown, replace(OPEN, locale=locale)
    recogniser = READERS[reader].get(of, READERS["duckling"][of])

    (read,) = recogniser.find(recogniser.show(value, hints), hints)

    assert (read.value, read.others) == (value, ())


@settings(max_examples=40, deadline=None)
@given(
    st.text(max_size=40) | st.lists(st.sampled_from(A_TABLE.split()), max_size=8).map(" ".join),
    st.sampled_from(["it", "nl", "tr", "zh"]),
    st.booleans(),
)
def test_any_text_can_be_searched(text: str, locale: str, wanted: bool) -> None:  # noqa: FBT001 - drawn
    for recogniser in READERS["duckling"].values():
        for match in recogniser.find(text, replace(OPEN, locale=locale, wanted=wanted)):
            assert text[match.start : match.end] == match.text
