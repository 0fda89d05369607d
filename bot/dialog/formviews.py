"""Which form a dialog offers beside a question: all that is missing, to be filled in at once.

And which control its one answer: a day's picker, a button that shares a number.
"""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from bot.authoring.kinds import Email, Phone, Place
from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.binding import show_value
from bot.dialog.surroundings import Surroundings
from bot.locale.names import ENGLISH, is_same
from bot.model.conversation import Frame, Prompt, PromptKind
from bot.model.messages import Form, FormField

WORTH = 2
"""From so many missing answers on a form is less work than questions."""
LONGEST_VALUE = 1000
"""Characters of words that a field is shown with; longer ones are better said in the chat."""

_KINDS: Mapping[object, str] = {
    str: "text", int: "number", float: "number", Decimal: "number", date: "date", time: "time",
    bool: "yesno", Phone: "phone", Email: "email", Place: "place",
}  # fmt: skip
_CONTROLLED = frozenset({"date", "time", "phone", "place", "number", "email", "choice"})
"""Kinds of answers that a platform may have a control for; the others are typed or tapped."""


def form_of(around: Surroundings, frame: Frame, spec: CommandSpec) -> Form | None:
    """Make the form for a dialog, in the order of its questions; None where few are missing.

    What is known stands in it and may be corrected. A masked answer is never in a form, for the
    platform would show it.
    """
    missing = [
        parameter
        for parameter in spec.parameters
        if parameter.required and parameter.name not in frame.answers and _kind(parameter)
    ]
    if len(missing) < WORTH:
        return None
    fields = [
        field
        for parameter in spec.parameters
        if (field := _field(around, frame, parameter)) is not None
    ]
    return Form(
        title=around.phrases.title(spec), fields=tuple(fields),
        submit=around.phrases.SEND, label=around.phrases.FILL_IN,
    )  # fmt: skip


def control_of(around: Surroundings, frame: Frame, parameter: Parameter) -> FormField | None:
    """Describe the answer that a question wants; None where typing is all that there could be."""
    field = _field(around, frame, parameter)
    return field if field is not None and field.kind in _CONTROLLED else None


def control_again(around: Surroundings, frame: Frame | None, prompt: Prompt) -> FormField | None:
    """Describe the answer to a question that is shown once more.

    None where its answer is known: which of two counts needs a tap.
    """
    spec = around.spec_of(frame)
    parameter = spec.parameter(prompt.argument or "") if spec else None
    if frame is None or parameter is None or prompt.kind is not PromptKind.ASK:
        return None
    return None if parameter.name in frame.answers else control_of(around, frame, parameter)


def words_of(form: Form | None) -> dict[str, str]:
    """Tell the words that each field of a form is shown with."""
    return {} if form is None else {field.name: field.value for field in form.fields}


def known_words(around: Surroundings, frame: Frame, parameter: Parameter) -> str:
    """Write what is known of a parameter as its field shows it; "" where nothing is."""
    answer = frame.answers.get(parameter.name)
    if answer is not None and answer.others:
        return ""  # words that may mean several things are no answer yet
    if answer is None and parameter.required:
        return ""
    value = parameter.default if answer is None else answer.value
    if value is None:
        return ""
    words = _written(around, parameter, parameter.load(value))
    return words if len(words) <= LONGEST_VALUE else ""


def _field(around: Surroundings, frame: Frame, parameter: Parameter) -> FormField | None:
    kind = _kind(parameter)
    if kind is None:
        return None
    shown = known_words(around, frame, parameter)
    if parameter.name in frame.answers and not shown:
        return None  # known, in words that no field could show
    names = [(name, name) for name in _options(around, parameter)]
    if kind == "yesno" and not is_same(around.locale, ENGLISH):
        names = [("yes", around.phrases.YES), ("no", around.phrases.NO)]
    return FormField(
        name=parameter.name, label=around.phrases.question(parameter), kind=kind, value=shown,
        options=tuple(names), required=parameter.required,
    )  # fmt: skip


def _options(around: Surroundings, parameter: Parameter) -> list[str]:
    return [_written(around, parameter, option) for option in parameter.options]


def _kind(parameter: Parameter) -> str | None:
    """Name what a platform may draw for a type; None for what is never written into a form."""
    if parameter.arg.mask or parameter.is_file:
        return None
    if parameter.options:
        return "choice"
    if parameter.shape.takes_rest:
        return "long"
    return _KINDS.get(parameter.type, "text")


def _written(around: Surroundings, parameter: Parameter, value: Any) -> str:  # noqa: ANN401 - the parameter's type
    """Write a value as its field does: pickers know ISO forms only."""
    match value:
        case bool() if not parameter.options:
            return "yes" if value else "no"
        case time():
            return value.isoformat("minutes")
        case int() | float() | Decimal() if not parameter.options:
            return str(value)
        case date() if parameter.type is date:
            return value.isoformat()
        case _:
            return show_value(parameter, parameter.dump(value), around)
