"""The subcommand evaluate: how well an engine reads labelled sentences (contract.md §8)."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand
from typing_extensions import override

from bot.cli.checking import DataCheck
from bot.cli.opening import CONFIG, Config, GivenSecrets, read, run
from bot.cli.progress import shown_progress
from bot.cli.vocabularies import read_vocabulary
from bot.cli.writing import write_file
from bot.errors import ConfigError
from bot.evaluation.accounts import Account, account
from bot.evaluation.parts import Known, entries_of, folds, known_of, sentences_of, taught
from bot.evaluation.report import render_report
from bot.evaluation.trials import Bench, together
from bot.model.understanding import VocabularyEntry
from bot.plugins import Extensions, check_siblings, load_extensions
from bot.plugins.catalogue import read_commands
from bot.plugins.lessons import read_lessons, read_material
from bot.plugins.tables import Tables
from bot.settings import PluginSettings, Settings
from bot.tables import remedy_for

_OF_FILES = frozenset({"--train", "--test"})
_USAGE = (
    "name labelled sentences: threadline evaluate --train FILE… --test FILE…, or --folds 5 to "
    "judge what there is to learn from"
)
HELD_OUT = 5
"""The part that a learning curve without a test file is judged on is one of so many."""


class ManyFiles(TyperCommand):
    """Lets an option take several files: ``--train a b`` is ``--train a --train b``."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Name the option again before each of its files."""
        told: list[str] = []
        option: str | None = None
        for word in args:
            if word.startswith("-"):
                option = word if word in _OF_FILES else None
                told += [] if option else [word]
            else:
                told += [option, word] if option else [word]
        return super().parse_args(ctx, told)


def evaluating(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("evaluate", cls=ManyFiles)(evaluate)


def evaluate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Labelled sentences to score the bot's own engine on."),
    ] = None,
    config: Config = CONFIG,
    *,
    train: Annotated[
        list[Path] | None,
        typer.Option("--train", help="Learn from these alone, not from the bot's commands."),
    ] = None,
    test: Annotated[list[Path] | None, typer.Option("--test", help="Score it on these.")] = None,
    engine: Annotated[str, typer.Option("--engine", help="Which one.")] = "classifier",
    folds: Annotated[
        int, typer.Option("--folds", help="Cross-validate what is learnt, in so many parts.")
    ] = 0,
    learning_curve: Annotated[
        bool, typer.Option("--learning-curve", help="Learn from shares of it as well.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file, too.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write a page with drawings to this file.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Look for mistakes in what is learnt, score nothing.")
    ] = False,
) -> None:
    """Train a fresh engine and print as JSON how well it reads labelled sentences."""
    asked = [*(files or []), *(test or [])]
    if check:
        _check(config, [*asked, *(train or [])], engine)
    if not asked and not folds and not learning_curve:
        raise ConfigError(f"evaluate: there is nothing to score; {_USAGE}")
    if folds and (asked or not 2 <= folds <= 100):
        raise ConfigError("--folds: judges 2 to 100 parts of what is learnt, and no test files")
    settings, extensions = opened(config, is_needed=not train)
    check_engine(extensions, engine)
    questions = known_of(read_lessons(asked))
    entries = learnt_entries(settings, extensions, train or [])
    if not questions and not sentences_of(entries):
        raise ConfigError(
            "evaluate: there is no labelled sentence; give commands examples, or bot.toml a list "
            "of files, [nlu] data"
        )
    tables = Tables(settings, extensions, GivenSecrets(folder=settings.folder))
    with shown_progress() as tick:
        bench = Bench(tables=tables, engine=engine, tick=tick)
        told = run(_Job(bench, entries, questions, folds, learning_curve).done())
    if json_file is not None:
        write_file(json_file, json.dumps(told.json(), indent=1, ensure_ascii=False) + "\n")
    if report is not None:
        write_file(report, render_report(told))
    sys.stdout.write(f"{json.dumps(told.json())}\n")


def _check(config: Path, files: Sequence[Path], engine: str) -> NoReturn:
    """Print what is not in order; ends with 1 where something is wrong."""
    settings, extensions = opened(config, is_needed=not files)
    check_engine(extensions, engine)
    tables = Tables(settings, extensions, GivenSecrets(folder=settings.folder))
    with shown_progress() as tick:
        bench = Bench(tables=tables, engine=engine, tick=tick, explains=False)
        is_wrong = run(DataCheck(bench, files).told())
    raise typer.Exit(1 if is_wrong else 0)


def check_engine(extensions: Extensions, engine: str) -> None:
    """Raise ConfigError where no engine has this name."""
    if engine not in extensions.engines:
        installed = f"installed are: {', '.join(sorted(extensions.engines)) or 'none'}"
        remedy = remedy_for(engine, extensions.engines, otherwise=installed)
        raise ConfigError(f'--engine: there is no engine "{engine}"; {remedy}')


def opened(config: Path, *, is_needed: bool) -> tuple[Settings, Extensions]:
    """Read the project; to learn from files alone, none is needed."""
    if is_needed or config != CONFIG or config.exists():
        return read(config)
    check_siblings()
    path = config.absolute()
    settings = Settings(path=path, plugins=PluginSettings(folder=path.parent / "plugins"))
    return settings, load_extensions(settings)


def learnt_entries(
    settings: Settings, extensions: Extensions, train: Sequence[Path]
) -> list[VocabularyEntry]:
    """Make the vocabulary of files alone, or what the bot's own engines learn."""
    if train:
        files = read_material(train)
        return entries_of(files.lessons, files.tables)
    return run(read_vocabulary(settings, extensions, read_commands(extensions)))


@dataclass(frozen=True, slots=True)
class _Job:
    """What was asked for; without questions, parts of what is learnt are judged."""

    bench: Bench
    entries: Sequence[VocabularyEntry]
    questions: Sequence[Known]
    folds: int
    curve: bool

    async def done(self) -> Account:
        """Do it."""
        engine = self.bench.engine
        if self.folds:
            parts = await self.bench.crossed(self.entries, self.folds)
            curve = await self._curve() if self.curve else ()
            return account(engine, together(parts), parts=parts, curve=curve)
        entries, questions = self._parted()
        trial = await self.bench.tried(entries, questions)
        curve = await self.bench.curve(entries, questions) if self.curve else ()
        return account(engine, trial, curve=curve)

    async def _curve(self) -> Sequence[dict[str, Any]]:
        entries, questions = self._parted()
        return await self.bench.curve(entries, questions)

    def _parted(self) -> tuple[Sequence[VocabularyEntry], Sequence[Known]]:
        """Give what is learnt and what is asked; without a test file, leave a part out."""
        if self.questions:
            return self.entries, self.questions
        learnt, judged = next(folds(sentences_of(self.entries), HELD_OUT), ([], []))
        return taught(self.entries, learnt), judged
