"""Sums of money: "€12.50", "12 euros", "twenty dollars", "1.234,50 EUR", "50 cents".

Where no currency is named it is the parameter's, else that of the country; where that is unknown,
too, the usual ones are the readings. A dollar is the country's, if it has one, else the American.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from bot import Hints, Match, Money
from nlu.values.numbers import WORDS, number_of
from nlu.values.readings import Reading, compiled, matches, plain
from nlu.values.regions import CURRENCIES, currency_of

USUAL = ("EUR", "USD", "GBP")
CODES = frozenset(CURRENCIES.values())
MOST_DIGITS = 15

_SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₺": "TRY", "₴": "UAH", "₩": "KRW",
            "us$": "USD", "a$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD"}  # fmt: skip
_NAMES = {
    "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "franc": "CHF",
    "francs": "CHF", "yen": "JPY", "rupee": "INR", "rupees": "INR", "zloty": "PLN",
    "zlotys": "PLN", "yuan": "CNY",
}  # fmt: skip
_DOLLARS = frozenset({"$", "dollar", "dollars", "buck", "bucks"})
_CENTS = {"cent": None, "cents": None, "pence": "GBP", "penny": "GBP"}
_TYPED_SMALL = frozenset({"chf", "eur", "gbp", "usd"})
_DOLLAR_CODES = frozenset({"AUD", "CAD", "HKD", "NZD", "SGD", "USD"})

# digits in groups of three, with a fraction: 1,234.50 or 1.234,50 or 12,50
_DIGITS = r"(?:\d{1,3}(?:[.,' ]\d{3}){1,4}|\d{1,12})(?:[.,]\d{1,4})?(?!\d)"
_CODE = "(?:" + "|".join(sorted(CODES)) + ")"
_SIGN = r"(?:(?:us|a|c|ca|nz)?\$|€|£|¥|₹|₺|₴|₩)"
_WORD = "(?:" + "|".join(sorted({*_NAMES, *_DOLLARS} - {"$"}, key=len, reverse=True)) + ")"
_START = r"(?<![\w.,:/+-])"
_END = r"(?![\w]|[.,:]\d)"

AHEAD = compiled(rf"(?<![\w.,])(?P<unit>{_SIGN}|{_CODE})\s?(?P<amount>-?{_DIGITS}){_END}")
BEHIND = compiled(
    rf"{_START}(?P<amount>-?{_DIGITS}|{WORDS.pattern})[\s-]?(?P<unit>{_SIGN}|{_CODE}\b|{_WORD}\b)"
    rf"(?:\s+(?:and\s+)?(?P<cents>\d{{1,2}}|{WORDS.pattern})"
    r"(?:\s+(?:cents?|pence)\b|(?=[\s.!,;?]*$)))?"
)
SMALL = compiled(rf"{_START}(?P<amount>\d{{1,2}}|{WORDS.pattern})\s?(?P<unit>cents?|pence|penny)\b")
BARE = compiled(rf"\A\s*(?:\w+\s+){{0,3}}?(?P<amount>-?{_DIGITS}|{WORDS.pattern})[\s.!]*\Z")


def amount_of(words: str) -> Decimal | None:
    """Read an amount; what stands before one or two last digits is the decimal mark."""
    if not words[-1].isdigit():
        count = number_of(words)
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
        simple = plain(text)
        readings = list(_named(simple, hints))
        if hints.wanted and not readings:
            readings += _unnamed(simple, hints)
        return matches(self.kind, text, readings)

    def show(self, value: Money, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`; three decimals would be read as thousands."""
        del hints
        is_doubtful = value.amount.as_tuple().exponent == -3
        return f"{value.amount:.4f} {value.currency}" if is_doubtful else str(value)


def _named(text: str, hints: Hints) -> Iterator[Reading[Money]]:
    for rule in (AHEAD, BEHIND):
        for match in rule.finditer(text):
            amount, currency = amount_of(match["amount"]), _currency(match["unit"], hints)
            if amount is None or currency is None:
                continue
            cents = match.groupdict().get("cents")
            rest = number_of(cents) if cents else 0
            if rest is None or rest >= 100 or (cents and amount % 1):
                rest = 0
            yield Reading(match.start(), match.end(), Money(amount + Decimal(rest) / 100, currency))
    for match in SMALL.finditer(text):
        amount = amount_of(match["amount"])
        currency = _CENTS[match["unit"].lower()] or currency_of(hints) or "EUR"
        if amount is not None and amount < 100:
            yield Reading(match.start(), match.end(), Money(amount / 100, currency))


def _unnamed(text: str, hints: Hints) -> Iterator[Reading[Money]]:
    """Read a lone number where a sum was asked for."""
    match = BARE.match(text)
    amount = amount_of(match["amount"]) if match else None
    if match is None or amount is None:
        return
    known = currency_of(hints)
    first, *others = [Money(amount, code) for code in ((known,) if known else USUAL)]
    yield Reading(*match.span("amount"), first, tuple(others))


def _currency(unit: str, hints: Hints) -> str | None:
    word = unit.lower()
    if word in _DOLLARS:
        here = currency_of(hints)
        return here if here in _DOLLAR_CODES else "USD"
    is_code = unit.isupper() or word in _TYPED_SMALL  # "2 pen" is no Peruvian money
    return _SYMBOLS.get(word) or _NAMES.get(word) or (unit.upper() if is_code else None)
