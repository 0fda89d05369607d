"""How many of our own sentences are read right, by list and kind: the table of docs/values.md.

``python -m tests.nlu.values.scores`` puts it there.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from nlu.values.answers import YesNo
from nlu.values.contacts import Emails, Pages, Phones
from nlu.values.dates import Dates
from nlu.values.durations import Durations
from nlu.values.moments import Moments
from nlu.values.money import Sums
from nlu.values.numbers import Decimals
from nlu.values.times import Times
from tests.nlu.values.reading import OPEN

PAGE = Path(__file__).parents[3] / "docs" / "values.md"
READERS: dict[str, Any] = {
    "date": Dates(), "time": Times(), "datetime": Moments(), "duration": Durations(),
    "number": Decimals(), "money": Sums(), "bool": YesNo(), "phone": Phones(), "email": Emails(),
    "url": Pages(),
}  # fmt: skip
LOCALES = {"de": "de-DE", "fr": "fr-FR", "es": "es-ES"}
LISTS = ("en", "en-fresh", "en-unseen", "de", "de-fresh", "fr", "fr-fresh", "es", "es-fresh")
_COLUMNS: Mapping[str, Sequence[str]] = {
    "days": ["date"], "times": ["time"], "both": ["datetime"], "lengths": ["duration"],
    "numbers": ["number"], "money": ["money"], "yes, no": ["bool"],
    "contacts": ["phone", "email", "url"], "nothing to find": ["none"],
}  # fmt: skip
_BETWEEN = re.compile(
    r"(?<=<!-- figures of sentences -->\n).*(?=<!-- end of sentences -->)", re.DOTALL
)


@dataclass(slots=True)
class Scored:
    """What was asked and right, by kind, and what was not, in words."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


def written(value: Any) -> str:
    if isinstance(value, timedelta):
        return str(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix(":00") if hasattr(value, "hour") else str(value)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def readings(kind: str, text: str, locale: str) -> str:
    name, _, named = kind.rstrip("?").partition("@")
    hints = replace(OPEN, locale=named or locale, wanted=kind.endswith("?"))
    names = ("date", "time", "datetime", "duration", "money") if name == "none" else (name,)
    found = [match for one in names for match in READERS[one].find(text, hints)]
    return ";".join("|".join(map(written, (one.value, *one.others))) for one in found) or "-"


def sentences(name: str) -> list[tuple[str, str, str]]:
    lines = (Path(__file__).parent / "sentences" / f"{name}.txt").read_text("utf-8").splitlines()
    rows = [line.split(" = ", 2) for line in lines if line and not line.startswith("#")]
    return [(kind, expected, text) for kind, expected, text in rows]


@cache
def scored(name: str) -> Scored:
    """Read a list of sentences and count."""
    result = Scored()
    for kind, expected, text in sentences(name):
        got = readings(kind, text, LOCALES.get(name[:2], "en"))
        bare = kind.rstrip("?").partition("@")[0]
        result.asked[bare] += 1
        result.right[bare] += got == expected
        if got != expected:
            result.missed.append(f"{text!r}: {got}, not {expected}")
    return result


def table() -> str:
    """Write the table of the page."""
    lines = [f"\n| | {' | '.join(_COLUMNS)} | all |", f"|---|{'--:|' * (len(_COLUMNS) + 1)}"]
    for name in LISTS:
        result = scored(name)
        cells = []
        for kinds in _COLUMNS.values():
            asked, right = (sum(of[kind] for kind in kinds) for of in (result.asked, result.right))
            cells.append(f"{right} of {asked}" if asked else "")
        cells.append(f"{result.right.total()} of {result.asked.total()}")
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join([*lines, "\n"])


if __name__ == "__main__":
    PAGE.write_text(_BETWEEN.sub(lambda _: table(), PAGE.read_text()))
