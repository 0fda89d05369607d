"""All extensions of one bot: what bot.toml enables, what is installed, what the folder holds."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from bot.authoring.actions import Action
from bot.authoring.commands import Command
from bot.authoring.flows import Flow
from bot.authoring.happenings import Subscriber
from bot.authoring.patterns import PATTERNS, Pattern
from bot.authoring.services import Provider
from bot.errors import PluginError
from bot.plugins import entries
from bot.plugins.entries import Extension, find_entries
from bot.plugins.failures import short
from bot.plugins.project import forget_project, load_project
from bot.plugins.signatures import location
from bot.ports.language import Recogniser
from bot.settings import PluginSettings, Settings
from bot.tables import nearest, remedy_for

T = TypeVar("T")

CORE_NAMES = frozenset({"back", "cancel", "human", "repeat"})
"""Decided by the dialog manager, whichever plugins are enabled (architecture.md §4e)."""

_NAME = re.compile(r"\w[\w-]{0,31}")  # 32: Slack's and Telegram's longest command
_RECOGNISER_PARTS = ("kind", "type", "rank", "find", "show")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedCommand:
    """A command, who brought it (``commands.booking``, ``plugins/hello.py:12``) and its file."""

    command: Command[Any, Any]
    source: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedProvider:
    """A service's provider, who brought it and its file."""

    provider: Provider[Any]
    source: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSubscriber:
    """Who wants to know of an event, who brought it and its file."""

    subscriber: Subscriber[Any, Any]
    source: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPattern:
    """An author's own way with a pattern, who brought it and its file."""

    pattern: Pattern[..., Any]
    source: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAction:
    """An action, who brought it and its file."""

    action: Action[..., Any]
    source: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extensions:
    """What a bot is made of; what is no plugin of the author's is imported by `load`."""

    commands: tuple[LoadedCommand, ...]
    providers: tuple[LoadedProvider, ...]
    subscribers: tuple[LoadedSubscriber, ...]
    connectors: Mapping[str, Extension]
    engines: Mapping[str, Extension]
    stores: Mapping[str, Extension]
    emulators: Mapping[str, Extension]
    recognisers: tuple[Recogniser[Any], ...]
    patterns: tuple[LoadedPattern, ...] = ()
    actions: tuple[LoadedAction, ...] = ()
    blobs: Mapping[str, Extension] = field(default_factory=dict)


def load_extensions(
    settings: Settings, *, installed: Iterable[EntryPoint] | None = None
) -> Extensions:
    """Import commands, services and recognisers; raises PluginError with every problem.

    Args:
        settings: what to load; its connectors, engines and services must be offered by something.
        installed: entry points instead of those of the environment.
    """
    found, problems = find_entries(installed)
    sources = [
        *_installed_commands(settings.plugins, found[entries.COMMANDS], problems),
        *_project(settings, problems),
    ]
    commands = _commands(sources, settings.folder)
    providers = _providers(sources, settings.folder)
    patterns = _patterns(sources, settings.folder)
    recognisers = _recognisers(
        _wanted_recognisers(settings, found[entries.RECOGNISERS], problems), problems
    )
    problems += _check_commands(commands)
    problems += _check_providers(providers)
    problems += check_patterns(patterns)
    problems += _check_kinds(settings, found[entries.CONNECTORS], found[entries.ENGINES])
    if not problems:  # a plugin that could not be loaded might provide the service
        problems += _check_services(settings, providers, found[entries.COMMANDS])
    if problems:
        raise PluginError(*problems)
    return Extensions(
        commands=commands,
        providers=providers,
        subscribers=_subscribers(sources, settings.folder),
        connectors=found[entries.CONNECTORS],
        engines=found[entries.ENGINES],
        stores=found[entries.STORES],
        emulators=found[entries.EMULATORS],
        recognisers=recognisers,
        patterns=patterns,
        actions=_actions(sources, settings.folder),
        blobs=found[entries.BLOBS],
    )


_Loaded = LoadedCommand | LoadedProvider | LoadedPattern


@dataclass(frozen=True, slots=True)
class _Source:
    """A module to look into; ``name`` where it has one that says more than its file."""

    module: ModuleType
    name: str | None = None


def _installed_commands(
    plugins: PluginSettings, offered: Mapping[str, Extension], problems: list[str]
) -> Iterator[_Source]:
    wanted = dict.fromkeys(sorted(offered) if plugins.enabled is None else plugins.enabled)
    for name in wanted:
        if name not in offered:
            otherwise = f"installed are: {', '.join(sorted(offered)) or 'none'}"
            remedy = remedy_for(name, offered, otherwise=otherwise)
            problems.append(f'plugins.enabled: there is no plugin "{name}"; {remedy}')
            continue
        try:
            yield _Source(offered[name].load_module(), offered[name].module)
        except PluginError as error:
            problems.extend(error.problems)


