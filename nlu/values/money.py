"""Sums of money: "€12.50", "12 euros", "twenty dollars", "1.234,50 EUR", "50 cents".

Where no currency is named it is the parameter's, else that of the country; where that is unknown,
too, the usual ones are the readings. A dollar is the country's, if it has one, else the American.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any, ClassVar

from bot import Hints, Match, Money
from nlu.values.numbers import WORDS, number_of
from nlu.values.readings import Reading, compiled, matches
from nlu.values.regions import CURRENCIES, currency_of
from nlu.values.tongues import read_spoken, tongue_of
from nlu.values.tongues.counting import decimal_mark, number_words, read_number
from nlu.values.tongues.tongue import MoneyWords, Tongue
from nlu.values.tongues.words import fold, one_of, phrases

USUAL = ("EUR", "USD", "GBP")
CODES = frozenset(CURRENCIES.values())
MOST_DIGITS = 15

_SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₺": "TRY", "₴": "UAH", "₩": "KRW",
            "us$": "USD", "a$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD"}  # fmt: skip
_ENGLISH = MoneyWords(
    names={
        "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
        "franc": "CHF", "francs": "CHF", "yen": "JPY", "rupee": "INR", "rupees": "INR",
        "zloty": "PLN", "zlotys": "PLN", "yuan": "CNY",
    },
    dollars=("dollar", "dollars", "buck", "bucks"),
    small={"cent": None, "cents": None, "pence": "GBP", "penny": "GBP"},
    joins="and",
    scales={"thousand": 1000, "k": 1000, "grand": 1000, "million": 1_000_000, "m": 1_000_000},
)  # fmt: skip
_TYPED_SMALL = frozenset({"chf", "eur", "gbp", "usd"})
_DOLLAR_CODES = frozenset({"AUD", "CAD", "HKD", "NZD", "SGD", "USD"})

# digits in groups of three, with a fraction: 1,234.50 or 1.234,50 or 12,50
_DIGITS = r"(?:\d{1,3}(?:[.,' ]\d{3}){1,4}|\d{1,12})(?:[.,]\d{1,4})?(?!\d)"
_CODE = "(?:" + "|".join(sorted(CODES)) + ")"
_SIGN = r"(?:(?:us|a|c|ca|nz)?\$|€|£|¥|₹|₺|₴|₩)"
_START = r"(?<![\w.,:/+-])"
_END = r"(?![\w]|[.,:]\d)"

_SLANG = {"fiver": 5, "tenner": 10, "grand": 1000}
SLANG = compiled(
    rf"{_START}(?:(?P<count>\d{{1,6}}|{WORDS.pattern})|(?P<one>an?))\s+"
    r"(?:(?P<name>fiver|tenner)s?\b|(?P<grand>grand)\b(?=[\s.!,;?]*$|\s+(?:for|at|to|on|in|or|each)\b))"
)
RAND = compiled(rf"(?<![\w.,])R\s?(?P<amount>{_DIGITS}){_END}")
AHEAD = compiled(rf"(?<![\w.,])(?P<unit>{_SIGN}|{_CODE})\s?(?P<amount>-?{_DIGITS}){_END}")


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How sums are read in a language: expressions, and what number words mean."""

    words: MoneyWords
    behind: re.Pattern[str]
    small: re.Pattern[str]
    bare: re.Pattern[str]
    count: Callable[[str], int | None]


@cache
def _grammar(tongue: Tongue | None) -> _Grammar:
    """Make the expressions of a language; English without one."""
    words = tongue.sums if tongue else _ENGLISH
    number = number_words(tongue) if tongue else WORDS.pattern
    names = one_of(fold(name) for name in (*words.names, *words.dollars))
    scales = one_of(fold(name) for name in words.scales)
    small = rf"(?P<unit>{one_of(fold(name) for name in words.small)})\b"
    cents = re.sub(r"\?P<unit>", "?:", small)
    return _Grammar(
        words,
        behind=compiled(
            rf"{_START}(?P<amount>-?{_DIGITS}|{number})(?:\s?(?P<scale>{scales})(?:\b|(?<=[.'])))?[\s-]?(?P<unit>{_SIGN}|{_CODE}\b|{names}\b)"
            rf"(?:\s+(?:{phrases(words.joins)}\s+)?(?P<cents>\d{{1,2}}|{number})"
            rf"(?:\s+{cents}|(?=[\s.!,;?]*$)))?"
        ),
        small=compiled(rf"{_START}(?P<amount>\d{{1,2}}|{number})\s?{small}"),
        bare=compiled(rf"\A\s*(?:\w+\s+){{0,3}}?(?P<amount>-?{_DIGITS}|{number})[\s.!]*\Z"),
        count=partial(read_number, tongue=tongue) if tongue else number_of,
    )


