"""Values written as a person would read them."""

from typing import Any

from bot.authoring.kinds import File
from bot.authoring.shapes import Shape
from bot.dialog.finding import recogniser_of
from bot.dialog.surroundings import Surroundings
from bot.locale.names import ENGLISH, is_same


def shown(shape: Shape, value: Any, around: Surroundings) -> str:  # noqa: ANN401 - the shape's type
    """Write a value so that it would be read again as the same."""
    if value is None:
        return "none"
    if shape.item is not None:
        entries = [shown(shape.item, entry, around) for entry in value]
        return (", " if "," not in "".join(entries) else "; ").join(entries) or "none"
    if shape.options:
        return shape.label(value)
    said = _said(shape, value, around)
    if said is not None:
        return said
    has_own = any("__str__" in vars(one) for one in type(value).__mro__[:-1])
    if shape.fields and not has_own:
        return _record(shape, value, around)
    return str(value)


def _said(shape: Shape, value: Any, around: Surroundings) -> str | None:  # noqa: ANN401 - the shape's type
    """Write a single value: yes and no as the phrases say them, all else as it is read."""
    if shape.type is bool and not is_same(around.locale, ENGLISH):
        return str(around.phrases.YES if value else around.phrases.NO)
    recogniser = None if isinstance(value, File) else recogniser_of(shape, around)
    return None if recogniser is None else recogniser.show(value, around.hints())


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
