"""Extensions that a test gives a bot beside the installed ones."""

import importlib
from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

from bot.authoring.actions import Action
from bot.authoring.commands import Command
from bot.authoring.flows import Flow
from bot.authoring.happenings import Subscriber
from bot.authoring.patterns import Pattern
from bot.authoring.services import Provider
from bot.plugins import (
    Extensions,
    LoadedAction,
    LoadedCommand,
    LoadedPattern,
    LoadedProvider,
    LoadedSubscriber,
)

Plugin = (
    str | ModuleType | Command[..., Any] | Flow[Any] | Provider[Any] | Subscriber[..., Any]
    | Pattern[..., Any] | Action[..., Any]
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
        actions=(*base.actions, *(one for one in loaded if isinstance(one, LoadedAction))),
        patterns=(*base.patterns, *(one for one in loaded if isinstance(one, LoadedPattern))),
    )  # fmt: skip


def _loaded(value: object, name: str) -> Any:  # noqa: ANN401 - one of six kinds, or None
    loaded: Any = None
    match value:
        case Command():
            loaded = LoadedCommand(command=value, source=name, origin=name)
        case Flow():
            loaded = LoadedCommand(command=value.command, source=name, origin=name)
        case Action():
            loaded = LoadedAction(action=value, source=name, origin=name)
        case Subscriber():
            loaded = LoadedSubscriber(subscriber=value, source=name, origin=name)
        case Provider():
            loaded = LoadedProvider(provider=value, source=name, origin=name)
        case Pattern():
            loaded = LoadedPattern(pattern=value, source=name, origin=name)
        case _:
            pass
    return loaded
