from dataclasses import replace
from datetime import UTC
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Money
from nlu.values.money import CODES, Sums
from nlu.values.regions import currency_of, region_of
from tests.nlu.values.reading import NOW, OPEN, WANTED

SUMS = Sums()
NOWHERE = replace(WANTED, now=NOW.astimezone(UTC))


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("€12.50", ["12.50 EUR"]), ("12 euros", ["12.00 EUR"]), ("twenty dollars", ["20.00 USD"]),
        ("1.234,50 EUR", ["1234.50 EUR"]), ("EUR 1,234.50", ["1234.50 EUR"]),
        ("pay 50 cents", ["0.50 EUR"]), ("12,50€", ["12.50 EUR"]), ("five bucks", ["5.00 USD"]),
        ("12 euros 50", ["12.50 EUR"]), ("12 euros and 50 cents please", ["12.50 EUR"]),
        ("a hundred pounds", ["100.00 GBP"]), ("20 eur", ["20.00 EUR"]), ("¥500", ["500 JPY"]),
        ("£1,000", ["1000.00 GBP"]), ("12.500 EUR", ["12500.00 EUR"]), ("-5 EUR", ["-5.00 EUR"]),
        ("1 200 EUR", ["1200.00 EUR"]), ("A$5", ["5.00 AUD"]), ("twenty quid", ["20.00 GBP"]),
        ("5 EUR or 6 USD", ["5.00 EUR", "6.00 USD"]), ("50 USD to +39 333 1112222", ["50.00 USD"]),
        ("12 euros for 4", ["12.00 EUR"]), ("99 pence", ["0.99 GBP"]),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_write_them(text: str, sums: list[str]) -> None:
    assert [str(match.value) for match in SUMS.find(text, OPEN)] == sums


@pytest.mark.parametrize(
    "text",
    ["2 pen", "for 4 at 7.30", "send 20 to bob", "I try 5 times", "room 12", "12 EURO2024", ""],
)
def test_what_names_no_currency_is_no_sum_in_a_sentence(text: str) -> None:
    assert SUMS.find(text, OPEN) == []


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("50", ["50.00 EUR"]), ("about 12,5", ["12.50 EUR"]), ("twenty", ["20.00 EUR"]),
        ("fifty fifty", []), ("soon", []),
    ],
)  # fmt: skip
def test_a_lone_number_is_a_sum_where_one_was_asked_for(text: str, sums: list[str]) -> None:
    assert [str(match.value) for match in SUMS.find(text, WANTED)] == sums


def test_without_a_currency_the_usual_ones_are_the_question() -> None:
    (found,) = SUMS.find("50", NOWHERE)

    assert [one.currency for one in (found.value, *found.others)] == ["EUR", "USD", "GBP"]
    (told,) = SUMS.find("50", replace(NOWHERE, currency="SEK"))
    assert (told.value, told.others) == (Money(Decimal(50), "SEK"), ())


@pytest.mark.parametrize(
    ("locale", "currency"),
    [("en-AU", "AUD"), ("en-CA", "CAD"), ("en-GB", "USD"), ("en", "USD"), ("de-DE", "USD")],
)
def test_a_dollar_is_the_countrys_own_if_it_has_one(locale: str, currency: str) -> None:
    (found,) = SUMS.find("$5", replace(OPEN, locale=locale))

    assert found.value.currency == currency


@pytest.mark.parametrize(
    ("locale", "region", "currency"),
    [
        ("en", "IT", "EUR"), ("en-GB", "GB", "GBP"), ("pt_BR", "BR", "BRL"),
        ("zh-Hans-CN", "CN", "CNY"), ("fr-CH", "CH", "CHF"), ("sv", "IT", "EUR"),
    ],
)  # fmt: skip
def test_the_country_is_the_locales_else_the_places(
    locale: str, region: str, currency: str
) -> None:
    hints = replace(OPEN, locale=locale)

    assert (region_of(hints), currency_of(hints)) == (region, currency)


def test_a_language_tells_the_country_where_the_zone_does_not() -> None:
    assert region_of(replace(NOWHERE, locale="sv")) == "SE"
    assert region_of(NOWHERE) is None


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2)
    | st.decimals(min_value=0, max_value=10**6, places=3)
    | st.integers(0, 10**9).map(Decimal),
    st.sampled_from(sorted(CODES)),
)
def test_a_sum_that_was_shown_is_read_back(amount: Decimal, currency: str) -> None:
    value = Money(amount, currency)

    (found,) = SUMS.find(SUMS.show(value, OPEN), OPEN)

    assert (found.value, found.others) == (value, ())


@given(st.text() | st.text("0123456789.,€$ EURusd-and"))
def test_any_text_can_be_searched(text: str) -> None:
    for hints in (OPEN, WANTED):
        for match in SUMS.find(text, hints):
            assert text[match.start : match.end] == match.text
