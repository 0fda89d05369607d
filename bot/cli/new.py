"""The subcommand new: a project that works as it is written."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import stencils
from bot.cli.importing import import_project
from bot.errors import BotError, ConfigError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OURS = frozenset({"bot", "commands", "connectors", "nlu", "state"})


def new(
    name: Annotated[str, typer.Argument(help="The project's name; its folder is made here.")],
    rasa: Annotated[
        Path | None, typer.Option("--from-rasa", help="A Rasa project's folder, to import.")
    ] = None,
) -> None:
    """Write a working project: settings, a command, a flow, tests."""
    if not _NAME.fullmatch(name):
        raise ConfigError(f"NAME: {name!r} names no folder; use letters, digits, - and _")
    if name in _OURS:
        raise ConfigError(
            f"NAME: a folder {name} would hide Threadline's own package; choose another name"
        )
    files = _files(name) if rasa is None else import_project(name, rasa)
    folder = Path(name)
    try:
        folder.mkdir()
    except FileExistsError:
        raise ConfigError(f"NAME: {folder} is there already; choose another name") from None
    except OSError as error:
        raise BotError(f"{folder} cannot be made ({error.strerror}); try another folder") from error
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    if "MIGRATION.md" in files:
        sys.stdout.write(f"{folder}/MIGRATION.md tells what did not carry over\n")
    sys.stdout.write(f"{folder}/ is ready: cd {folder}, then `threadline sandbox`\n")


def _files(name: str) -> Mapping[str, str]:
    return {
        ".gitignore": stencils.IGNORED,
        "README.md": stencils.README.substitute(name=name),
        "bot.toml": stencils.SETTINGS.substitute(name=name) + stencils.ENGINES,
        "plugins/__init__.py": stencils.PLUGINS,
        "plugins/coffee.py": stencils.COFFEE,
        "plugins/hello.py": stencils.HELLO,
        "tests/coffee.txt": stencils.SCRIPT,
        "tests/test_bot.py": stencils.TEST,
    }