def amount_of(words: str, number: Callable[[str], int | None] = number_of) -> Decimal | None:
    """Read an amount; what stands before one or two last digits is the decimal mark."""
    if not words[-1].isdigit():
        count = number(words)
        return None if count is None else Decimal(count)
    bare = re.sub(r"[' ]", "", words)
    mark = max(bare.rfind("."), bare.rfind(","))
    grouped = mark >= 0 and len(bare) - mark - 1 == 3
    whole, fraction = (bare, "") if mark < 0 or grouped else (bare[:mark], bare[mark + 1 :])
    digits = re.sub(r"[.,]", "", whole)
    if len(digits) > MOST_DIGITS:
        return None
    return Decimal(f"{digits}.{fraction}" if fraction else digits)


class Sums:
    """Money; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "money"
    type: Any = Money
    rank: ClassVar[int] = 60

    def find(self, text: str, hints: Hints) -> Sequence[Match[Money]]:
        """See `bot.ports.Recogniser.find`."""
        return matches(self.kind, text, read_spoken(text, hints, _sums, _sums))

    def show(self, value: Money, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`; three decimals would be read as thousands."""
        tongue = tongue_of(hints)
        is_doubtful = value.amount.as_tuple().exponent == -3
        shown = f"{value.amount:.4f} {value.currency}" if is_doubtful else str(value)
        return shown.replace(".", decimal_mark(tongue, hints)) if tongue else shown


def _sums(text: str, hints: Hints, tongue: Tongue | None = None) -> Sequence[Reading[Money]]:
    grammar = _grammar(tongue)
    readings = [*_named(text, hints, grammar), *_small(text, hints, grammar)]
    if currency_of(hints) == "ZAR":
        readings += [
            Reading(*match.span(), Money(amount, "ZAR"))
            for match in RAND.finditer(text)
            if match[0][0] == "R" and (amount := amount_of(match["amount"])) is not None
        ]
    if tongue is None:
        readings += _slang(text, hints)
    return readings or ([*_unnamed(text, hints, grammar)] if hints.wanted else [])


def _named(text: str, hints: Hints, grammar: _Grammar) -> Iterator[Reading[Money]]:
    for expression in (AHEAD, grammar.behind):
        for match in expression.finditer(text):
            amount = amount_of(match["amount"], grammar.count)
            currency = _currency(match["unit"], hints, grammar.words)
            if amount is None or currency is None:
                continue
            amount *= _scale(match, grammar.words)
            cents = match.groupdict().get("cents")
            rest = grammar.count(cents) if cents else 0
            if rest is None or rest >= 100 or (cents and amount % 1):
                rest = 0
            yield Reading(match.start(), match.end(), Money(amount + Decimal(rest) / 100, currency))


def _scale(match: re.Match[str], words: MoneyWords) -> int:
    """Tell what an amount is multiplied by: "1.5 million euros"."""
    scale = match.groupdict().get("scale")
    return {fold(name): size for name, size in words.scales.items()}[scale.lower()] if scale else 1


def _small(text: str, hints: Hints, grammar: _Grammar) -> Iterator[Reading[Money]]:
    """Read cents and pence without a greater coin before them."""
    coins = {fold(name): code for name, code in grammar.words.small.items()}
    for match in grammar.small.finditer(text):
        amount = amount_of(match["amount"], grammar.count)
        currency = coins[match["unit"].lower()] or currency_of(hints) or "EUR"
        if amount is not None and amount < 100:
            yield Reading(match.start(), match.end(), Money(amount / 100, currency))


def _slang(text: str, hints: Hints) -> Iterator[Reading[Money]]:
    """Read "a fiver" and "two grand" in the country's money."""
    for match in SLANG.finditer(text):
        count = number_of(match["count"]) if match["count"] else 1
        size = _SLANG[(match["name"] or match["grand"]).lower()]
        currency = currency_of(hints) or ("GBP" if match["name"] else None)
        if count is not None and currency is not None:
            yield Reading(*match.span(), Money(Decimal(count * size), currency))


def _unnamed(text: str, hints: Hints, grammar: _Grammar) -> Iterator[Reading[Money]]:
    """Read a lone number where a sum was asked for."""
    match = grammar.bare.match(text)
    amount = amount_of(match["amount"], grammar.count) if match else None
    if match is None or amount is None:
        return
    known = currency_of(hints)
    first, *others = [Money(amount, code) for code in ((known,) if known else USUAL)]
    yield Reading(*match.span("amount"), first, tuple(others))


def _currency(unit: str, hints: Hints, words: MoneyWords) -> str | None:
    word = unit.lower()
    if word == "$" or word in {fold(name) for name in words.dollars}:
        here = currency_of(hints)
        return here if here in _DOLLAR_CODES else "USD"
    if word in words.names:
        return words.names[word] or currency_of(hints)
    is_code = unit.isupper() or word in _TYPED_SMALL  # "2 pen" is no Peruvian money
    return _SYMBOLS.get(word) or (unit.upper() if is_code else None)
