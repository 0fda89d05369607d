"""Help made from signatures and docstrings; a group of commands is folded into one line."""

import difflib
from collections.abc import Mapping, Sequence
from itertools import groupby

from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.naming import marked
from bot.dialog.phrases import ENGLISH, Phrases

BUILT_IN: Mapping[str, str] = {
    "cancel": marked("Drop the open dialog."),
    "restart": marked("Begin the open dialog anew."),
    "back": marked("Take the last answer back."),
    "summary": marked("Show what you have answered so far."),
    "why": marked("Tell what the open question is for."),
    "repeat": marked("Show the open question again."),
    "skip": marked("Leave the open question out, where that is possible."),
    "language": marked("Choose the language of the answers."),
    "human": marked("Ask for a person."),
    "help": marked("Show what can be typed."),
}
"""What the core decides itself, whichever plugins are enabled."""

HELP = "help"
"""Behind the name of a group: what is in it."""
_TYPES: Mapping[str, str] = {
    "int": marked("number"), "float": marked("number"), "Decimal": marked("number"),
    "str": marked("text"), "date": marked("day"), "time": marked("time"),
    "datetime": marked("day and time"), "timedelta": marked("duration"),
    "bool": marked("yes/no"), "Money": marked("sum of money"), "Phone": marked("phone number"),
    "Email": marked("e-mail address"), "Url": marked("link"), "Place": marked("place"),
    "Image": marked("photo"), "File": marked("file"), "list": marked("list"),
    "Quantity": marked("quantity"), "Ordinal": marked("place in a row"),
}  # fmt: skip


def usage(spec: CommandSpec) -> str:
    """Write how a command is typed: ``/book DAY AT GUESTS [AREA]``."""
    return " ".join([f"/{spec.name}", *(_placeholder(p) for p in spec.parameters)])


def line(spec: CommandSpec) -> str:
    """Write a command and what it does on one line."""
    return f"{usage(spec)}: {spec.summary}" if spec.summary else usage(spec)


def listed(commands: Mapping[str, CommandSpec]) -> Sequence[CommandSpec]:
    """List the commands that customers may see, each once, by name."""
    specs = {spec.name: spec for spec in commands.values() if not spec.command.hidden}
    return [specs[name] for name in sorted(specs)]


def members(commands: Mapping[str, CommandSpec], group: str) -> tuple[CommandSpec, ...]:
    """List the commands of a group, by name: what can be typed behind ``/group``."""
    return tuple(spec for spec in listed(commands) if spec.command.group == group)


def lines(specs: Sequence[CommandSpec], phrases: Phrases = ENGLISH) -> list[str]:
    """Write each command on a line, and each group on one: ``/uber fare|ride``."""
    written: list[str] = []
    in_order = sorted(specs, key=lambda spec: (spec.command.group or spec.name, spec.name))
    for group, found in groupby(in_order, key=lambda spec: spec.command.group):
        if group is None:
            written += [line(spec) for spec in found]
        else:
            names = "|".join(spec.command.name for spec in found)
            seen = phrases.tell("see {help}", help=f"/{group} {HELP}")
            written.append(f"/{group} {names}: {seen}")
    return written


def overview(
    commands: Mapping[str, CommandSpec], umbrella: str = "", phrases: Phrases = ENGLISH
) -> str:
    """List what can be typed."""
    specs = listed(commands)
    named = {spec.name for spec in specs}
    built_in = [
        f"{typed(name, umbrella)}: {phrases.of(summary)}"
        for name, summary in BUILT_IN.items()
        if name not in named
    ]
    return "\n".join([*lines(specs, phrases), *built_in])


def explain(
    commands: Mapping[str, CommandSpec], name: str, phrases: Phrases = ENGLISH
) -> str | None:
    """Explain one command (usage, docstring, parameters, sentences) or one group."""
    wanted = " ".join(name.removeprefix("/").casefold().split())
    spec = commands.get(wanted)
    if spec is None:
        return explain_group(commands, wanted)
    told = [usage(spec), *filter(None, [spec.summary, spec.details])]
    told += [_parameter_line(parameter, phrases) for parameter in spec.parameters]
    if spec.command.aliases:
        also = ", ".join(f"/{alias}" for alias in _aliases(spec))
        told.append(phrases.tell("Also: {commands}", commands=also))
    if spec.command.say:
        plain = [
            say.replace("[", "").replace("]", "").replace("{", "").replace("}", "")
            for say in spec.command.say
        ]
        told.append(phrases.tell("In words: {sentences}", sentences="; ".join(plain)))
    return "\n".join(told)


def explain_group(commands: Mapping[str, CommandSpec], group: str) -> str | None:
    """Explain a group: each of its commands on a line; None where there is none."""
    found = members(commands, group)
    if not found:
        return None
    return "\n".join([f"/{group}:", *(line(spec) for spec in found)])


def nearest(commands: Mapping[str, CommandSpec], name: str) -> str | None:
    """Find the command or group that was probably meant by a mistyped name."""
    shown = {name: spec for name, spec in commands.items() if not spec.command.hidden}
    groups = {spec.command.group for spec in shown.values() if spec.command.group}
    return _close(name, [*shown, *groups, *BUILT_IN])


def nearest_member(found: Sequence[CommandSpec], name: str) -> str | None:
    """Find the command of a group that was probably meant; also its help."""
    names = [name for spec in found for name in (spec.command.name, *spec.command.aliases)]
    return _close(name, [*names, HELP])


def typed(name: str, umbrella: str) -> str:
    """Write a built-in as it must be typed where it is shown."""
    return f"/{umbrella} {name}" if umbrella else f"/{name}"


def _close(name: str, names: Sequence[str]) -> str | None:
    close = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.6)
    return close[0] if close else None


def _aliases(spec: CommandSpec) -> list[str]:
    group = f"{spec.command.group} " if spec.command.group else ""
    return [f"{group}{alias}" for alias in spec.command.aliases]


def _placeholder(parameter: Parameter) -> str:
    name = parameter.name.upper()
    if parameter.options:
        name = "|".join(parameter.shape.label(option) for option in parameter.options)
    return name if parameter.required else f"[{name}]"


def _parameter_line(parameter: Parameter, phrases: Phrases) -> str:
    of_type = _TYPES.get(getattr(parameter.type, "__name__", ""), marked("choice"))
    question = f", {parameter.arg.ask}" if parameter.arg.ask else ""
    left_out = "" if parameter.required else f" {phrases.tell('(may be left out)')}"
    return f"  {parameter.name}: {phrases.of(of_type)}{question}{left_out}"
