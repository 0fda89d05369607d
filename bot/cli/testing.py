"""The subcommand test: conversation scripts against the project's bot."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.opening import CONFIG, Config, read, run
from bot.errors import ConfigError
from bot.plugins import Extensions
from bot.settings import Settings

FOLDERS = ("tests/journeys", "tests")
"""Where scripts are looked for when none is named, from bot.toml's folder on."""
EXTRA = (
    'threadline test needs an extra that is not installed ({}); pip install "threadline[testing]"'
)


def testing(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("test")(play)


def play(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Scripts, or folders of them; none: tests/.")
    ] = None,
    config: Config = CONFIG,
    *,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Tell which questions, branches, repairs were seen.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the coverage as JSON; - is the output.")
    ] = None,
    way: Annotated[
        str, typer.Option("--way", help="words, slash, buttons, tools or all: how it is conveyed.")
    ] = "words",
) -> None:
    """Play conversation scripts against the bot: temporary store, frozen clock, no platform."""
    settings, extensions = read(config)
    wanted = paths or _found(settings.folder)
    report = run(_played(settings, extensions, wanted, way), level="error")
    for line in report["lines"]:
        sys.stdout.write(f"{line}\n")
    if coverage:
        sys.stdout.write("".join(f"{line}\n" for line in report["table"]))
    if json_file is not None:
        _write(json_file, report["coverage"])
    if report["failed"]:
        raise typer.Exit(1)


def _found(folder: Path) -> list[Path]:
    for name in FOLDERS:
        found = folder / name
        if found.is_dir():
            here = Path.cwd()
            return [found.relative_to(here) if found.is_relative_to(here) else found]
    raise ConfigError(f"PATHS: there is no folder tests in {folder}; name a script")


async def _played(
    settings: Settings, extensions: Extensions, paths: Sequence[Path], way: str
) -> Mapping[str, Any]:
    """Play everything; imports the test kit only here (contract.md §8)."""
    try:
        from bot.testing.scripts.suites import play_all  # noqa: PLC0415 - an extra's
    except ImportError as error:
        raise ConfigError(EXTRA.format(error.name or error)) from error
    return await play_all(settings, extensions, paths, way)


def _write(path: Path, coverage: Mapping[str, Any]) -> None:
    told = json.dumps(coverage, indent=2, ensure_ascii=False) + "\n"
    if str(path) == "-":
        sys.stdout.write(told)
    else:
        path.write_text(told, encoding="utf-8")
