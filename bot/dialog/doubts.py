"""Words that may mean several things, and what settles which was meant."""

from dataclasses import replace
from datetime import datetime

from bot.authoring.signatures import Parameter
from bot.dialog.binding import Value, read_value
from bot.dialog.surroundings import Surroundings
from bot.model.conversation import Answer


def narrowed(
    text: str, parameter: Parameter, held: Answer | None, around: Surroundings
) -> Value | None:
    """Read an answer together with the words in doubt: "5" and then "pm", "tomorrow" and "7pm".

    None where the two make no single value: it may be an answer of its own.
    """
    if held is None or not held.others or not held.words:
        return None
    for words in (f"{held.words} {text}", f"{held.words} at {text}"):
        value = read_value(words, parameter, around)
        if value and not value.others:
            return value
    return _of_the_day(read_value(text, parameter, around), parameter, held)


def _of_the_day(alone: Value | None, parameter: Parameter, held: Answer) -> Value | None:
    """Choose by the day alone: "the 27th", where the two moments are of different days."""
    if alone is None or not alone.others or parameter.type is not datetime:
        return None
    days = {_day(moment) for moment in (alone.value, *alone.others)}
    meant = [moment for moment in (held.value, *held.others) if _day(moment) in days]
    return replace(alone, value=meant[0], others=()) if len(meant) == 1 else None


def _day(moment: str) -> str:
    return moment.partition("T")[0]
