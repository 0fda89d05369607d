"""The arguments in a sentence that an engine has read: its words, and what they stand for."""

from collections.abc import Collection, Mapping

from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.binding import Reading, Value, read_sentence, read_value
from bot.dialog.finding import fillers_in
from bot.dialog.surroundings import Surroundings
from bot.model.understanding import Interpretation


def read_understood(
    text: str,
    spec: CommandSpec,
    around: Surroundings,
    told: Interpretation,
    *,
    answered: Collection[str] = (),
) -> Reading:
    """Find arguments in a sentence that an engine proposes a command for.

    Where the engine says that words stand for others ("NYC" for New York), these are read, as an
    answer would be; where they cannot be, the words themselves.
    """
    meant: dict[str, Value] = {}
    used = [span for span in told.used if not _says_nothing(text[slice(*span)], around)]
    for name, words in told.meant(text).items():
        parameter = spec.parameter(name)
        value = None if parameter is None else read_value(words, parameter, around)
        if value is not None:
            start = text.find(told.slots[name])
            used.append((start, start + len(told.slots[name])))
            meant[value.parameter] = value
    slots = {name: words for name, words in told.slots.items() if name not in meant}
    read = read_sentence(text, spec, around, answered=answered, slots=slots, used=used)
    others = [value for value in read.values if value.parameter not in meant]
    return Reading((*meant.values(), *others), read.rest)


def _says_nothing(words: str, around: Surroundings) -> bool:
    """Tell whether words need not be understood: a value may begin with them, "at 8pm"."""
    return words.casefold() in fillers_in(around.locale)


def marked_words(text: str, spec: CommandSpec, told: Interpretation) -> dict[str, str]:
    """List the words of parameters that an engine marked, if it had this command in mind."""
    if spec.name not in {told.command, told.guess}:
        return {}
    return {one.parameter: text[one.start : one.end] for one in reversed(told.labels)}


def is_amid_others(text: str, parameter: Parameter, marked: Mapping[str, str]) -> bool:
    """Tell whether any words could be the value and an engine marked less than all: "to Oslo"."""
    return parameter.shape.is_open and bool(marked) and text.strip(" .!") not in marked.values()


def is_all_of(
    text: str, spec: CommandSpec, around: Surroundings, told: Interpretation,
    *, answered: Collection[str],
) -> bool:  # fmt: skip
    """Tell whether a sentence is values of an open dialog's command and nothing else."""
    slots = marked_words(text, spec, told)
    reading = read_sentence(text, spec, around, answered=answered, slots=slots)
    return bool(reading.values) and not reading.rest
