"""Whether a value may be taken: its bounds, its form, and of a file its type and its size."""

import re
from datetime import time
from typing import Any

from pydantic import ValidationError

from bot.authoring.contents import ANY, is_one_of, is_really, mime_of
from bot.authoring.kinds import File, Money, Quantity
from bot.authoring.shapes import Shape
from bot.authoring.signatures import Parameter
from bot.dialog import filewords
from bot.dialog.binding import MASKED
from bot.dialog.phrases import ENGLISH, Phrases


def refusal(parameter: Parameter, value: Any, words: str, phrases: Phrases) -> str | None:  # noqa: ANN401 - JSON form
    """Tell why a value cannot be taken: its type or its bounds; None if it can."""
    shown = MASKED if parameter.arg.mask else phrases.quoted(words)
    try:
        typed = parameter.load(value)
    except ValidationError:
        return phrases.no_longer_offered(shown)
    flaw = None if typed is None else flaw_of(parameter.shape, typed, phrases)
    return None if flaw is None else f"{shown}: {flaw}"


def fits(parameter: Parameter, value: Any) -> bool:  # noqa: ANN401 - JSON form
    """Tell whether a value may be taken."""
    return refusal(parameter, value, "", ENGLISH) is None


def flaw_of(shape: Shape, value: Any, phrases: Phrases) -> str | None:  # noqa: ANN401 - the shape's type
    """Tell why a value is outside what its `Arg` allows, or None; so also of all within it."""
    flaw = _own_flaw(shape, value, phrases)
    if flaw is not None or value is None:
        return flaw
    if shape.item is not None:
        found = (flaw_of(shape.item, entry, phrases) for entry in value)
        return next((flaw for flaw in found if flaw is not None), None)
    if isinstance(value, shape.type if shape.fields else ()):
        named = (
            (one.name, flaw_of(one, getattr(value, one.name), phrases)) for one in shape.fields
        )
        first = next(((name.replace("_", " "), flaw) for name, flaw in named if flaw), None)
        return None if first is None else f"{phrases.of(first[0])}: {first[1]}"
    return None


def content_flaw(shape: Shape, file: File, data: bytes, phrases: Phrases) -> str | None:
    """Tell why the content of a file cannot be taken, whatever its name says; None if it can."""
    if len(data) > shape.max_bytes:
        return f"{file.name}: {filewords.too_large(phrases, len(data), shape.max_bytes)}"
    if is_really(data, file.mime, shape.types):
        return None
    return filewords.wrong_content(phrases, file.name, mime_of(data), shape.types)


def _own_flaw(shape: Shape, value: Any, phrases: Phrases) -> str | None:  # noqa: ANN401 - the shape's type
    arg = shape.arg
    if isinstance(value, File):
        return _file_flaw(shape, value, phrases)
    measured = value.amount if isinstance(value, Money | Quantity) else value
    if shape.item is not None:
        return _length_flaw(shape, len(value), phrases)
    if arg.ge is not None and measured < arg.ge:
        return phrases.tell("It must be {bound} or more.", bound=_bound(arg.ge))
    if arg.le is not None and measured > arg.le:
        return phrases.tell("It must be {bound} or less.", bound=_bound(arg.le))
    if arg.pattern is not None and re.fullmatch(arg.pattern, str(value)) is None:
        return phrases.tell("That does not have the right form.")
    return None


def _length_flaw(shape: Shape, count: int, phrases: Phrases) -> str | None:
    if shape.arg.ge is not None and count < shape.arg.ge:
        return phrases.tell("There must be {count} or more of them.", count=shape.arg.ge)
    if shape.arg.le is not None and count > shape.arg.le:
        return phrases.tell("There must be {count} or fewer of them.", count=shape.arg.le)
    return None


def _file_flaw(shape: Shape, file: File, phrases: Phrases) -> str | None:
    is_unnamed = file.mime == "application/octet-stream"  # its content will tell
    if not (is_unnamed or ANY in shape.types or is_one_of(file.mime, shape.types)):
        return filewords.wrong_type(phrases, file.mime, shape.types)
    if file.size is not None and file.size > shape.max_bytes:
        return filewords.too_large(phrases, file.size, shape.max_bytes)
    return None


def _bound(value: Any) -> str:  # noqa: ANN401 - the parameter's type
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
