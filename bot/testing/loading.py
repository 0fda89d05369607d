"""Extensions that a test gives a bot beside the installed ones."""

import importlib
from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

from bot.authoring.commands import Command
from bot.authoring.flows import Flow
from bot.authoring.happenings import Subscriber
from bot.authoring.patterns import Pattern
from bot.authoring.services import Provider
from bot.plugins import (
    Extensions,
    LoadedCommand,
    LoadedPattern,
    LoadedProvider,
    LoadedSubscriber,
)

Plugin = (
    str | ModuleType | Command[..., Any] | Flow[Any] | Provider[Any] | Subscriber[..., Any]
    | Pattern[..., Any]
)  # fmt: skip


def with_plugins(base: Extensions, plugins: Sequence[Plugin]) -> Extensions:
    """Add what modules hold, or single values."""
    loaded: list[Any] = []
    for plugin in plugins:
        if isinstance(plugin, str | ModuleType):
            module = importlib.import_module(plugin) if isinstance(plugin, str) else plugin
            loaded += [_loaded(value, module.__name__) for value in vars(module).values()]
        else:
            loaded.append(_loaded(plugin, "test"))
    return replace(
        base,
        commands=(*base.commands, *(one for one in loaded if isinstance(one, LoadedCommand))),
        providers=(*base.providers, *(one for one in loaded if isinstance(one, LoadedProvider))),
        subscribers=(
            *base.subscribers, *(one for one in loaded if isinstance(one, LoadedSubscriber))
        ),
        patterns=(*base.patterns, *(one for one in loaded if isinstance(one, LoadedPattern))),
    )  # fmt: skip


def _loaded(value: object, name: str) -> Any:  # noqa: ANN401 - one of four kinds, or None
    match value:
        case Command():
            return LoadedCommand(command=value, source=name, origin=name)
        case Flow():
            return LoadedCommand(command=value.command, source=name, origin=name)
        case Subscriber():
            return LoadedSubscriber(subscriber=value, source=name, origin=name)
        case Provider():
            return LoadedProvider(provider=value, source=name, origin=name)
        case Pattern():
            return LoadedPattern(pattern=value, source=name, origin=name)
        case _:
            return None
