"""How much of each command's dialog was exercised: questions, branches, repairs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.authoring.signatures import CommandSpec, Parameter

REPAIRS = (
    "back", "correct", "cancel", "skip", "why", "repeat", "summary", "restart", "digression",
    "switch", "reopened",
)  # fmt: skip
"""``restart``: the customer starts over. ``reopened``: the bot itself was stopped or killed."""


@dataclass(slots=True)
class Covered:
    """What was seen of one command; names are ``ask day``, ``choice area terrace``, ``yes``."""

    seen: set[str] = field(default_factory=set)

    def missing(self, wanted: Iterable[str]) -> list[str]:
        """List what was not seen, in the order wanted."""
        return [one for one in wanted if one not in self.seen]


@dataclass(slots=True)
class Coverage:
    """What was seen of all commands, over any number of conversations."""

    commands: dict[str, Covered] = field(default_factory=dict)
    specs: dict[str, CommandSpec] = field(default_factory=dict)

    def know(self, specs: Iterable[CommandSpec]) -> None:
        """Take note of the commands that there are."""
        self.specs |= {spec.name: spec for spec in specs}

    def add(self, steps: Iterable[Mapping[str, Any]]) -> None:
        """Count the marks of a trail."""
        for step in steps:
            if "mark" in step:
                self.see(str(step["command"]), _name(step))

    def see(self, command: str, name: str) -> None:
        """Count one thing."""
        self.commands.setdefault(command, Covered()).seen.add(name)

    def report(self) -> dict[str, Any]:
        """Tell as JSON what was seen of each command, in percent, and what is missing."""
        rows = {name: self._row(spec) for name, spec in sorted(self.specs.items())}
        seen = sum(row["seen"] for row in rows.values())
        of = sum(row["of"] for row in rows.values())
        return {"percent": _percent(seen, of), "seen": seen, "of": of, "commands": rows}

    def _row(self, spec: CommandSpec) -> dict[str, Any]:
        covered = self.commands.get(spec.name, Covered())
        asks, branches = wanted_of(spec)
        asks += [one for one in sorted(covered.seen) if one.startswith("ask ") and one not in asks]
        repairs = REPAIRS if asks else ()
        wanted = [*asks, *branches, *repairs]
        missing = covered.missing(wanted)
        return {
            "percent": _percent(len(wanted) - len(missing), len(wanted)),
            "seen": len(wanted) - len(missing), "of": len(wanted),
            "asks": _part(covered, asks), "branches": _part(covered, branches),
            "repairs": _part(covered, repairs),
        }  # fmt: skip


def wanted_of(spec: CommandSpec) -> tuple[list[str], list[str]]:
    """List the questions and branches that a signature has.

    A flow's questions are known only where it was played: those count that were seen.
    """
    asks = [f"ask {one.name}" for one in spec.parameters if one.required]
    branches: list[str] = []
    for parameter in spec.parameters:
        branches += _branches(parameter)
    if spec.command.confirm is not None:
        branches += ["yes", "no"]
    return asks, branches


def lines(report: Mapping[str, Any]) -> list[str]:
    """Write a report as a table, commands without a dialog left out."""
    told = [f"coverage {report['percent']} percent ({report['seen']} of {report['of']})"]
    for name, row in report["commands"].items():
        if not row["of"]:
            continue
        told.append(f"  /{name}: {row['percent']} percent")
        for part in ("asks", "branches", "repairs"):
            missing = row[part]["missing"]
            if missing:
                told.append(f"    {part} not seen: {', '.join(missing)}")
    return told


def _branches(parameter: Parameter) -> list[str]:
    shown = [str(getattr(option, "value", option)) for option in parameter.options]
    choices = [] if parameter.arg.mask else [f"choice {parameter.name} {one}" for one in shown]
    arg = parameter.arg
    limits = (arg.ge, arg.le, arg.pattern, arg.check)
    is_limited = parameter.required and any(one is not None for one in limits)
    return [*choices, *([f"refused {parameter.name}"] if is_limited else [])]


def _part(covered: Covered, wanted: Sequence[str]) -> dict[str, list[str]]:
    missing = covered.missing(wanted)
    return {"seen": [one for one in wanted if one not in missing], "missing": missing}


def _name(step: Mapping[str, Any]) -> str:
    match step["mark"]:
        case "asked":
            return f"ask {step.get('argument')}"
        case "chose":
            return f"choice {step.get('argument')} {step.get('choice')}"
        case "refused":
            return f"refused {step.get('argument')}"
        case mark:
            return str(mark)


def _percent(seen: int, of: int) -> int:
    return 100 if of == 0 else int(100 * seen / of)
