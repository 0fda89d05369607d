"""Values in languages that our grammar has no tables for, read by somebody else's library.

Ours is asked first; the library reads what ours did not find, and only in languages of its own.
What is shown is ours, so that it is read back.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot import Hints, Match, Recogniser
from nlu.values.readings import Reading, matches, plain

OURS = frozenset({"en", "de", "fr", "es"})
"""Languages that `nlu.values` reads."""
MOST_SEARCHED = 300
"""How many characters of a text are searched: these libraries are slow on long ones."""

Search: TypeAlias = Callable[[str, str, Hints], Iterator[Reading[Any]]]
"""Finds values in a text of a language."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A recogniser of ours with a search behind it; see `bot.ports.Recogniser`."""

    own: Recogniser[Any]
    search: Search
    languages: frozenset[str]

    @property
    def kind(self) -> str:
        """See `bot.ports.Recogniser.kind`."""
        return self.own.kind

    @property
    def type(self) -> object:
        """See `bot.ports.Recogniser.type`."""
        return self.own.type

    @property
    def rank(self) -> int:
        """See `bot.ports.Recogniser.rank`."""
        return self.own.rank

    def find(self, text: str, hints: Hints) -> Sequence[Match[Any]]:
        """See `bot.ports.Recogniser.find`."""
        found = self.own.find(text, hints)
        language = hints.locale.replace("_", "-").partition("-")[0].lower()
        if found or language in OURS or language not in self.languages:
            return found
        return matches(self.kind, text, self.search(plain(text)[:MOST_SEARCHED], language, hints))

    def show(self, value: Any, hints: Hints) -> str:  # noqa: ANN401 - a value of self.type
        """See `bot.ports.Recogniser.show`."""
        return self.own.show(value, hints)
