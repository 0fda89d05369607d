"""What an extension's function says of itself."""

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from bot.errors import PluginError


def settings_type(function: Callable[..., Any]) -> type[Any] | None:
    """Read the type of the parameter ``settings``; None if there is no such parameter.

    Raises PluginError if the annotation is missing, unknown or no dataclass.
    """
    if "settings" not in inspect.signature(function).parameters:
        return None
    place = location(function)
    try:
        hint = get_type_hints(function).get("settings")
    except (NameError, TypeError, AttributeError) as error:
        raise PluginError(
            f"{place}: an annotation is not known ({error}); import the type at the module's top"
        ) from error
    if not (isinstance(hint, type) and is_dataclass(hint)):
        raise PluginError(
            f"{place}: the parameter settings needs a dataclass as its annotation; write one"
        )
    return hint


def location(function: Callable[..., Any]) -> str:
    """Tell where a function is written: ``FILE:LINE``."""
    bare = inspect.unwrap(function)
    code = getattr(bare, "__code__", None)
    if code is None:
        return str(getattr(bare, "__module__", None) or type(bare).__module__)
    return f"{Path(code.co_filename)}:{code.co_firstlineno}"
