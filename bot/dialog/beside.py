"""What stands beside a value in a sentence and tells whose it is: "4 guests", "return: friday"."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from bot.authoring.signatures import Parameter
from bot.dialog.finding import FILLERS
from bot.dialog.records import Span

_TOLD_BY_NO_WORD = frozenset({"amount", "count", "many", "name", "number", "value"})
"""Words of names that customers say of anything."""
_SHORTEST = 3
_WORD = re.compile(r"\S+")


def spoken_names(parameter: Parameter) -> frozenset[str]:
    """Say a parameter as customers may: "guest", "guests"; of "star_rating" both words."""
    return _spoken(parameter.name.casefold())


@lru_cache(maxsize=1024)
def _spoken(name: str) -> frozenset[str]:
    *first, last = name.split("_")
    telling = [
        word
        for word in first
        if len(word) >= _SHORTEST and word not in FILLERS and word not in _TOLD_BY_NO_WORD
    ]
    return frozenset(form for one in (*telling, last) for form in (one, one.rstrip("s"), f"{one}s"))


def marks_of(text: str, span: Span, slots: Mapping[str, str]) -> list[Callable[[Parameter], bool]]:
    """List what may tell whose the value at a span is, the surest first.

    The word before it and the one behind, the second one behind ("3 hotel rooms"), and what an
    engine labelled.
    """
    before, after, beyond = _words_beside(text, span)
    return [
        lambda p: before in spoken_names(p),
        lambda p: after in spoken_names(p),
        lambda p: beyond in spoken_names(p),
        lambda p: _is_within(text, slots.get(p.name, ""), span),
    ]


def is_named(parameter: Parameter, text: str, span: Span) -> bool:
    """Tell whether a parameter is called by its name right beside a value."""
    return any(mark(parameter) for mark in marks_of(text, span, {})[:2])


def _words_beside(text: str, span: Span) -> tuple[str, str, str]:
    before = "".join(text[: span[0]].split()[-1:])
    behind: Sequence[str] = [word[0] for word in _WORD.finditer(text[span[1] : span[1] + 80])][:2]
    after = behind[0] if behind else ""
    goes_on = after.isalpha() and after.casefold() not in FILLERS and len(behind) > 1
    return _bare(before), _bare(after), _bare(behind[1]) if goes_on else ""


def _bare(word: str) -> str:
    return word.strip(".,;:!?").casefold()


def _is_within(text: str, words: str, span: Span) -> bool:
    """Tell whether a span is among words of a text, where these stand first."""
    start = text.find(words) if words else -1
    return 0 <= start <= span[0] and span[1] <= start + len(words)
