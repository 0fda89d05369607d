"""The plain form of a script: header lines, then a step a line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.testing.scripts.lines import LineError, nearest, read_step
from bot.testing.scripts.steps import Problem, Says, Script, Sees, SeesNothing, Step, Taps

HEADERS = ("title", "plugins", "now", "time zone", "links")
"""What may stand before the first step."""
_HEADER = re.compile(rf"(?P<key>{'|'.join(HEADERS)})\s*:\s*(?P<value>.*)")
_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def parse_script(text: str, source: str) -> Script | list[Problem]:
    """Read a script; any text gives a script or every problem in it, with its line."""
    lines = _joined(text)
    headers: dict[str, tuple[int, str]] = {}
    problems: list[Problem] = []
    while lines and (found := _HEADER.fullmatch(lines[0][1])):
        number, _ = lines.pop(0)
        if found["key"] in headers:
            problems.append(_problem(source, number, f"{found['key']} is given twice"))
        headers[found["key"]] = (number, found["value"].strip())
    script, more = read_head({key: value for key, (_, value) in headers.items()}, source)
    problems += [_problem(source, headers[key][0], text) for key, text in more]
    steps, wrong = read_steps(lines, source)
    problems += wrong
    if not steps and not problems:
        problems.append(_problem(source, 1, "no step in it; begin with `alice on slack: /help`"))
    return problems or replace(script, steps=steps)


def read_steps(lines: list[tuple[int, str]], source: str) -> tuple[tuple[Step, ...], list[Problem]]:
    """Read numbered lines as steps; ``duplicate`` makes the next message arrive twice."""
    steps: list[Step] = []
    problems: list[Problem] = []
    twice: int | None = None
    for number, text in lines:
        if text == "duplicate":
            twice = number
            continue
        try:
            step = read_step(text, number)
        except LineError as error:
            problems.append(_problem(source, number, str(error) + _hint(text)))
            continue
        if twice is not None and isinstance(step, Says | Taps):
            step, twice = replace(step, twice=True), None
        steps.append(step)
    if twice is not None:
        problems.append(_problem(source, twice, "duplicate what? a message must follow"))
    problems += [_problem(source, line, text) for line, text in _strangers(steps)]
    return tuple(steps), sorted(problems, key=lambda one: one.line)


def _strangers(steps: Sequence[Step]) -> Iterator[tuple[int, str]]:
    """Tell who speaks without having a channel, and where nobody has spoken yet."""
    known: set[str] = set()
    for step in steps:
        if not isinstance(step, Says | Taps | Sees | SeesNothing):
            continue
        person, channel = step.where.person, step.where.channel
        if isinstance(step, Sees | SeesNothing) and not known:
            yield step.line, "nobody has spoken yet; begin with `alice on slack: /help`"
        elif person is not None and channel is None and person not in known:
            meant = nearest(person, HEADERS)
            yield step.line, f"{person} on which channel? write `{person} on slack: …`{meant}"
        known |= {person} if person else set()


def _joined(text: str) -> list[tuple[int, str]]:
    """Give the lines that say something; an indented one goes on with the one before."""
    lines: list[tuple[int, str]] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip()
        if not line or line.lstrip().startswith("#"):
            continue
        if line[0].isspace() and lines:
            began, before = lines[-1]
            lines[-1] = (began, f"{before}\n{line.strip()}")
        else:
            lines.append((number, line.strip()))
    return lines


def read_head(values: Mapping[str, str], source: str) -> tuple[Script, list[tuple[str, str]]]:
    """Make a script without steps; returns it and what is wrong, by key."""
    plugins = tuple(one.strip() for one in values.get("plugins", "").split(",") if one.strip())
    script = Script(
        source=source, title=values.get("title") or Path(source).stem, plugins=plugins,
        now=values.get("now"), time_zone=values.get("time zone"),
        linked=values.get("links", "yes") != "no",
    )  # fmt: skip
    problems: list[tuple[str, str]] = [
        ("plugins", f"{one!r} is no module's name; write `plugins: commands.booking`")
        for one in script.plugins
        if not _MODULE.fullmatch(one)
    ]
    if script.now is not None and not _is_moment(script.now):
        problems.append(("now", "write a moment with its offset: 2026-11-18T10:00+01:00"))
    if script.time_zone is not None and not _is_zone(script.time_zone):
        problems.append(("time zone", "write a zone's name: Europe/Rome"))
    if values.get("links", "yes") not in {"yes", "no"}:
        problems.append(("links", "write `links: no` where nothing is linked, or leave it out"))
    return script, problems


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError, ValueError):  # no such file, a folder, no name for one
        return False
    return True


def _hint(text: str) -> str:
    key = text.partition(":")[0]
    return (
        nearest(key, HEADERS) if ":" in text else nearest(text, ("restart", "crash", "duplicate"))
    )


def _problem(source: str, line: int, text: str) -> Problem:
    return Problem(source=source, line=line, text=text)
