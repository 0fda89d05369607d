"""Help made from signatures and docstrings."""

import difflib
from collections.abc import Mapping, Sequence

from bot.authoring.signatures import CommandSpec, Parameter

BUILT_IN: Mapping[str, str] = {
    "cancel": "Drop the open dialog.",
    "back": "Take the last answer back.",
    "repeat": "Show the open question again.",
    "skip": "Leave the open question out, where that is possible.",
    "human": "Ask for a person.",
    "help": "Show what can be typed.",
}
"""What the core decides itself, whichever plugins are enabled."""

_NO_BRACKETS = str.maketrans("", "", "[]{}")
_TYPES = {
    "int": "number", "float": "number", "Decimal": "number", "str": "text", "date": "day",
    "time": "time", "datetime": "day and time", "timedelta": "duration", "bool": "yes/no",
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
    return tuple(
        spec for spec in listed(commands) if (spec.command.group or "").casefold() == group
    )


def overview(commands: Mapping[str, CommandSpec], umbrella: str = "") -> str:
    """List what can be typed."""
    specs = listed(commands)
    lines = [line(spec) for spec in specs]
    named = {spec.name for spec in specs}
    lines += [
        f"{typed(name, umbrella)}: {summary}"
        for name, summary in BUILT_IN.items()
        if name not in named
    ]
    return "\n".join(lines)


def explain(commands: Mapping[str, CommandSpec], name: str) -> str | None:
    """Explain one command: usage, docstring, parameters, sentences."""
    spec = commands.get(name.removeprefix("/").casefold())
    if spec is None:
        return None
    lines = [usage(spec), *filter(None, [spec.summary, spec.details])]
    lines += [_parameter_line(parameter) for parameter in spec.parameters]
    if spec.command.say:
        plain = [
            say.replace("[", "").replace("]", "").replace("{", "").replace("}", "")
            for say in spec.command.say
        ]
        lines.append(f"In words: {'; '.join(plain)}")
    return "\n".join(lines)


def nearest(commands: Mapping[str, CommandSpec], name: str) -> str | None:
    """Find the command that was probably meant by a mistyped name."""
    names = [n for n, spec in commands.items() if not spec.command.hidden] + list(BUILT_IN)
    close = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.6)
    return close[0] if close else None


def typed(name: str, umbrella: str) -> str:
    """Write a built-in as it must be typed where it is shown."""
    return f"/{umbrella} {name}" if umbrella else f"/{name}"


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
