"""Yes and no."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from bot import Hints, Match
from nlu.values.readings import Reading, compiled, matches
from nlu.values.tongues import read_spoken, tongue_of
from nlu.values.tongues.tongue import AnswerWords, Tongue
from nlu.values.tongues.words import phrases

_ENGLISH = AnswerWords(
    yes="yes|yeah|yep|yup|yess|y|sure|ok|okay|of course|certainly|absolutely|definitely|correct"
    "|right|exactly|please do|go ahead|do it|that's right|sounds good|true|on",
    no="no|nope|nah|n|not really|not now|no way|never|don't|do not|wrong|false|off",
    courtesy="please|thanks|thank you|sure|of course",
    first_yes="yes|yeah|yep|yup|sure|okay|ok",
    first_no="no|nope|nah",
    shown=("Yes", "No"),
)


@cache
def _expressions(words: AnswerWords) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Find a whole answer, and a first word that decides where one was asked for.

    A whole answer has courtesies at most beside it: "no onions" or "on friday" is no answer.
    """
    courtesy = rf"(?:[\s,]+{phrases(words.courtesy)}){{0,2}}"
    whole = rf"(?P<value>(?P<yes>{phrases(words.yes)})|(?P<no>{phrases(words.no)}))"
    first = rf"(?P<value>(?P<yes>{phrases(words.first_yes)})|(?P<no>{phrases(words.first_no)}))"
    return (
        compiled(rf"[\s\u00a1]*{whole}{courtesy}[\s.!,]*"),
        compiled(rf"[\s\u00a1]*{first}(?=[\s,.!]|$)"),
    )


THUMBS = {"\U0001f44d": True, "\u2705": True, "\U0001f44c": True, "\U0001f44e": False}


class YesNo:
    """Yes and no; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "bool"
    type: Any = bool
    rank: ClassVar[int] = 10

    def find(self, text: str, hints: Hints) -> Sequence[Match[bool]]:
        """See `bot.ports.Recogniser.find`."""
        bare = text.strip()
        # skin tones follow the thumb as a character of their own
        thumb = THUMBS.get(bare[:1]) if len(bare) <= 2 else None
        if thumb is not None:
            start = text.index(bare)
            return matches(self.kind, text, [Reading(start, start + len(bare), thumb)])
        return matches(self.kind, text, read_spoken(text, hints, _answers, _answers))

    def show(self, value: bool, hints: Hints) -> str:  # noqa: FBT001 - the value itself, not a flag
        """See `bot.ports.Recogniser.show`."""
        tongue = tongue_of(hints)
        yes, no = (tongue.answers if tongue else _ENGLISH).shown
        return yes if value else no


def _answers(text: str, hints: Hints, tongue: Tongue | None = None) -> Sequence[Reading[bool]]:
    whole, first = _expressions(tongue.answers if tongue else _ENGLISH)
    found = whole.fullmatch(text)
    if found is None and hints.wanted:
        found = first.match(text)
    return [Reading(*found.span("value"), found["yes"] is not None)] if found else []
