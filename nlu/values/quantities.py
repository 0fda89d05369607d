"""Quantities: "3 kg", "half a litre", "2,5 Kilo", "un litre et demi", "ein Pfund".

Units stay as they were said; only the pound of Germans and French, 500 g, is told in kilograms.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, ClassVar

from bot import Hints, Match, Quantity
from nlu.values.numbers import UP_TO_99, number_of
from nlu.values.readings import Reading, compiled, matches
from nlu.values.tongues import read_spoken, tongue_of
from nlu.values.tongues.counting import below_hundred, decimal_mark, read_number
from nlu.values.tongues.tongue import Tongue
from nlu.values.tongues.words import fold, one_of

_SYMBOLS = {
    "kg": "kg", "kgs": "kg", "g": "g", "gr": "g", "mg": "mg", "lb": "lb", "lbs": "lb", "oz": "oz",
    "l": "l", "dl": "dl", "cl": "cl", "ml": "ml", "km": "km", "m": "m", "cm": "cm", "mm": "mm",
    "mi": "mi", "yd": "yd", "ft": "ft", "kilo": "kg", "kilos": "kg", "gal": "gal", "pt": "pt",
    "in": "in",
}  # fmt: skip
_ENGLISH = {
    "kilogram": "kg", "kilogramme": "kg", "gram": "g", "gramme": "g", "milligram": "mg",
    "pound": "lb", "ounce": "oz", "litre": "l", "liter": "l", "millilitre": "ml",
    "milliliter": "ml", "gallon": "gal", "pint": "pt", "kilometre": "km", "kilometer": "km",
    "metre": "m", "meter": "m", "centimetre": "cm", "centimeter": "cm", "millimetre": "mm",
    "millimeter": "mm", "mile": "mi", "yard": "yd",
}  # fmt: skip
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": _ENGLISH | {f"{name}s": unit for name, unit in _ENGLISH.items()}
    | {"foot": "ft", "feet": "ft", "inch": "in", "inches": "in"},
    "de": {
        "kilogramm": "kg", "gramm": "g", "milligramm": "mg", "pfund": "pfund", "liter": "l",
        "milliliter": "ml", "kilometer": "km", "meter": "m", "zentimeter": "cm",
        "millimeter": "mm", "meile": "mi", "meilen": "mi",
    },
    "fr": {
        "kilogramme": "kg", "kilogrammes": "kg", "gramme": "g", "grammes": "g", "livre": "pfund",
        "livres": "pfund", "litre": "l", "litres": "l", "millilitre": "ml", "millilitres": "ml",
        "kilomètre": "km", "kilomètres": "km", "mètre": "m", "mètres": "m", "centimètre": "cm",
        "centimètres": "cm", "millimètres": "mm",
    },
    "es": {
        "kilogramo": "kg", "kilogramos": "kg", "gramo": "g", "gramos": "g", "litro": "l",
        "litros": "l", "mililitros": "ml", "kilómetro": "km", "kilómetros": "km", "metro": "m",
        "metros": "m", "centímetro": "cm", "centímetros": "cm", "libra": "lb", "libras": "lb",
        "milla": "mi", "millas": "mi",
    },
}  # fmt: skip
_ONE = {
    "en": "an?", "de": "ein(?:e[nmrs]?)?", "fr": "une?(?:\\s+seule?)?|d'une?", "es": "una?",
}  # fmt: skip
_HALF = {
    "en": r"half\s+(?:an?\s+)?|an?\s+half\s+|1/2\s+", "de": r"(?:ein(?:en)?\s+)?halbe[nrs]?\s+",
    "fr": r"(?:une?\s+|d'une?\s+)?demi(?:e)?[\s-]+", "es": r"medi[oa]\s+",
}  # fmt: skip
_AND_HALF = {
    "en": r"\s+and\s+a\s+half", "de": r"\s+und\s+(?:ein\s+)?halbe[nrs]?", "fr": r"\s+et\s+demie?",
    "es": r"\s+y\s+medi[oa]",
}  # fmt: skip
_ONE_AND_HALF = {"de": "anderthalb|eineinhalb"}
_FIGURE = r"\d{1,9}(?:[.,]\d{1,3}){0,2}"
_SHORT = frozenset({"in", "pt", "m", "mi", "g", "l"})
"""Symbols that are words or marks of other things, too: they stand behind figures only."""


class Quantities:
    """Amounts of a unit; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "quantity"
    type: Any = Quantity
    rank: ClassVar[int] = 65

    def find(self, text: str, hints: Hints) -> Sequence[Match[Quantity]]:
        """See `bot.ports.Recogniser.find`."""
        return matches(self.kind, text, read_spoken(text, hints, _read, _read))

    def show(self, value: Quantity, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`."""
        tongue = tongue_of(hints)
        return str(value).replace(".", decimal_mark(tongue, hints)) if tongue else str(value)


@cache
def _expression(tongue: Tongue | None) -> re.Pattern[str]:
    language = tongue.language if tongue else "en"
    number = below_hundred(tongue) if tongue else UP_TO_99
    names = one_of(sorted({fold(name) for name in (*_SYMBOLS, *_WORDS[language])}))
    one_and_half = _ONE_AND_HALF.get(language, "(?!)")
    half = fold(_HALF[language])
    return compiled(
        rf"(?<![\w.,:/+-])(?:(?P<figure>-?{_FIGURE})(?P<more>{_AND_HALF[language]})?\s?"
        rf"|(?P<half>{half})|(?P<oneandhalf>{one_and_half})\s+"
        rf"|(?:(?P<count>{number})|(?P<one>{_ONE[language]}))(?P<halves>{_AND_HALF[language]})?\s+)"
        rf"(?P<unit>{names})\b(?P<behind>{_AND_HALF[language]})?(?!\s*\d)"
    )


def _read(text: str, hints: Hints, tongue: Tongue | None = None) -> Sequence[Reading[Quantity]]:
    named = _WORDS[tongue.language if tongue else "en"]
    units = {fold(name): unit for name, unit in (*_SYMBOLS.items(), *named.items())}
    found = []
    for match in _expression(tongue).finditer(text):
        word = match["unit"].lower()
        if word in _SHORT and match["figure"] is None:
            continue  # "half in", "one m"
        amount = _amount(match, hints, tongue)
        if amount is None:
            continue
        unit = units[word]
        if unit == "pfund":
            amount, unit = amount / 2, "kg"
        found.append(Reading(match.start(), match.end(), Quantity(amount, unit)))
    return found


def _amount(match: re.Match[str], hints: Hints, tongue: Tongue | None) -> Decimal | None:
    half = Decimal("0.5")
    behind = half if match["behind"] or match["more"] or match["halves"] else Decimal(0)
    if match["half"]:
        return half
    if match["oneandhalf"]:
        return 1 + half
    if match["one"]:
        return 1 + behind
    if match["count"]:
        words = match["count"]
        count = read_number(words, tongue) if tongue else number_of(words)
        return None if count is None else count + behind
    figure = _figure(match["figure"], decimal_mark(tongue, hints) if tongue else ".")
    return None if figure is None else figure + behind


def _figure(words: str, mark: str) -> Decimal | None:
    """Read figures; the other mark than the country's groups three digits, or is a fraction's."""
    group = "," if mark == "." else "."
    last = words.rpartition(group)[2]
    if group in words and len(last) != 3 and mark not in words:
        words = words.replace(group, mark)
    try:
        return Decimal(words.replace(group, "").replace(mark, "."))
    except InvalidOperation:
        return None
