"""Values written as a person would read them."""

from typing import Any

from bot.authoring.kinds import File
from bot.authoring.shapes import Shape
from bot.dialog.finding import recogniser_of
from bot.dialog.surroundings import Surroundings


def shown(shape: Shape, value: Any, around: Surroundings) -> str:  # noqa: ANN401 - the shape's type
    """Write a value so that it would be read again as the same."""
    if value is None:
        return "none"
    if shape.item is not None:
        entries = [shown(shape.item, entry, around) for entry in value]
        return (", " if "," not in "".join(entries) else "; ").join(entries) or "none"
    if shape.options:
        return shape.label(value)
    recogniser = recogniser_of(shape, around)
    if recogniser is not None and not isinstance(value, File):
        return recogniser.show(value, around.hints())
    has_own = any("__str__" in vars(one) for one in type(value).__mro__[:-1])
    if shape.fields and not has_own:
        return _record(shape, value, around)
    return str(value)


def _record(shape: Shape, value: Any, around: Surroundings) -> str:  # noqa: ANN401 - the shape's dataclass
    closed: list[str] = []
    texts: list[str] = []
    for field in shape.fields:
        held = getattr(value, field.name)
        if held is None or held is False or (held == field.default and not field.required):
            continue
        if field.type is bool:
            closed.append(field.name.replace("_", " "))
        else:
            (texts if field.is_open else closed).append(shown(field, held, around))
    return " ".join([*closed, ", ".join(texts)]).strip()
