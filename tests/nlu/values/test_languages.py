from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nlu.values.answers import YesNo
from nlu.values.dates import Dates
from nlu.values.durations import Durations
from nlu.values.moments import Moments
from nlu.values.money import Sums
from nlu.values.numbers import Decimals
from nlu.values.times import Times
from tests.nlu.values.reading import OPEN

READERS: dict[str, Any] = {
    "date": Dates(), "time": Times(), "datetime": Moments(), "duration": Durations(),
    "number": Decimals(), "money": Sums(), "bool": YesNo(),
}  # fmt: skip
LOCALES = {"de": "de-DE", "fr": "fr-FR", "es": "es-ES"}
ENOUGH = 50
"""Of fifty sentences in each language; see docs/understanding.md."""


def written(value: Any) -> str:
    if isinstance(value, timedelta):
        return str(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix(":00") if hasattr(value, "hour") else str(value)
    return str(value)


def readings(kind: str, text: str, locale: str) -> str:
    hints = replace(OPEN, locale=locale, wanted=kind.endswith("?"))
    names = ("date", "time", "datetime", "duration") if kind == "none" else (kind.rstrip("?"),)
    found = [match for name in names for match in READERS[name].find(text, hints)]
    return ";".join("|".join(map(written, (one.value, *one.others))) for one in found) or "-"


def sentences(language: str) -> list[tuple[str, str, str]]:
    lines = (
        (Path(__file__).parent / "sentences" / f"{language}.txt").read_text("utf-8").splitlines()
    )
    rows = [line.split(" = ", 2) for line in lines if line and not line.startswith("#")]
    return [(kind, expected, text) for kind, expected, text in rows]


@pytest.mark.parametrize("language", LOCALES)
def test_customers_are_understood_in_their_language(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    missed = []
    for kind, expected, text in sentences(language):
        name, got = kind.rstrip("?"), readings(kind, text, LOCALES[language])
        asked[name] += 1
        right[name] += got == expected
        if got != expected:
            missed.append(f"{text!r}: {got}, not {expected}")

    with capsys.disabled():
        by_kind = ", ".join(f"{kind} {right[kind]}/{asked[kind]}" for kind in asked)
        print(f"\n{language}: {right.total()}/{asked.total()} ({by_kind})")  # noqa: T201 - the score
    assert asked.total() == 50
    assert right.total() >= ENOUGH, "\n".join(missed)
