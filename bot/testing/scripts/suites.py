"""Many scripts, one report."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import ConfigError
from bot.plugins import Extensions
from bot.settings import Settings
from bot.testing.coverage import Coverage, lines
from bot.testing.scripts.lines import nearest
from bot.testing.scripts.playing import MismatchError
from bot.testing.scripts.reading import load_scripts
from bot.testing.scripts.runs import Project, run_script
from bot.testing.scripts.steps import Script
from bot.testing.scripts.ways import Way

ALL = "all"


async def play_all(
    settings: Settings, extensions: Extensions, paths: Sequence[Path], way: str
) -> Mapping[str, Any]:
    """Play the scripts of some paths; returns lines to print, the coverage, how many failed.

    Raises:
        ConfigError: a path holds no script, or one cannot be read; with every problem.
    """
    ways = _ways(way)
    scripts = load_scripts(paths)
    if not scripts:
        raise ConfigError(
            f"{', '.join(map(str, paths))}: no script there; write one in a .txt file"
        )
    coverage = Coverage()
    told: list[str] = []
    failed = 0
    for script in scripts:
        for one in ways:
            error = await _played(script, Project(settings, extensions), one, coverage)
            told += _told(script, one if len(ways) > 1 else None, error)
            failed += error is not None
    count = len(scripts) * len(ways)
    told.append(f"{count} conversations: {count - failed} passed, {failed} failed")
    report = coverage.report()
    return {"lines": told, "failed": failed, "coverage": report, "table": lines(report)}


async def _played(
    script: Script, project: Project, way: Way, coverage: Coverage
) -> MismatchError | None:
    try:
        await run_script(script, project, way=way, coverage=coverage)
    except MismatchError as error:
        return error
    except ImportError as error:
        raise ConfigError(f"{script.source}: plugins: {error}; correct the name") from error
    return None


def _told(script: Script, way: Way | None, error: MismatchError | None) -> Iterator[str]:
    suffix = f" ({way})" if way else ""
    if error is None:
        yield f"ok    {script.source}  {script.title}{suffix}"
    else:
        yield f"FAIL  {error.source}:{error.line}  {script.title}{suffix}"
        yield f"      - {error.wanted}"
        yield from (f"      + {found}" for found in error.found or ("nothing",))
    if way in {None, Way.WORDS}:
        yield from (f"note  {one}" for one in script.unchecked)


def _ways(name: str) -> Sequence[Way]:
    if name == ALL:
        return tuple(Way)
    try:
        return (Way(name),)
    except ValueError:
        known = (*Way, ALL)
        hint = nearest(name, known)
        raise ConfigError(f"--way: {name!r} is none of {', '.join(known)}{hint}") from None
