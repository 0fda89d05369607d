"""Lengths of time in languages without a grammar of ours: written by Babel, and read back.

Only what is written here is read ("2 horas 30 minutos"), where a length was asked for or nothing
else is said: in a sentence "às 2 horas" is a time of day.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Final, Literal, TypeAlias

from bot import Hints
from nlu.values.readings import Reading

Unit: TypeAlias = Literal["day", "hour", "minute", "second"]
UNITS: Final[Mapping[Unit, int]] = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}
_SAMPLES: Final = (*range(1, 31), 100)
"""Counts that show all the forms of a plural (CLDR's rules look at the last two digits)."""
_MOST_DAYS: Final = 366 * 100


@dataclass(frozen=True, slots=True)
class Written:
    """The forms of a language: expressions of a count and a unit, and words that hold both."""

    part: re.Pattern[str]
    whole: re.Pattern[str]
    units: Mapping[str, int]
    alone: Mapping[str, int]


def write_length(value: timedelta, hints: Hints) -> str | None:
    """Write a length in whole seconds; None where Babel does not know the language."""
    language = _language(hints)
    if _forms(language) is None:
        return None
    left, parts = value.days * 86_400 + value.seconds, []
    for unit, seconds in UNITS.items():
        count, left = divmod(left, seconds)
        if count:
            parts.append(_counted(count, unit, language))
    return " ".join(parts) or None


def read_lengths(text: str, hints: Hints) -> Sequence[Reading[timedelta]]:
    """Find what `write_length` writes."""
    forms = _forms(_language(hints))
    if forms is None:
        return ()
    found = forms.whole.finditer(text)
    return [
        Reading(one.start(), one.end(), length)
        for one in found
        if (hints.wanted or one[0] == text.strip(" .!?"))
        and (length := _length(one[0], forms)) is not None
    ]


def _length(words: str, forms: Written) -> timedelta | None:
    seconds = 0
    for part in forms.part.finditer(words):
        count, unit = part["count"], part["unit"]
        seconds += int(count) * forms.units[unit.lower()] if count else forms.alone[part[0].lower()]
    return timedelta(seconds=seconds) if seconds <= _MOST_DAYS * 86_400 else None


@cache
def _forms(language: str) -> Written | None:
    # 60 ms of imports that a bot in English does not pay
    from babel.core import UnknownLocaleError  # noqa: PLC0415 - see above

    try:
        written = {
            (unit, count): _counted(count, unit, language) for unit in UNITS for count in _SAMPLES
        }
    except (UnknownLocaleError, ValueError):
        return None
    units, alone = {}, {}
    for (unit, count), words in written.items():
        named = re.fullmatch(rf"{count}\s*(\D+)", words)
        if named:
            units[named[1].lower()] = UNITS[unit]
        elif not re.search(r"\d", words):
            alone[words.lower()] = count * UNITS[unit]
    part = rf"(?P<count>\d{{1,6}})\s*(?P<unit>{_any(units)})(?!\w)"
    if alone:
        part = rf"(?:{part}|(?:{_any(alone)})(?!\w))"
    bare = re.sub(r"\?P<\w+>", "?:", part)
    return Written(
        part=re.compile(part, re.IGNORECASE),
        whole=re.compile(rf"(?<![\w.,:/+-]){bare}(?:\s+{bare}){{0,3}}", re.IGNORECASE),
        units=units, alone=alone,
    )  # fmt: skip


def _any(words: Mapping[str, int]) -> str:
    return "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True)) or "(?!)"


def _counted(count: int, unit: Unit, language: str) -> str:
    from babel.dates import format_timedelta  # noqa: PLC0415 - see `_forms`

    length = timedelta(seconds=count * UNITS[unit])
    # the threshold lets no greater unit take it: 100 minutes stay minutes
    written = format_timedelta(length, granularity=unit, threshold=10**9, locale=language)
    return written.replace("\u00a0", " ").replace("\u202f", " ")


def _language(hints: Hints) -> str:
    return hints.locale.replace("_", "-").partition("-")[0].lower()
