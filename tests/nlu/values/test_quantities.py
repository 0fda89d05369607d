"""Quantities and places in a row, in four languages."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import UNITS, Ordinal, Quantity
from nlu.values.ordinals import Ordinals
from nlu.values.quantities import Quantities
from tests.nlu.values.reading import OPEN, WANTED

SPOKEN_IN = st.sampled_from(["en", "de-DE", "de-CH", "fr-FR", "es-ES", "es-MX", "it"])


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("en", "3 kg of apples", "3 kg"), ("en", "half a litre of milk", "0.5 l"),
        ("en", "a pound of butter", "1 lb"), ("en", "two and a half kilos", "2.5 kg"),
        ("en", "2.5kg", "2.5 kg"), ("en", "1,500 g of flour", "1500 g"),
        ("en", "a litre and a half of milk", "1.5 l"), ("en", "10 km away", "10 km"),
        ("en", "five miles", "5 mi"), ("en", "a half gallon", "0.5 gal"),
        ("en", "5 ft and 3 in", "5 ft;3 in"), ("en", "one in ten", ""), ("en", "a dozen eggs", ""),
        ("en", "500ml bottle", "500 ml"), ("en", "I am in", ""), ("en", "20 pounds", "20 lb"),
        ("de", "2,5 Kilo Äpfel", "2.5 kg"), ("de", "ein Pfund Butter", "0.5 kg"),
        ("de", "ein halber Liter Milch", "0.5 l"), ("de", "anderthalb Liter", "1.5 l"),
        ("de", "drei Kilogramm", "3 kg"), ("de", "1.500 g Mehl", "1500 g"),
        ("fr", "un demi-litre de lait", "0.5 l"), ("fr", "deux kilos et demi", "2.5 kg"),
        ("fr", "une livre de beurre", "0.5 kg"), ("fr", "1,5 l d'eau", "1.5 l"),
        ("es", "medio litro de leche", "0.5 l"), ("es", "dos kilos y medio", "2.5 kg"),
        ("es", "un litro y medio", "1.5 l"), ("es-MX", "1.5 kg", "1.5 kg"),
    ],
)  # fmt: skip
def test_quantities_are_read_with_their_unit(locale: str, text: str, expected: str) -> None:
    found = Quantities().find(text, replace(OPEN, locale=locale))

    assert ";".join(str(match.value) for match in found) == expected


@given(st.decimals(0, 10**6, places=3), st.sampled_from(UNITS), SPOKEN_IN)
@example(Decimal("1.234"), "kg", "de-DE")
@example(Decimal(2), "in", "en")
def test_a_quantity_that_was_shown_is_read_back(amount: Decimal, unit: str, locale: str) -> None:
    value, hints = Quantity(amount, unit), replace(OPEN, locale=locale)

    (found,) = Quantities().find(Quantities().show(value, hints), hints)

    assert found.value == value


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("en", "the second floor", [2]), ("en", "2nd", [2]), ("en", "the twenty-first", [21]),
        ("en", "just a second", []), ("en", "row 2", []), ("en", "on second thoughts", []),
        ("de", "im dritten Stock", [3]), ("de", "der 2. Stock", [2]), ("de", "acht", []),
        ("fr", "au deuxième étage", [2]), ("fr", "la 1re rangée", [1]), ("fr", "premier", [1]),
        ("es", "la tercera planta", [3]), ("es", "el primer piso", [1]), ("es", "2º", [2]),
    ],
)  # fmt: skip
def test_places_in_a_row_are_read(locale: str, text: str, expected: list[int]) -> None:
    found = Ordinals().find(text, replace(OPEN, locale=locale))

    assert [match.value for match in found] == expected


@given(st.integers(1, 999_999), SPOKEN_IN)
def test_a_place_that_was_shown_is_read_back(place: int, locale: str) -> None:
    hints = replace(OPEN, locale=locale)

    (found,) = Ordinals().find(Ordinals().show(Ordinal(place), hints), hints)

    assert (found.value, found.others) == (Ordinal(place), ())


def test_a_bare_figure_is_a_place_where_one_is_asked_for() -> None:
    assert Ordinals().find("2", OPEN) == []
    assert [match.value for match in Ordinals().find("2", WANTED)] == [2]
