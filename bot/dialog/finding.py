"""Single values in a text: options of a choice by their names, all else by recognisers."""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from bot.authoring.kinds import Place
from bot.authoring.shapes import Shape, names_of
from bot.dialog.surroundings import Surroundings
from bot.dialog.talking import lists_of
from bot.dialog.wording import wording_of
from bot.locale.names import language_of
from bot.model.understanding import Match
from bot.ports.language import Recogniser

FILLERS = frozenset({
    "a", "about", "actually", "an", "and", "at", "be", "better", "book", "by", "can", "change",
    "could", "do", "for", "from", "good", "hello", "hey", "hi", "i", "i'd", "i'm", "in",
    "instead", "is", "it", "it's", "its", "just", "let's", "like", "make", "maybe", "me", "my",
    "need", "no", "not", "now", "of", "oh", "ok", "okay", "on", "oops", "perhaps", "please",
    "rather", "right", "say", "should", "sorry", "sure", "take", "thank", "thanks", "that",
    "the", "then", "there", "this", "to", "um", "want", "was", "we", "well", "will", "with",
    "would", "yes", "you", "&", "+", "plus",
})  # fmt: skip
TOKEN = re.compile(r"[^\s,;!?.]+(?:[.:][^\s,;!?.]+)*")
OPTION_RANK = 85
_SHORTEST_PLURAL = 3
_MOST_WORDS = 30
_LONGEST_RUN = 4


@lru_cache(maxsize=64)
def fillers_in(locale: str) -> frozenset[str]:
    """Give the words that say nothing: English ones, and those of a locale's language."""
    return FILLERS | frozenset(lists_of(language_of(locale)).get("fillers", ()))


def recogniser_of(shape: Shape, around: Surroundings) -> Recogniser[Any] | None:
    """Find what reads values of a type."""
    return next((one for one in around.recognisers if one.type is shape.type), None)


def rank_of(shape: Shape, around: Surroundings) -> int:
    """Tell how specific the values of a type are: the higher, the earlier they are looked for."""
    if shape.options:
        return OPTION_RANK
    recogniser = recogniser_of(shape, around)
    return 0 if recogniser is None else recogniser.rank


def find_one(
    text: str, shape: Shape, around: Surroundings, *, wanted: bool = False
) -> Sequence[Match[Any]]:
    """Find values of a type that is neither a list nor a dataclass read by its fields.

    ``wanted``: just this kind of value was asked for.
    """
    if shape.options:
        return find_options(text, shape)
    recogniser = recogniser_of(shape, around)
    if recogniser is None:
        return ()
    hints = around.hints(wanted=wanted, currency=shape.arg.currency or "")
    found = recogniser.find(text, hints)
    return found or _answers(text, around) if shape.type is bool else found


def _answers(text: str, around: Surroundings) -> Sequence[Match[Any]]:
    """Read a whole yes or no by the lists of the customer's language."""
    wording, words = wording_of(around.locale), text.strip(" .!?,").casefold()
    if words not in wording.yes | wording.no:
        return ()
    start = len(text) - len(text.lstrip(" .!?,"))
    end = len(text.rstrip(" .!?,"))
    yes = words in wording.yes
    return [Match(kind="bool", value=yes, text=text[start:end], start=start, end=end)]


def text_value(shape: Shape, words: str, around: Surroundings) -> Any:  # noqa: ANN401 - a text or a place
    """Make the value of a type that any words can be."""
    plain = words.strip()
    if shape.type is not Place:
        return plain
    found = find_one(plain, shape, around, wanted=True)
    return found[0].value if found else Place(plain)


def find_options(text: str, shape: Shape) -> Sequence[Match[Any]]:
    """Find the values of a Literal or an Enum as whole words: names, synonyms, plurals."""
    found = []
    for option in shape.options:
        names = {*names_of(option), *(w for w, meant in shape.spoken.items() if meant == option)}
        found.extend(_option_matches(text, option, names))
    return sorted(found, key=lambda match: (match.start, -match.end))


def apart(matches: Sequence[Match[Any]]) -> list[Match[Any]]:
    """Keep the first and longest matches that do not overlap."""
    kept: list[Match[Any]] = []
    for match in matches:
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept


def runs(text: str) -> Iterator[tuple[int, int]]:
    """List the runs of words that may be one value, the longest first: "tomorrow evening"."""
    words = list(itertools.islice(re.finditer(r"\S+", text), _MOST_WORDS))
    for length in range(min(_LONGEST_RUN, len(words)), 0, -1):
        for place in range(len(words) - length + 1):
            yield words[place].start(), words[place + length - 1].end()


def _option_matches(text: str, option: Any, names: Collection[str]) -> list[Match[Any]]:  # noqa: ANN401 - a Literal's value
    matches = []
    for name in names:
        for match in _spoken(name).finditer(text):
            start, end = match.span()
            matches.append(Match(kind="choice", value=option, text=match[0], start=start, end=end))
    return matches


@cache
def _spoken(name: str) -> re.Pattern[str]:
    """Write a name as an expression: with blanks or hyphens, and in the plural where it is long."""
    stem = re.escape(name).replace("_", "[ _-]").replace(r"\-", "[ _-]").replace(r"\ ", r"\s+")
    if len(name) >= _SHORTEST_PLURAL and name[-1].isalpha():
        ending = "(?:y|ies)" if name[-1] == "y" else f"{name[-1]}(?:e?s)?"
        stem = f"{stem[:-1]}{ending}"
    return re.compile(rf"(?<!\w){stem}(?!\w)", re.IGNORECASE)
