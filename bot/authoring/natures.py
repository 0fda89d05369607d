"""What a command may do, as far as it can be told before it runs.

Nothing rests on it that must be right: no effect of a command that was only proposed runs before
a yes, whatever is told here. It decides how sure an engine must be, and what is answered first.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from types import CodeType, FunctionType, ModuleType
from typing import Any

from bot.authoring.actions import Action
from bot.authoring.commands import Command
from bot.errors import PluginError


class Nature(StrEnum):
    """What running a command may come to."""

    READS = "reads"  # it looks something up, and no more
    PLAIN = "plain"  # no action is known that it could call
    ACTS = "acts"  # it may have an effect


def nature_of(command: Command[..., Any], *, source: str) -> Nature:
    """Tell a command's nature: as its author says, else by the actions that its code names.

    Raises:
        PluginError: it is declared ``read=True`` and yet asks for a yes or names an effect.
    """
    actions = list(_actions(command.function))
    effects = sorted(action.name for action in actions if not action.read)
    if command.read and (effects or command.confirm is not None):
        why = f"calls {', '.join(effects)}" if effects else "has a confirm"
        raise PluginError(f"{source}: /{command.full_name} is declared read=True and {why}; "
                          "remove read=True, or declare the action so")  # fmt: skip
    if effects or command.confirm is not None or command.read is False:
        return Nature.ACTS
    return Nature.READS if command.read or actions else Nature.PLAIN


def _actions(function: Callable[..., Any]) -> Iterator[Action[..., Any]]:
    """Find the actions that a function names, or another function of its package does for it."""
    waiting: list[Callable[..., Any]] = [inspect.unwrap(function)]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if id(current) in seen or not isinstance(current, FunctionType):
            continue
        seen.add(id(current))
        for named in _named(current):
            if isinstance(named, Action):
                yield named
            elif _package(named) == _package(current):
                waiting.append(named)


def _named(function: FunctionType) -> Iterator[Any]:
    """Give what a function's code can name: globals, closures, and what imported modules hold."""
    names = set(_names(function.__code__))
    spaces: list[Mapping[str, Any]] = [function.__globals__]
    if function.__closure__:
        spaces.append(inspect.getclosurevars(function).nonlocals)
    for space in spaces:
        found = [space[name] for name in names if name in space]
        yield from found
        for module in found:
            if isinstance(module, ModuleType):
                yield from (getattr(module, name) for name in names if name in vars(module))


def _package(one: object) -> str:
    return str(getattr(one, "__module__", "")).partition(".")[0]


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    yield from code.co_freevars
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
