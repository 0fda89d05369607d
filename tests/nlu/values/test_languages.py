import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import Money
from nlu.values.readings import MOST_CHARACTERS
from tests.nlu.values.reading import OPEN
from tests.nlu.values.scores import LOCALES, PAGE, READERS, readings, scored, table

ENOUGH = {
    "en": (196, 200), "de": (48, 50), "fr": (48, 50), "es": (48, 50), "en-fresh": (60, 61),
    "en-unseen": (60, 61),
    "de-fresh": (24, 25), "fr-fresh": (24, 25), "es-fresh": (24, 25),
}  # fmt: skip
"""Of how many sentences in each list; docs/values.md tells the scores."""

NUMBERS: dict[str, dict[int, str]] = {
    "de": {
        0: "null", 1: "eins", 16: "sechzehn", 21: "einundzwanzig", 71: "einundsiebzig",
        80: "achtzig", 99: "neunundneunzig", 100: "hundert", 101: "hunderteins",
        199: "einhundertneunundneunzig", 1000: "tausend",
        245_712: "zweihundertfünfundvierzigtausendsiebenhundertzwölf",
        999_999: "neunhundertneunundneunzigtausendneunhundertneunundneunzig",
    },
    "fr": {
        0: "zéro", 1: "une personne", 16: "seize", 21: "vingt et un", 71: "soixante et onze",
        80: "quatre-vingts", 99: "quatre-vingt-dix-neuf", 100: "cent", 101: "cent un",
        199: "cent quatre-vingt-dix-neuf", 1000: "mille",
        245_712: "deux cent quarante-cinq mille sept cent douze",
        999_999: "neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf",
    },
    "es": {
        0: "cero", 1: "uno", 16: "dieciséis", 21: "veintiuno", 71: "setenta y uno", 80: "ochenta",
        99: "noventa y nueve", 100: "cien", 101: "ciento uno", 199: "ciento noventa y nueve",
        1000: "mil", 245_712: "doscientos cuarenta y cinco mil setecientos doce",
        999_999: "novecientos noventa y nueve mil novecientos noventa y nueve",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ENOUGH)
def test_customers_are_understood_in_their_language(language: str) -> None:
    result = scored(language)

    enough, of_all = ENOUGH[language]
    assert result.asked.total() == of_all
    assert result.right.total() >= enough, "\n".join(result.missed)


def test_the_page_shows_these_scores() -> None:
    assert table() in PAGE.read_text()


SHOWN = st.one_of(
    st.tuples(st.just("date"), st.dates()),
    st.tuples(st.just("time"), st.times().map(lambda one: one.replace(microsecond=0))),
    st.tuples(st.just("datetime"), st.datetimes().map(lambda one: one.replace(microsecond=0))),
    st.tuples(st.just("duration"), st.integers(0, 10**9).map(lambda s: timedelta(seconds=s))),
    st.tuples(st.just("number"), st.decimals(-(10**12), 10**12, places=3)),
    st.tuples(st.just("money"), st.decimals(0, 10**6, places=2).map(lambda a: Money(a, "EUR"))),
    st.tuples(st.just("bool"), st.booleans()),
)
SPOKEN_IN = st.sampled_from([*LOCALES.values(), "de-CH", "es-MX", "fr-CA", "de"])


@settings(max_examples=100)
@given(SHOWN, SPOKEN_IN)
@example(("date", date(2026, 11, 19)), "de")
@example(("date", date(2026, 11, 18)), "fr")
@example(("datetime", datetime(2026, 11, 19, 8, 30)), "es")  # noqa: DTZ001 - wall time
def test_a_value_that_was_shown_in_a_language_is_read_back(
    shown: tuple[str, Any], locale: str
) -> None:
    (kind, value), hints = shown, replace(OPEN, locale=locale)

    (found,) = READERS[kind].find(READERS[kind].show(value, hints), hints)

    assert (found.value, found.others) == (value, ())


WORDS = (
    "um halb acht morgen früh am 20. vor drei viertel nach zwei à heures moins le quart dans une"
    " demi heure et demie las siete y media mañana de la mayo próximo 1.200,50 € ein Dutzend 19h30"
)


@settings(max_examples=60)
@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(WORDS.split()),
        max_size=8,
    ).map(" ".join),
    SPOKEN_IN,
)
def test_any_text_can_be_searched_in_every_language(text: str, locale: str) -> None:
    for recogniser in READERS.values():
        for wanted in (False, True):
            for match in recogniser.find(text, replace(OPEN, locale=locale, wanted=wanted)):
                assert text[match.start : match.end] == match.text


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize(
    "number", [0, 1, 16, 21, 71, 80, 99, 100, 101, 199, 1000, 245_712, 999_999]
)
def test_numbers_are_read_in_words_up_to_a_million(language: str, number: int) -> None:
    words = NUMBERS[language][number]

    assert readings("number", words, LOCALES[language]) == str(number)


