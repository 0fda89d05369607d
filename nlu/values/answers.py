"""Yes and no."""

from collections.abc import Sequence
from typing import Any, ClassVar

from bot import Hints, Match
from nlu.values.readings import Reading, compiled, matches, plain

YES = (
    "yes|yeah|yep|yup|yess|y|sure|ok|okay|of course|certainly|absolutely|definitely|correct|right"
    "|exactly|please do|go ahead|do it|that's right|sounds good|true|on"
)
NO = "no|nope|nah|n|not really|not now|no way|never|don't|do not|wrong|false|off"

# The whole text, with a polite word at most: "no onions" or "on friday" is no answer.
_COURTESY = r"(?:[\s,]+(?:please|thanks|thank\s+you|sure|of\s+course))?"


def _words(words: str) -> str:
    return words.replace(" ", r"\s+")


WHOLE = compiled(rf"\s*(?P<value>(?P<yes>{_words(YES)})|(?P<no>{_words(NO)})){_COURTESY}[\s.!,]*")
# Where a yes or no was asked for, the first word decides: "yes, that is fine".
FIRST = compiled(
    r"\s*(?P<value>(?P<yes>yes|yeah|yep|yup|sure|okay|ok)|(?P<no>no|nope|nah))(?=[\s,.!]|$)"
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
        found = WHOLE.fullmatch(plain(text))
        if found is None and hints.wanted:
            found = FIRST.match(plain(text))
        if found is None:
            return []
        reading = Reading(*found.span("value"), found["yes"] is not None)
        return matches(self.kind, text, [reading])

    def show(self, value: bool, hints: Hints) -> str:  # noqa: FBT001 - the value itself, not a flag
        """See `bot.ports.Recogniser.show`."""
        del hints
        return "Yes" if value else "No"
