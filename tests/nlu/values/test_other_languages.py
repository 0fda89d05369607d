"""Languages without a grammar of their own: what is shown is read back, in ISO form."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Hints
from nlu.values import recognisers
from nlu.values.durations import Durations
from nlu.values.times import Times

NOW = datetime(2026, 11, 18, 12, tzinfo=ZoneInfo("Europe/Rome"))
VALUES = [date(2026, 11, 18), date(2027, 3, 4), time(19, 30), datetime(2026, 11, 20, 19), 1250]  # noqa: DTZ001 - as they are kept


@pytest.mark.parametrize("locale", ["pt", "pt-BR", "ar", "zu", "it"])
@pytest.mark.parametrize("value", VALUES, ids=str)
def test_what_is_shown_is_read_back(locale: str, value: Any) -> None:
    hints = Hints(now=NOW, locale=locale, wanted=True)
    reader = next(one for one in recognisers() if one.type is type(value))

    shown = reader.show(value, hints)

    assert [match.value for match in reader.find(shown, hints)] == [value]
    assert not any(word.isalpha() for word in shown.split())


@settings(max_examples=40)
@given(
    st.sampled_from(["pt", "pt-BR", "ar", "zu", "it", "ja"]),
    st.timedeltas(timedelta(seconds=1), timedelta(days=800)),
)
def test_a_length_is_shown_in_words_and_read_back(locale: str, length: timedelta) -> None:
    whole = timedelta(days=length.days, seconds=length.seconds)
    hints = Hints(now=NOW, locale=locale, wanted=True)

    shown = Durations().show(whole, hints)

    assert [match.value for match in Durations().find(shown, hints)] == [whole]


def test_lengths_are_in_the_language_of_the_customer_and_times_of_day_are_none() -> None:
    lengths, hints = Durations(), Hints(now=NOW, locale="pt-BR")

    assert lengths.show(timedelta(hours=2, minutes=30), hints) == "2 horas 30 minutos"
    assert lengths.show(timedelta(0), hints) == "0 minutes"
    assert lengths.show(timedelta(hours=2), Hints(now=NOW, locale="ar")) == "ساعتان"
    assert lengths.show(timedelta(hours=2), Hints(now=NOW, locale="xx")) == "2 hours"
    assert not lengths.find("mesa às 2 horas", hints)
    assert lengths.find("2 horas.", hints)


@pytest.mark.parametrize(
    ("locale", "text", "times"),
    [
        ("es", "de once a una de la tarde", [time(11), time(13)]),
        ("es", "entre las siete y las nueve de la noche", [time(19), time(21)]),
        ("es", "de diez a una de la noche", [time(22), time(1)]),
        ("fr", "de deux à quatre heures de l'après-midi", [time(14), time(16)]),
        ("es", "de dos a cinco personas por la tarde", []),
    ],
)
def test_the_end_of_a_span_tells_the_half_of_the_day(
    locale: str, text: str, times: list[time]
) -> None:
    found = Times().find(text, Hints(now=NOW, locale=locale))

    assert [match.value for match in found] == times