@pytest.mark.parametrize("locale", ["de-DE", "fr-FR", "es-ES", "de", "pt-BR"])
@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("datetime", "a table tomorrow at 7pm", "2026-11-19T19:00"),
        ("date", "next friday", "2026-11-20|2026-11-27"), ("number", "four", "4"),
        ("date", "2026-11-20", "2026-11-20"), ("bool", "yes please", "True"),
        ("datetime", "2026-11-20T19:00", "2026-11-20T19:00"), ("time", "19:30", "19:30"),
    ],
)  # fmt: skip
def test_english_is_understood_beside_the_language(
    locale: str, kind: str, text: str, expected: str
) -> None:
    assert readings(kind, text, locale) == expected


@pytest.mark.parametrize(
    ("locale", "kind", "text", "expected"),
    [
        ("de-DE", "time", "Tisch für 4 am Freitag", "-"), ("de", "date", "jeden Freitag", "-"),
        ("de", "date", "Guten Morgen", "-"), ("de", "date", "Freitag am Morgen", "2026-11-20"),
        ("de", "time", "um ein Taxi zu rufen", "-"), ("de", "time", "ab acht Personen", "-"),
        ("de", "time", "fuenf vor halb acht", "07:25|19:25"), ("de", "time", "7:30", "07:30"),
        ("de", "number", "ein Tisch für zu zweit", "2"), ("de", "time", "7:30 abends", "19:30"),
        ("de", "time", "12 Uhr nachts", "00:00"), ("de", "time", "um 2 Uhr nachts", "02:00"),
        ("de", "date", "2-4 Personen, 24/7", "-"), ("de", "date", "der zweite Gang im Mai", "-"),
        ("de", "datetime", "morgen früh um sieben", "2026-11-19T07:00"),
        ("de-CH", "money", "1'200.50 Franken", "1200.50 CHF"),
        ("fr", "time", "un forfait de deux heures", "-"), ("fr", "duration", "à deux heures", "-"),
        ("fr", "time", "de 18h à 20h", "18:00;20:00"), ("fr", "time", "2h de parking", "-"),
        ("fr", "date", "mon ami vient tous les vendredis", "-"),
        ("fr", "time", "l'après-midi", "-"),
        ("fr", "time?", "dans deux heures", "12:00"), ("fr", "datetime", "demain midi",
         "2026-11-19T12:00"), ("fr", "date", "vendredi en huit", "2026-11-27"),
        ("es", "date", "por la mañana", "-"), ("es", "date", "manana por la manana", "2026-11-19"),
        ("es", "time", "para las dos personas", "-"), ("es", "date", "los viernes", "-"),
        ("es", "time", "a las 12 de la noche", "00:00"), ("es", "time", "más tarde", "-"),
        ("es", "time", "cuarto para las ocho", "07:45|19:45"), ("es-MX", "number", "1,200.5",
         "1200.5"), ("es-MX", "money", "200 pesos", "200.00 MXN"),
        ("de", "date", "am 2. Weihnachtstag", "2026-12-26"),
        ("de", "number", "2 Millionen", "2000000"), ("fr", "time", "il y a deux heures", "-"),
        ("de", "money", "1,5 Mio. Euro", "1500000.00 EUR"),
        ("en", "money", "1.5 million euros", "1500000.00 EUR"),
        ("es", "datetime", "a las siete y cuarto esta noche", "2026-11-18T19:15"),
        ("es-MX", "time", "a las 7 p. m.", "19:00"), ("es", "duration", "a las dos horas", "-"),
    ],
)  # fmt: skip
def test_words_mean_what_the_words_around_them_say(
    locale: str, kind: str, text: str, expected: str
) -> None:
    assert readings(kind, text, locale) == expected


@pytest.mark.parametrize("locale", ["de", "fr", "es"])
def test_no_text_makes_a_language_slow(locale: str) -> None:
    pieces = ["1 ", "zwei und ", "heures et ", "1.111", "de la "]

    began = time.process_time()
    for piece in pieces:
        for recogniser in READERS.values():
            recogniser.find((piece * MOST_CHARACTERS)[:MOST_CHARACTERS], replace(
                OPEN, locale=locale, wanted=True
            ))  # fmt: skip

    assert time.process_time() - began < 5.0
