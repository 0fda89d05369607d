"""Help made from signatures and docstrings; a group of commands is folded into one line."""

import difflib
from collections.abc import Mapping, Sequence
from itertools import groupby

from bot.authoring.signatures import CommandSpec, Parameter

BUILT_IN: Mapping[str, str] = {
    "cancel": "Drop the open dialog.",
    "restart": "Begin the open dialog anew.",
    "back": "Take the last answer back.",
    "summary": "Show what you have answered so far.",
    "why": "Tell what the open question is for.",
    "repeat": "Show the open question again.",
    "skip": "Leave the open question out, where that is possible.",
    "human": "Ask for a person.",
    "help": "Show what can be typed.",
}
"""What the core decides itself, whichever plugins are enabled."""

HELP = "help"
"""Behind the name of a group: what is in it."""
_TYPES = {
    "int": "number", "float": "number", "Decimal": "number", "str": "text", "date": "day",
    "time": "time", "datetime": "day and time", "timedelta": "duration", "bool": "yes/no",
    "Money": "sum of money", "Phone": "phone number", "Email": "e-mail address", "Url": "link",
    "Place": "place", "Image": "photo", "File": "file", "list": "list",
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


def lines(specs: Sequence[CommandSpec]) -> list[str]:
    """Write each command on a line, and each group on one: ``/uber fare|ride``."""
    written: list[str] = []
    in_order = sorted(specs, key=lambda spec: (spec.command.group or spec.name, spec.name))
    for group, found in groupby(in_order, key=lambda spec: spec.command.group):
        if group is None:
            written += [line(spec) for spec in found]
        else:
            names = "|".join(spec.command.name for spec in found)
            written.append(f"/{group} {names}: see /{group} {HELP}")
    return written


def overview(commands: Mapping[str, CommandSpec], umbrella: str = "") -> str:
    """List what can be typed."""
    specs = listed(commands)
    named = {spec.name for spec in specs}
    built_in = [
        f"{typed(name, umbrella)}: {summary}"
        for name, summary in BUILT_IN.items()
        if name not in named
    ]
    return "\n".join([*lines(specs), *built_in])


def explain(commands: Mapping[str, CommandSpec], name: str) -> str | None:
    """Explain one command (usage, docstring, parameters, sentences) or one group."""
    wanted = " ".join(name.removeprefix("/").casefold().split())
    spec = commands.get(wanted)
    if spec is None:
        return explain_group(commands, wanted)
    told = [usage(spec), *filter(None, [spec.summary, spec.details])]
    told += [_parameter_line(parameter) for parameter in spec.parameters]
    if spec.command.aliases:
        told.append(f"Also: {', '.join(f'/{alias}' for alias in _aliases(spec))}")
    if spec.command.say:
        plain = [
            say.replace("[", "").replace("]", "").replace("{", "").replace("}", "")
            for say in spec.command.say
        ]
        told.append(f"In words: {'; '.join(plain)}")
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
        name = "|".join(str(getattr(option, "value", option)) for option in parameter.options)
    return name if parameter.required else f"[{name}]"


def _parameter_line(parameter: Parameter) -> str:
    of_type = _TYPES.get(getattr(parameter.type, "__name__", ""), "choice")
    question = f", {parameter.arg.ask}" if parameter.arg.ask else ""
    left_out = "" if parameter.required else " (may be left out)"
    return f"  {parameter.name}: {of_type}{question}{left_out}"
