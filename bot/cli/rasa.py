"""The subcommands rasa setup, run, status: a Rasa of our own on this machine."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import CONFIG, Config, GivenSecrets, read, run
from bot.errors import ConfigError
from bot.plugins import Extensions
from bot.plugins.catalogue import read_commands, vocabulary
from bot.plugins.lessons import read_material
from bot.plugins.tables import Tables
from bot.ports.language import Hosting
from bot.settings import Settings

ENGINE = "rasa"
FOLDER = Path(".rasa")
Folder = Annotated[
    Path | None, typer.Option("--folder", help="Where all of it is; .rasa beside bot.toml.")
]


def rasa(app: typer.Typer) -> None:
    """Add the subcommands."""
    own = typer.Typer(no_args_is_help=True, help="A Rasa server on this machine.")
    own.command("setup")(setup)
    own.command("run")(serve)
    own.command("status")(status)
    app.add_typer(own, name=ENGINE)


def setup(
    config: Config = CONFIG,
    folder: Folder = None,
    *,
    python: Annotated[Path | None, typer.Option("--python", help="A Python 3.10.")] = None,
) -> None:
    """Install Rasa into a Python environment of its own; again goes on where it was left."""
    settings, extensions = read(config)
    run(_setup(settings, extensions, folder_of(settings, folder), python and python.absolute()))


def serve(
    config: Config = CONFIG,
    folder: Folder = None,
    port: Annotated[int | None, typer.Option("--port", help="Instead of nlu.rasa.url's.")] = None,
) -> None:
    """Run the server on loopback until Ctrl+C; a model that is trained meanwhile takes over."""
    settings, extensions = read(config)
    run(_serve(settings, extensions, folder_of(settings, folder), port))


def status(config: Config = CONFIG, folder: Folder = None) -> None:
    """Tell what is installed, trained and running."""
    settings, extensions = read(config)
    for line in run(_status(settings, extensions, folder_of(settings, folder))):
        tell(line)


def folder_of(settings: Settings, folder: Path | None) -> Path:
    """Give the folder that was named, else the one beside bot.toml."""
    return settings.folder / FOLDER if folder is None else folder


def tell(line: str) -> None:
    """Write a line for who waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@asynccontextmanager
async def _opened(settings: Settings, extensions: Extensions) -> AsyncIterator[Hosting]:
    """Open the engine; its server is not asked."""
    if ENGINE not in extensions.engines:
        raise ConfigError(f'rasa: there is no engine "{ENGINE}"; install Threadline\'s own')
    opening = extensions.engines[ENGINE].load()
    table = Tables(settings, extensions, GivenSecrets(folder=settings.folder)).engine(ENGINE)
    files = read_material(settings.nlu.data)
    entries = vocabulary(read_commands(extensions), files.lessons, files.tables)
    async with opening(ENGINE, table, entries) as engine:
        if not isinstance(engine, Hosting):
            raise ConfigError(f'rasa: the engine "{ENGINE}" here brings no server')
        yield engine


async def _setup(
    settings: Settings, extensions: Extensions, folder: Path, python: Path | None
) -> None:
    async with _opened(settings, extensions) as engine:
        await engine.install(folder, python, tell)


async def _serve(
    settings: Settings, extensions: Extensions, folder: Path, port: int | None
) -> None:
    async with _opened(settings, extensions) as engine, asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(engine.serve(folder, port, tell))
        with _stopped_by_signals(serving):
            await asyncio.wait([serving])


@contextmanager
def _stopped_by_signals(serving: asyncio.Task[None]) -> Iterator[None]:
    """End in order: what was started for the server would outlive this process."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for one in signals:
        loop.add_signal_handler(one, serving.cancel)
    try:
        yield
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


async def _status(settings: Settings, extensions: Extensions, folder: Path) -> list[str]:
    async with _opened(settings, extensions) as engine:
        return list(await engine.standing(folder))
