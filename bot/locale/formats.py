"""How a language quotes and lists."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

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
