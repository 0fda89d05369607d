"""Languages beside English: tables of words for one grammar, found by the customer's locale.

A text is read in the customer's language. Where nothing is found and nothing shows that the text
is of that language, it is read as English: a German may type "tomorrow at 7pm".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TypeVar

from bot import Hints
from nlu.values.readings import Reading, plain
from nlu.values.tongues.french import french
from nlu.values.tongues.german import german
from nlu.values.tongues.spanish import spanish
from nlu.values.tongues.tongue import Tongue
from nlu.values.tongues.words import fold, spoken

T = TypeVar("T")

_MAKERS: Mapping[str, Callable[[], Tongue]] = {"de": german, "fr": french, "es": spanish}

__all__ = ["is_english", "read_spoken", "tongue_of"]


def tongue_of(hints: Hints) -> Tongue | None:
    """Find the words of the customer's language; None where it is English or has no grammar."""
    return _made(hints.locale.replace("_", "-").partition("-")[0].lower())


def is_english(hints: Hints) -> bool:
    """Tell whether values are shown in English; in a language without a grammar ISO forms are."""
    return hints.locale.replace("_", "-").partition("-")[0].lower() == "en"


def read_spoken(
    text: str,
    hints: Hints,
    own: Callable[[str, Hints, Tongue], Sequence[Reading[T]]],
    english: Callable[[str, Hints], Sequence[Reading[T]]],
) -> Sequence[Reading[T]]:
    """Read a text in the customer's language, else in English."""
    tongue = tongue_of(hints)
    if tongue is None:
        return english(plain(text), hints)
    folded = fold(plain(text))
    found = own(folded, hints, tongue)
    if found or _marks(tongue.language).search(folded):
        return found
    return english(plain(text), hints)


@cache
def _made(language: str) -> Tongue | None:
    make = _MAKERS.get(language)
    return make() if make else None


@cache
def _marks(language: str) -> re.Pattern[str]:
    tongue = _MAKERS[language]()
    names = f"{tongue.days.weekdays.expression}|{tongue.days.near.expression}"
    return spoken(rf"(?<!\w)(?:{tongue.marks}|{names})(?!\w)")
