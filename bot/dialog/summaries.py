"""What is known of a dialog, written for the customer."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.binding import show_value
from bot.dialog.drafts import Draft
from bot.dialog.naming import capitalized
from bot.dialog.phrases import Phrases
from bot.dialog.surroundings import Surroundings
from bot.locale.formats import formatted
from bot.model.conversation import Frame

LONGEST = 60
"""Characters of one answer in a summary; a confirm shows it whole."""


def summary(draft: Draft, frame: Frame, spec: CommandSpec) -> list[str]:
    """Write the answers given so far, in the order of the signature."""
    return [shown for _, shown in _answers(draft, frame, spec)]


def labelled(draft: Draft, frame: Frame, spec: CommandSpec) -> list[str]:
    """Write the answers given so far, each with what it answers."""
    return [
        f"{_label(draft.phrases, parameter)}: {shown}"
        for parameter, shown in _answers(draft, frame, spec)
    ]


def _label(phrases: Phrases, parameter: Parameter) -> str:
    """Say what an answer is to; the rounds of a flow's loop are told apart by their questions."""
    if parameter.name.endswith("]") and parameter.arg.ask is not None:
        return parameter.arg.ask.rstrip(" ?:")
    return capitalized(phrases.noun(parameter))


def _answers(draft: Draft, frame: Frame, spec: CommandSpec) -> list[tuple[Parameter, str]]:
    shown = [
        (parameter, show_value(parameter, frame.answers[parameter.name].value, draft.around))
        for parameter in spec.parameters
        if parameter.name in frame.answers and not frame.answers[parameter.name].others
    ]
    return [
        (parameter, one if len(one) <= LONGEST else f"{one[: LONGEST - 1].rstrip()}…")
        for parameter, one in shown
    ]


def confirmation(
    template: str, spec: CommandSpec, arguments: Mapping[str, Any], around: Surroundings
) -> str:
    """Fill a confirm template: ``{day:%A}`` by Python's rules, ``{day}`` as a person reads it."""
    parts: list[str] = []
    for literal, name, form, _ in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            parts.append(_filled(name, form or "", spec, arguments, around))
    return "".join(parts)


def _filled(  # noqa: PLR0917 - one replacement field and where its value comes from
    name: str, form: str, spec: CommandSpec, arguments: Mapping[str, Any], around: Surroundings
) -> str:
    value, key = Formatter().get_field(name, (), arguments)
    parameter = spec.parameter(str(key))
    if parameter is not None and (parameter.arg.mask or value is None or not form):
        whole = arguments[parameter.name]
        if parameter.arg.mask or value is None or key == name:
            return show_value(parameter, parameter.dump(whole), around)
    return formatted(around.locale, value, form)
