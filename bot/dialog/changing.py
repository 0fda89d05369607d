"""How customers ask for a change, by language: "change the day to friday", "no, it is friday"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bot.dialog.talking import lists_of
from bot.locale.names import ENGLISH, language_of

_WHAT = r"(?P<what>[\w '-]{1,60}?)"
_WORDS = r"(?P<words>\S.*)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    """Expressions for a change.

    Attributes:
        before: what may stand before one: "no, sorry".
        bare: what is to be changed, and nothing else: "change the day".
        to: what is to be changed, and the words of its new value.
    """

    before: re.Pattern[str]
    bare: re.Pattern[str]
    to: tuple[re.Pattern[str], ...]


def changing_in(locale: str) -> Changing:
    """Find how a change is asked for in a locale's language, or in English."""
    return _changing(language_of(locale))


@cache
def _changing(language: str) -> Changing:
    lists = [lists_of(one).get("change", {}) for one in dict.fromkeys((ENGLISH, language))]

    def words(name: str) -> set[str]:
        return {word for one in lists for word in one.get(name, ())}

    articles = "|".join(rf"{re.escape(one)}(?:(?<=')|\s+)" for one in _longest(words("articles")))
    sets, to = _one_of({*words("verbs"), "make", "set"}), _one_of(words("to"))
    be, behind = _one_of(words("be")), _one_of(words("behind"))
    what = rf"(?:{articles})*{_WHAT}"
    return Changing(
        before=_compiled(rf"^(?:(?:{_one_of(words('before'))})\b[\s,.!]*)+"),
        bare=_compiled(rf"(?:{_one_of(words('verbs'))})\s+(?:{articles})*(?P<what>.+)"),
        to=(
            _compiled(rf"(?:{sets})\s+{what}(?:\s+(?:{to})\s+|\s*[:=]\s*){_WORDS}"),
            _compiled(rf"{what}\s+(?:{be})(?:\s+(?:{behind}))?\s+{_WORDS}"),
            _compiled(rf"{what}\s*[:=]\s*{_WORDS}"),
        ),
    )


def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE | re.DOTALL)


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in _longest(words)) or "(?!)"


def _longest(words: Iterable[str]) -> list[str]:
    return sorted((word for word in words if word), key=lambda word: (-len(word), word))