def _project(settings: Settings, problems: list[str]) -> list[_Source]:
    folder = settings.plugins.folder
    if not folder.is_dir():
        forget_project()
        if folder != settings.folder / PluginSettings().folder or folder.exists():
            problems.append(f"plugins.folder: {folder} is no folder; make it, or correct the line")
        return []
    try:
        return [_Source(module) for module in load_project(folder)]
    except PluginError as error:
        problems.extend(error.problems)
        return []


def _values(module: ModuleType, kind: type[T]) -> Iterator[T]:
    """Find what a module defines; a package also has what its ``__init__`` imports."""
    is_package = hasattr(module, "__path__")
    for value in vars(module).values():
        if isinstance(value, kind):
            function = getattr(value, "function", None)
            if is_package or getattr(function, "__module__", None) == module.__name__:
                yield value


def _commands(sources: Sequence[_Source], beside: Path) -> tuple[LoadedCommand, ...]:
    found: dict[int, LoadedCommand] = {}  # by function: a package may show its modules' values
    for source in sources:
        flows = (flow.command for flow in _values(source.module, Flow))
        for command in (*_values(source.module, Command), *flows):
            origin = _shortened(location(command.function), beside)
            found.setdefault(
                id(command.function),
                LoadedCommand(command=command, source=source.name or origin, origin=origin),
            )
    return tuple(found.values())


def _providers(sources: Sequence[_Source], beside: Path) -> tuple[LoadedProvider, ...]:
    found: dict[int, LoadedProvider] = {}
    for source in sources:
        for provider in _values(source.module, Provider):
            origin = _shortened(location(provider.function), beside)
            found.setdefault(
                id(provider),
                LoadedProvider(provider=provider, source=source.name or origin, origin=origin),
            )
    return tuple(found.values())


def _subscribers(sources: Sequence[_Source], beside: Path) -> tuple[LoadedSubscriber, ...]:
    found: dict[int, LoadedSubscriber] = {}
    for source in sources:
        for subscriber in _values(source.module, Subscriber):
            origin = _shortened(location(subscriber.function), beside)
            found.setdefault(
                id(subscriber),
                LoadedSubscriber(
                    subscriber=subscriber, source=source.name or origin, origin=origin
                ),
            )
    return tuple(found.values())


def _patterns(sources: Sequence[_Source], beside: Path) -> tuple[LoadedPattern, ...]:
    found: dict[int, LoadedPattern] = {}
    for source in sources:
        for pattern in _values(source.module, Pattern):
            origin = _shortened(location(pattern.function), beside)
            found.setdefault(
                id(pattern),
                LoadedPattern(pattern=pattern, source=source.name or origin, origin=origin),
            )
    return tuple(found.values())


def _actions(sources: Sequence[_Source], beside: Path) -> tuple[LoadedAction, ...]:
    found: dict[int, LoadedAction] = {}
    for source in sources:
        for action in _values(source.module, Action):
            origin = _shortened(location(action.function), beside)
            found.setdefault(
                id(action),
                LoadedAction(action=action, source=source.name or origin, origin=origin),
            )
    return tuple(found.values())


def _shortened(place: str, beside: Path) -> str:
    file, colon, line = place.rpartition(":")
    return f"{short(Path(file), beside)}:{line}" if colon else place


def _wanted_recognisers(
    settings: Settings, offered: Mapping[str, Extension], problems: list[str]
) -> Iterator[Extension]:
    """List what reads values, the first first; what needs an extra only where it is named."""
    wanted = settings.nlu.recognisers
    if wanted is None:
        wanted = tuple(name for name, one in offered.items() if not one.is_extra)
    for name in dict.fromkeys(wanted):
        if name in offered:
            yield offered[name]
            continue
        remedy = remedy_for(
            name, offered, otherwise=f"installed are: {', '.join(sorted(offered)) or 'none'}"
        )
        problems.append(f'nlu.recognisers: there is no "{name}"; {remedy}')


def _recognisers(offered: Iterable[Extension], problems: list[str]) -> tuple[Recogniser[Any], ...]:
    loaded: list[Recogniser[Any]] = []
    for extension in offered:
        try:
            values = extension.make()
        except PluginError as error:
            problems.extend(error.problems)
            continue
        parts: Sequence[Any] = values if isinstance(values, Sequence) else [values]
        for part in parts:
            missing = [name for name in _RECOGNISER_PARTS if not hasattr(part, name)]
            if missing:
                problems.append(
                    f"{extension.group}: {extension.value} of {extension.distribution} gives a "
                    f"{type(part).__name__} without {', '.join(missing)}; "
                    "its author must give recognisers there"
                )
            else:
                loaded.append(part)
    return tuple(loaded)


