"""How a language quotes and lists."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from bot.locale.names import ENGLISH, language_of

_QUOTES: Mapping[str, tuple[str, str]] = {
    "de": ("„", "“"),
    "fr": ("«\u00a0", "\u00a0»"),
    "es": ("«", "»"),
    "ar": ("«\u2068", "\u2069»"),
}
"""Marks around somebody's words, by language; English ones elsewhere."""


def quoted(locale: str, text: str) -> str:
    """Put a language's marks around somebody's words."""
    before, behind = _QUOTES.get(language_of(locale), ("“", "”"))
    return f"{before}{text}{behind}"


def either(locale: str, names: Sequence[str]) -> str:
    """Join names: ``a, b or c``."""
    return _joined(locale, tuple(names), "or")


def both(locale: str, names: Sequence[str]) -> str:
    """Join names: ``a, b and c``."""
    return _joined(locale, tuple(names), "and")


@lru_cache(maxsize=256)
def _joined(locale: str, names: tuple[str, ...], word: str) -> str:
    if len(names) < len("ab"):
        return "".join(names)
    if language_of(locale) == ENGLISH:
        return f"{', '.join(names[:-1])} {word} {names[-1]}"
    # 60 ms of imports that a bot in English does not pay
    from babel.lists import format_list  # noqa: PLC0415 - see above

    return format_list(
        list(names), "or" if word == "or" else "standard", locale=language_of(locale)
    )


def decimal_mark(locale: str) -> str:
    """Tell the mark before the tenths."""
    return "." if language_of(locale) in {ENGLISH, "zu", "ar"} else ","


def formatted(locale: str, value: Any, form: str) -> str:  # noqa: ANN401 - whatever format() takes
    """Write a value by a format, as ``format`` does; names of days and months are the locale's."""
    if not form or not isinstance(value, date | time) or language_of(locale) == ENGLISH:
        return format(value, form)
    return format(value, _DIRECTIVE.sub(lambda found: _named(locale, value, found[0]), form))


def _named(locale: str, value: date | time, directive: str) -> str:
    """Write what has a name; all else is left to ``strftime``."""
    # 60 ms of imports that a bot in English does not pay
    from babel.dates import format_date, format_time  # noqa: PLC0415 - see above

    language = language_of(locale)
    pattern = _DAYS.get(directive)
    if pattern is not None and isinstance(value, date):
        return format_date(value, pattern, locale=language).replace("%", "%%")
    if directive == "%p" and isinstance(value, datetime | time):
        return format_time(value, "a", locale=language).replace("%", "%%")
    return directive


_DIRECTIVE = re.compile(r"%[-A-Za-z%]")
_DAYS = {"%A": "EEEE", "%a": "EEE", "%B": "MMMM", "%b": "MMM"}
