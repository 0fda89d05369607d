"""What the subcommands share: reading settings and extensions, starting the loop."""

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from typing_extensions import override

from bot.errors import ConfigError
from bot.logs import configure_logs, redact
from bot.plugins import Extensions, check_siblings, load_extensions
from bot.ports.secrets import Secret
from bot.settings import EnvironmentSecrets, Settings, load_settings

T = TypeVar("T")

Config = Annotated[Path, typer.Option("--config", help="The settings file.")]
CONFIG = Path("bot.toml")


def read(config: Path, overlay: Path | None = None) -> tuple[Settings, Extensions]:
    """Read bot.toml and find the extensions; raises ConfigError with every problem."""
    check_siblings()
    laid_over = None
    if overlay is not None:
        try:
            laid_over = json.loads(overlay.read_text())
        except (OSError, ValueError) as error:
            raise ConfigError(f"--overlay: {overlay} cannot be read; give a JSON file") from error
    settings = load_settings(config, overlay=laid_over)
    return settings, load_extensions(settings)


class GivenSecrets(EnvironmentSecrets):
    """Looks up the secrets that are given; one that is not becomes an empty one.

    For subcommands that ask engines: the rules and the classifier need none, servers may.
    """

    @override
    def read(self, reference: str, *, key: str, otherwise: str) -> Secret:
        """See `bot.tables.SecretReader.read`."""
        try:
            secret = super().read(reference, key=key, otherwise=otherwise)
        except ConfigError:
            return Secret("")
        redact(self.given)
        return secret


def run(work: Coroutine[Any, Any, T], *, level: str = "warning") -> T:
    """Run a subcommand's coroutine; one error out of a group is raised as itself."""
    try:
        configure_logs(json=False, level=level)
    except ConfigError:
        work.close()
        raise
    try:
        return asyncio.run(work)
    except BaseExceptionGroup as group:
        raise _first(group) from group


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