def _check_commands(commands: Sequence[LoadedCommand]) -> Iterator[str]:
    taken: dict[str, LoadedCommand] = {}
    for loaded in commands:
        command = loaded.command
        yield from _check_group(loaded)
        for name in dict.fromkeys((command.name, *command.aliases)):
            full = name if command.group is None else f"{command.group} {name}"
            key = full.casefold()
            if not _NAME.fullmatch(name):
                yield (
                    f'{loaded.origin}: "{name}" is no name for a command; '
                    "use up to 32 letters, digits, - and _"
                )
            elif key in CORE_NAMES:
                yield f"{loaded.origin}: /{name} is the bot's own; choose another name"
            elif taken.setdefault(key, loaded) is not loaded:
                yield _doubled(f"/{full}", taken[key], loaded)


def _check_group(loaded: LoadedCommand) -> Iterator[str]:
    """Refuse what would hide a built-in: a group called so, or /group help."""
    group = loaded.command.group
    if group is None:
        return
    if group.casefold() in {*CORE_NAMES, "help"}:
        yield f"{loaded.origin}: /{group} is the bot's own; choose another name for the group"
    if "help" in (loaded.command.name.casefold(), *map(str.casefold, loaded.command.aliases)):
        yield f"{loaded.origin}: /{group} help explains the group; choose another name"


def _check_providers(providers: Sequence[LoadedProvider]) -> Iterator[str]:
    taken: dict[str, LoadedProvider] = {}
    for loaded in providers:
        name = loaded.provider.name
        if taken.setdefault(name, loaded) is not loaded:
            yield _doubled(f"the service {name}", taken[name], loaded)


def check_patterns(patterns: Sequence[LoadedPattern]) -> Iterator[str]:
    """Find patterns that there are not, and those that two functions speak for."""
    taken: dict[str, LoadedPattern] = {}
    for loaded in patterns:
        name = loaded.pattern.name
        if name not in PATTERNS:
            remedy = remedy_for(name, PATTERNS, otherwise=f"there are {', '.join(PATTERNS)}")
            yield f'{loaded.origin}: there is no pattern "{name}"; {remedy}'
        elif taken.setdefault(name, loaded) is not loaded:
            yield _doubled(f"the pattern {name}", taken[name], loaded)


def _doubled(what: str, first: _Loaded, second: _Loaded) -> str:
    named = (first.source, second.source)
    one, other = named if named[0] != named[1] else (first.origin, second.origin)
    return (
        f"{what}: comes from {one} and from {other}; rename one, or leave one out: a plugin in "
        "plugins.enabled, a file in the folder"
    )


def _check_kinds(
    settings: Settings, connectors: Mapping[str, Extension], engines: Mapping[str, Extension]
) -> Iterator[str]:
    for connector in settings.connectors:
        if connector.kind not in connectors:
            otherwise = f"installed are: {', '.join(sorted(connectors)) or 'none'}"
            remedy = remedy_for(connector.kind, connectors, otherwise=otherwise)
            yield f'{connector.key}.kind: there is no connector "{connector.kind}"; {remedy}'
    for name in settings.nlu.engines:
        if name not in engines:
            otherwise = f"installed are: {', '.join(sorted(engines)) or 'none'}"
            remedy = remedy_for(name, engines, otherwise=otherwise)
            yield f'nlu.engines: there is no engine "{name}"; {remedy}'
    for name in settings.nlu.tables:
        # the table of an engine that is not installed may wait for it; a misspelt one may not
        meant = nearest(name, {*engines, *settings.nlu.engines})
        if name not in engines and meant:
            yield f'nlu.{name}: there is no engine "{name}"; did you mean "{meant}"?'


def _check_services(
    settings: Settings, providers: Sequence[LoadedProvider], offered: Mapping[str, Extension]
) -> Iterator[str]:
    provided = {loaded.provider.name for loaded in providers}
    # a plugin that is installed and not enabled may be the one that the table waits for
    enabled = settings.plugins.enabled
    all_enabled = enabled is None or set(offered) <= set(enabled)
    for name in settings.services:
        meant = nearest(name, provided)
        if name not in provided and (meant or all_enabled):
            remedy = f'did you mean "{meant}"?' if meant else "remove the table"
            yield f'services.{name}: no plugin provides a service "{name}"; {remedy}'
