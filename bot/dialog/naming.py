"""What commands and parameters are called in a sentence."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from bot.authoring.signatures import CommandSpec, Parameter

_PREPOSITIONS = frozenset({"at", "by", "for_", "from_", "on", "to", "until", "when"})
_NOUNS: Mapping[object, str] = {
    date: "day",
    time: "time",
    datetime: "time",
    timedelta: "duration",
}


def marked(message: str) -> str:
    """Mark a text for the catalogues that is looked up elsewhere."""
    return message


def title(spec: CommandSpec) -> str:
    """Name a command in a sentence: its summary without the full stop, else its name."""
    return spec.summary.rstrip(".") or spec.name


def noun(parameter: Parameter) -> str:
    """Name a parameter in English; "at" and "on" are called after their type."""
    if parameter.name in _PREPOSITIONS:
        return _NOUNS.get(parameter.type, parameter.name)
    return parameter.name.replace("_", " ")


def capitalized(words: str) -> str:
    """Begin words with a capital, and leave the others as they are."""
    return words[:1].upper() + words[1:]
