"""The subcommand train: let engines learn from the commands' own sentences and ``[nlu] data``."""

import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from bot.cli.opening import CONFIG, Config, GivenSecrets, read, run
from bot.cli.rasa import folder_of, tell
from bot.cli.teaching import Labelling
from bot.cli.vocabularies import read_vocabulary
from bot.errors import BotError, ConfigError
from bot.logs import redact
from bot.model.understanding import VocabularyEntry
from bot.plugins import Extensions
from bot.plugins.catalogue import read_commands
from bot.plugins.lessons import read_documents
from bot.plugins.tables import Tables
from bot.ports.language import Engine, Hosting, Project, Training
from bot.settings import EnvironmentSecrets, Settings
from bot.tables import remedy_for

MARK = "# Written by `threadline train"
"""How a file begins that may be written anew."""


def training(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("train")(train)


def train(
    config: Config = CONFIG,
    *,
    engine: Annotated[str, typer.Option("--engine", help="Which one.")] = "classifier",
    url: Annotated[
        str | None, typer.Option("--url", help="Of its server, in place of bot.toml's.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A folder to write its project to; without --url no more."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Of `threadline rasa setup`: learn there, without a server."),
    ] = None,
    misses: Annotated[
        bool, typer.Option("--misses", help="Label here what was not understood.")
    ] = False,
    page: Annotated[bool, typer.Option("--page", help="Label it on a page instead.")] = False,
    port: Annotated[int, typer.Option("--port", help="Of that page; 0: a free one.")] = 0,
    export: Annotated[
        Path | None,
        typer.Option("--export", help="Write what is labelled to this file, in Rasa's format."),
    ] = None,
) -> None:
    """Let an engine learn from the commands' sentences and those of nlu.data."""
    settings, extensions = read(config)
    if misses or page or export is not None:
        labelling = Labelling(
            settings=settings, extensions=extensions, engine=engine, terminal=misses,
            page=port if page else None, export=export,
        )  # fmt: skip
        run(labelling.done())
        return
    if engine not in extensions.engines:
        installed = f"installed are: {', '.join(sorted(extensions.engines)) or 'none'}"
        remedy = remedy_for(engine, extensions.engines, otherwise=installed)
        raise ConfigError(f'--engine: there is no engine "{engine}"; {remedy}')
    lesson = _Lesson(
        settings=_pointed(settings, engine, url), extensions=extensions, engine=engine, out=out,
        calls=url is not None or out is None,
        named=any(one is not None for one in (url, out, folder)),
        home=None if url is not None else folder_of(settings, folder),
    )  # fmt: skip
    sys.stdout.writelines(f"{engine}: {line}\n" for line in run(lesson.given()))


def _pointed(settings: Settings, engine: str, url: str | None) -> Settings:
    """Put a server's address in the place of bot.toml's."""
    if url is None:
        return settings
    tables = settings.nlu.tables
    named = {**tables, engine: {**tables.get(engine, {}), "url": url}}
    return replace(settings, nlu=replace(settings.nlu, tables=named))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lesson:
    """What was asked for: ``calls`` the server, ``named`` one or a folder.

    Where the server's programs are installed in ``home``, it learns there.
    """

    settings: Settings
    extensions: Extensions
    engine: str
    out: Path | None
    calls: bool
    named: bool
    home: Path | None

    async def given(self) -> Sequence[str]:
        """Let the engine learn; tells what was done, a line each."""
        commands = read_commands(self.extensions)
        entries = await read_vocabulary(self.settings, self.extensions, commands)
        begun = perf_counter()
        async with self._opened(entries) as engine:
            if isinstance(engine, Training):
                return await self._taught(engine)
        if self.named:
            raise ConfigError(
                f"--url, --out, --folder: {self.engine} learns without a server, whenever it is "
                "opened; leave them out"
            )
        total = sum(len((*one.say, *one.examples, *one.sentences)) for one in entries)
        seconds = perf_counter() - begun
        return [f"ready in {seconds:.1f} s with {total} sentences of {len(entries)} meanings"]

    def _opened(self, entries: Sequence[VocabularyEntry]) -> AbstractAsyncContextManager[Engine]:
        """Open the engine; only one that calls its server needs the secrets of bot.toml."""
        secrets = self._secrets()
        opening = self.extensions.engines[self.engine].load()
        table = Tables(self.settings, self.extensions, secrets).engine(self.engine)
        if secrets is not None:
            redact(secrets.given)
        opened: AbstractAsyncContextManager[Engine] = opening(self.engine, table, entries)
        return opened

    def _secrets(self) -> EnvironmentSecrets | None:
        """Give the reader of secrets; where the server's programs may be here, none is needed."""
        if not self.calls:
            return None
        is_here = self.home is not None and self.home.is_dir()
        reader = GivenSecrets if is_here else EnvironmentSecrets
        return reader(folder=self.settings.folder)

    async def _taught(self, engine: Training) -> Sequence[str]:
        project = engine.project(read_documents(self.settings.nlu.data))
        told = list(project.notes)
        if self.out is not None:
            write_project(project, self.out)
            told.append(f"wrote {', '.join(project.files)} to {self.out}")
        if self.calls:
            begun = perf_counter()
            model = await self._learnt(engine, project)
            told.append(f"{model} in {perf_counter() - begun:.0f} s")
        return told

    async def _learnt(self, engine: Training, project: Project) -> str:
        """Train here if the server's programs are, else by the server; tells what was done."""
        if self.home is None or not isinstance(engine, Hosting):
            return f"learnt and loaded {await engine.train(project)}"
        if not engine.is_installed(self.home):
            return f"learnt and loaded {await engine.train(project)}"
        name = await engine.learn(self.home, project, tell)
        return f"learnt {name}, which `threadline rasa run` takes over"


def write_project(project: Project, folder: Path) -> None:
    """Write a project's files; raises ConfigError where they would replace somebody's own."""
    own = [path for path in project.files if _is_own(folder / path)]
    if own:
        raise ConfigError(
            f"--out: {folder / own[0]} is there already and was not written by this command; "
            "name another folder"
        )
    for path, text in project.files.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            told = f"{target} cannot be written ({error.strerror}); try another folder"
            raise BotError(told) from error


def _is_own(target: Path) -> bool:
    """Tell whether a file is there that somebody wrote by hand."""
    try:
        return not target.read_text(encoding="utf-8").startswith(MARK)
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError):
        return True
