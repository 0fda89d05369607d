"""From what was loaded to what can be run: signatures read, names and aliases resolved."""

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args, get_type_hints

from bot.authoring.happenings import Subscription, read_subscriber
from bot.authoring.services import Linking, Manual, Provider, Switches
from bot.authoring.signatures import (
    Callback,
    CommandSpec,
    read_action,
    read_callback,
    read_command,
)
from bot.dialog.access import ABILITIES
from bot.dialog.names import by_name
from bot.dialog.tools import tool_schema
from bot.errors import PluginError
from bot.model.understanding import VocabularyEntry, WordTable
from bot.plugins.extensions import Extensions, check_patterns
from bot.plugins.lessons import Lessons
from bot.tables import remedy_for


def provided_type(provider: Provider[Any]) -> Any:  # noqa: ANN401 - any type may be provided
    """Read the type of the service that an async generator yields."""
    yielded = get_args(get_type_hints(provider.function).get("return"))
    if not yielded:
        raise PluginError(
            f"the provider {provider.name} does not say what it yields; annotate it with "
            "-> AsyncIterator[YourType]"
        )
    return yielded[0]


def read_commands(
    extensions: Extensions, provided: Iterable[Any] = ()
) -> Mapping[str, CommandSpec]:
    """Read all signatures, by name and by alias; raises PluginError with all problems."""
    types = _provided(extensions, provided)
    known: Collection[Any] = {recogniser.type for recogniser in extensions.recognisers}
    specs: list[CommandSpec] = []
    problems: list[str] = []
    for loaded in extensions.commands:
        try:
            spec = read_command(loaded.command, source=loaded.origin, provided=types, known=known)
        except PluginError as error:
            problems.extend(error.problems)
            continue
        specs.append(spec)
        problems.extend(_check_needs(spec, extensions))
    if problems:
        raise PluginError(*problems)
    return by_name(specs)


def read_actions(extensions: Extensions, provided: Iterable[Any] = ()) -> Sequence[Callback]:
    """Read the signatures of all actions, their undos and probes; raises with all problems."""
    types = _provided(extensions, provided)
    problems: list[str] = []
    found: list[Callback] = []
    for loaded in extensions.actions:
        action, source = loaded.action, f"{loaded.origin}: the action {loaded.action.name}"
        try:
            found.append(read_action(action, source=source, provided=types))
        except PluginError as error:
            problems.extend(error.problems)
        for what, function in (("undo", action.undo_with), ("probe", action.probe)):
            problems.extend(_check_about(function, f"{source}: its {what}", types))
    if problems:
        raise PluginError(*problems)
    return found


def _check_about(
    function: Callable[..., Any] | None, where: str, provided: Collection[Any]
) -> Sequence[str]:
    """Find what would keep an undo or a probe from being called when it is needed."""
    if function is None:
        return ()
    name = getattr(function, "__name__", type(function).__name__)
    try:
        callback = read_callback(function, source=where, provided=provided, others=None)
    except PluginError as error:
        return error.problems
    if len(callback.needs) == 1:
        return ()
    wrong = f"takes {', '.join(callback.needs)}" if callback.needs else "does not take the effect"
    remedy = f"write async def {name}(ctx, effect), and services by their type"
    return (f"{where}, {name}, {wrong}; {remedy}",)


def read_subscribers(
    extensions: Extensions, provided: Iterable[Any] = ()
) -> Mapping[str, Subscription]:
    """Read who wants to know of which event, by a name that a release keeps."""
    types = _provided(extensions, provided)
    found: dict[str, Subscription] = {}
    for loaded in extensions.subscribers:
        function = loaded.subscriber.function
        name = f"{function.__module__}.{function.__qualname__}:{loaded.subscriber.event}"
        found[name] = read_subscriber(loaded.subscriber, source=loaded.origin, provided=types)
    return found


def read_patterns(extensions: Extensions, provided: Iterable[Any] = ()) -> Mapping[str, Callback]:
    """Read what authors say in the core's place, by the name of the pattern."""
    problems = list(check_patterns(extensions.patterns))
    types = _provided(extensions, provided)
    found: dict[str, Callback] = {}
    for loaded in extensions.patterns:
        function = loaded.pattern.function
        try:
            found[loaded.pattern.name] = read_callback(
                function, source=loaded.origin, provided=types, own="dialog"
            )
        except PluginError as error:
            problems.extend(error.problems)
        if not inspect.iscoroutinefunction(function):
            problems.append(
                f"{loaded.origin}: the pattern {loaded.pattern.name} is written "
                f"async def {function.__name__}(ctx: Context, dialog: OpenDialog)"
            )
    if problems:
        raise PluginError(*problems)
    return found


def _provided(extensions: Extensions, provided: Iterable[Any]) -> frozenset[Any]:
    """Gather the types that are injected and not asked."""
    loaded = (provided_type(one.provider) for one in extensions.providers)
    return frozenset({Linking, Manual, Switches, *provided, *loaded})


def vocabulary(
    commands: Mapping[str, CommandSpec],
    lessons: Lessons | None = None,
    tables: tuple[WordTable, ...] = (),
) -> list[VocabularyEntry]:
    """Tell engines what they may know of the commands; hidden ones are not understood."""
    lessons = lessons or {}
    specs = {spec.name: spec for spec in commands.values() if not spec.command.hidden}
    known = [
        VocabularyEntry(
            command=spec.name, say=spec.command.say, examples=spec.command.examples,
            parameters=_kinds(spec), schema=tool_schema(spec),
            sentences=tuple(lessons.get(spec.name, ())), tables=tables,
        )
        for spec in specs.values()
    ]  # fmt: skip
    others = (
        VocabularyEntry(command=meaning, sentences=tuple(sentences), answered=False, tables=tables)
        for meaning, sentences in lessons.items()
        if meaning not in specs
    )
    return [*known, *others]


def _check_needs(spec: CommandSpec, extensions: Extensions) -> Iterator[str]:
    """Refuse a need that no channel could ever have."""
    known = {*ABILITIES, *extensions.connectors}
    for name in spec.command.needs:
        if name not in known:
            remedy = remedy_for(name, known, otherwise=f"use one of {', '.join(sorted(known))}")
            yield f'{spec.source}: /{spec.name} needs "{name}", which no channel has; {remedy}'


def _kinds(spec: CommandSpec) -> dict[str, str]:
    """Name the kinds of a command's parameters; a flow's are those that its sentences name."""
    if spec.is_flow:
        said = " ".join(spec.command.say)
        return dict.fromkeys(re.findall(r"\{([^{}]*)\}", said), "text")
    return {p.name: getattr(p.type, "__name__", "choice") for p in spec.parameters}
