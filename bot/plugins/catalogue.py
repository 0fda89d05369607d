"""From what was loaded to what can be run: signatures read, names and aliases resolved."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, get_args, get_type_hints

from bot.authoring.services import Linking, Manual, Provider
from bot.authoring.signatures import CommandSpec, read_command
from bot.errors import PluginError
from bot.model.understanding import VocabularyEntry
from bot.plugins.extensions import Extensions


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
    types = {Linking, Manual, *provided}
    types |= {provided_type(loaded.provider) for loaded in extensions.providers}
    known: Collection[Any] = {recogniser.type for recogniser in extensions.recognisers}
    specs: dict[str, CommandSpec] = {}
    problems: list[str] = []
    for loaded in extensions.commands:
        try:
            spec = read_command(loaded.command, source=loaded.origin, provided=types, known=known)
        except PluginError as error:
            problems.extend(error.problems)
            continue
        for name in (spec.name, *spec.command.aliases):
            specs[name.casefold()] = spec
    if problems:
        raise PluginError(*problems)
    return specs


def vocabulary(commands: Mapping[str, CommandSpec]) -> list[VocabularyEntry]:
    """Tell engines what they may know of the commands; hidden ones are not understood."""
    specs = {spec.name: spec for spec in commands.values() if not spec.command.hidden}
    return [
        VocabularyEntry(
            command=spec.name, say=spec.command.say, examples=spec.command.examples,
            parameters={p.name: getattr(p.type, "__name__", "choice") for p in spec.parameters},
        )
        for spec in specs.values()
    ]  # fmt: skip
