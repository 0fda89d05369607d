"""What commands are found by: names, aliases, and groups in front of them."""

from collections.abc import Iterable, Iterator

from bot.authoring.signatures import CommandSpec
from bot.dialog.manual import BUILT_IN


def by_name(specs: Iterable[CommandSpec]) -> dict[str, CommandSpec]:
    """Index commands by everything that means them.

    A command of a group is called ``group name``. Its short name means it, too, where that is not
    a built-in's, no command outside groups has it, and no command of another group; and so does
    ``group_name``, for menus and models that know no names of two words.
    """
    specs = list(specs)
    found = {name: spec for spec in specs for name in names_of(spec)}
    short: dict[str, list[CommandSpec]] = {}
    for spec in specs:
        for name in _short_names(spec):
            short.setdefault(name, []).append(spec)
    for name, meant in short.items():
        if name not in found and name not in BUILT_IN and len(meant) == 1:
            found[name] = meant[0]
    return found


def names_of(spec: CommandSpec) -> Iterator[str]:
    """Give the names under which a command is found whatever else there is."""
    group = f"{spec.command.group} " if spec.command.group else ""
    for name in (spec.command.name, *spec.command.aliases):
        yield f"{group}{name}".casefold()


def _short_names(spec: CommandSpec) -> set[str]:
    if spec.command.group is None:
        return set()
    names = (spec.command.name, *spec.command.aliases)
    return {short.casefold() for name in names for short in (name, f"{spec.command.group}_{name}")}
