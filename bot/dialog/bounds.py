"""Whether a value may be taken: its bounds, its form, and of a file its type and its size."""

import re
from datetime import time
from typing import Any

from bot.authoring.contents import ANY, is_one_of, is_really, mime_of
from bot.authoring.kinds import File, Money
from bot.authoring.shapes import Shape
from bot.dialog import filewords


def flaw_of(shape: Shape, value: Any) -> str | None:  # noqa: ANN401 - the shape's type
    """Tell why a value is outside what its `Arg` allows, or None; so also of all within it."""
    flaw = _own_flaw(shape, value)
    if flaw is not None or value is None:
        return flaw
    if shape.item is not None:
        found = (flaw_of(shape.item, entry) for entry in value)
        return next((flaw for flaw in found if flaw is not None), None)
    if isinstance(value, shape.type if shape.fields else ()):
        named = ((one.name, flaw_of(one, getattr(value, one.name))) for one in shape.fields)
        return next((f"{name.replace('_', ' ')}: {flaw}" for name, flaw in named if flaw), None)
    return None


def content_flaw(shape: Shape, file: File, data: bytes) -> str | None:
    """Tell why the content of a file cannot be taken, whatever its name says; None if it can."""
    if len(data) > shape.max_bytes:
        return f"{file.name}: {filewords.too_large(len(data), shape.max_bytes)}"
    if is_really(data, file.mime, shape.types):
        return None
    return filewords.wrong_content(file.name, mime_of(data), shape.types)


def _own_flaw(shape: Shape, value: Any) -> str | None:  # noqa: ANN401 - the shape's type
    arg = shape.arg
    if isinstance(value, File):
        return _file_flaw(shape, value)
    measured = value.amount if isinstance(value, Money) else value
    if shape.item is not None:
        return _length_flaw(shape, len(value))
    if arg.ge is not None and measured < arg.ge:
        return f"It must be {_bound(arg.ge)} or more."
    if arg.le is not None and measured > arg.le:
        return f"It must be {_bound(arg.le)} or less."
    if arg.pattern is not None and re.fullmatch(arg.pattern, str(value)) is None:
        return "That does not have the right form."
    return None


def _length_flaw(shape: Shape, count: int) -> str | None:
    if shape.arg.ge is not None and count < shape.arg.ge:
        return f"There must be {shape.arg.ge} or more of them."
    if shape.arg.le is not None and count > shape.arg.le:
        return f"There must be {shape.arg.le} or fewer of them."
    return None


def _file_flaw(shape: Shape, file: File) -> str | None:
    is_unnamed = file.mime == "application/octet-stream"  # its content will tell
    if not (is_unnamed or ANY in shape.types or is_one_of(file.mime, shape.types)):
        return filewords.wrong_type(file.mime, shape.types)
    if file.size is not None and file.size > shape.max_bytes:
        return filewords.too_large(file.size, shape.max_bytes)
    return None


def _bound(value: Any) -> str:  # noqa: ANN401 - the parameter's type
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
