"""Places in a row: "the second", "2nd", "der dritte", "le premier", "la tercera"."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from bot import Hints, Match, Ordinal
from nlu.values.almanac import ORDINALS
from nlu.values.readings import Reading, compiled, matches
from nlu.values.tongues import read_spoken
from nlu.values.tongues.tongue import Tongue
from nlu.values.tongues.words import Lexicon

_GERMAN = ("erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt", "zehnt",
           "elft", "zwölft")  # fmt: skip
_FRENCH = ("premier", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième",
           "huitième", "neuvième", "dixième", "onzième", "douzième")  # fmt: skip
_SPANISH = ("primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo", "octavo",
            "noveno", "décimo", "undécimo", "duodécimo")  # fmt: skip
_WORDS = {
    "de": {
        f"{stem}e{end}": n for n, stem in enumerate(_GERMAN, 1) for end in ("", "n", "r", "s", "m")
    },
    "fr": {form: n for n, word in enumerate(_FRENCH, 1) for form in (word, f"{word}s")}
    | {"première": 1, "second": 2, "seconde": 2},
    "es": {form: n for n, word in enumerate(_SPANISH, 1) for form in (word, f"{word[:-1]}a")}
    | {"primer": 1, "tercer": 3},
}  # fmt: skip
_MARKS = {"de": r"\.(?!\d)", "fr": "er|re|ere|e|eme", "es": "o|a|\u00ba|\u00aa|er"}
_NO_PLACE = compiled(r"\s+(?:of\s+)?(?:half|thoughts?|ones?\s+off|floor\s+show)\b")
_A_MOMENT = compiled(r"\b(?:a|one|just\s+a|split|per)\s+$")


class Ordinals:
    """Places in a row; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "ordinal"
    type: Any = Ordinal
    rank: ClassVar[int] = 15

    def find(self, text: str, hints: Hints) -> Sequence[Match[Ordinal]]:
        """See `bot.ports.Recogniser.find`; a bare figure only where one is asked for."""
        return matches(self.kind, text, read_spoken(text, hints, _read, _read))

    def show(self, value: Ordinal, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`; a dot behind it is read back in every language."""
        del hints
        return f"{int(value)}."


@cache
def _expression(tongue: Tongue | None) -> tuple[Lexicon[int], re.Pattern[str]]:
    words = Lexicon(_WORDS[tongue.language] if tongue else ORDINALS)
    marks = _MARKS[tongue.language] if tongue else "st|nd|rd|th"
    return words, compiled(
        rf"(?<![\w.,:/+-])(?:(?P<figure>[1-9]\d{{0,5}})(?:{marks})(?![\w/])|(?P<word>{words.expression})(?!\w))"
    )


_BARE = compiled(r"\A\s*(?P<figure>[1-9]\d{0,5})\.?[\s!]*\Z")
_SHOWN = compiled(r"\A\s*(?P<figure>[1-9]\d{0,5})\.\s*\Z")


def _read(text: str, hints: Hints, tongue: Tongue | None = None) -> Sequence[Reading[Ordinal]]:
    bare = (_BARE if hints.wanted else _SHOWN).match(text)
    if bare:
        end = text.rindex(bare["figure"]) + len(bare["figure"])
        return [Reading(bare.start("figure"), end, Ordinal(int(bare["figure"])))]
    words, expression = _expression(tongue)
    found = []
    for match in expression.finditer(text):
        place = int(match["figure"]) if match["figure"] else words[match["word"]]
        is_time = match["word"] == "second" and _A_MOMENT.search(text[: match.start()])
        if not is_time and not _NO_PLACE.match(text, match.end()):
            found.append(Reading(match.start(), match.end(), Ordinal(place)))
    return found
