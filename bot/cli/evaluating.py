"""The subcommand evaluate: how well an engine reads labelled sentences (contract.md §8)."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typing_extensions import override

from bot.cli.opening import CONFIG, Config, GivenSecrets, read, run
from bot.cli.scores import OUT_OF_SCOPE, Answer, scores
from bot.clock import SystemClock
from bot.errors import ConfigError
from bot.model.understanding import Sentence, Utterance, VocabularyEntry
from bot.plugins import Extensions, check_siblings, load_extensions
from bot.plugins.catalogue import read_commands, vocabulary
from bot.plugins.lessons import Lessons, read_lessons
from bot.plugins.tables import Tables
from bot.ports.language import Engine
from bot.settings import PluginSettings, Settings
from bot.tables import remedy_for

_OF_FILES = frozenset({"--train", "--test"})
_USAGE = "name labelled sentences: threadline evaluate --train FILE… --test FILE…"


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
) -> None:
    """Train a fresh engine and print as JSON how well it reads labelled sentences."""
    asked = [*(files or []), *(test or [])]
    if not asked:
        raise ConfigError(f"evaluate: there is nothing to score; {_USAGE}")
    settings, extensions = _opened(config, is_needed=not train)
    if engine not in extensions.engines:
        installed = f"installed are: {', '.join(sorted(extensions.engines)) or 'none'}"
        remedy = remedy_for(engine, extensions.engines, otherwise=installed)
        raise ConfigError(f'--engine: there is no engine "{engine}"; {remedy}')
    questions = read_lessons(asked)
    if train:
        entries = entries_of(read_lessons(train))
    else:
        entries = vocabulary(read_commands(extensions), read_lessons(settings.nlu.data))
    tables = Tables(settings, extensions, GivenSecrets(folder=settings.folder))
    told = run(_scored(tables, engine, entries, questions))
    sys.stdout.write(f"{json.dumps(told)}\n")


def _opened(config: Path, *, is_needed: bool) -> tuple[Settings, Extensions]:
    """Read the project; to learn from files alone, none is needed."""
    if is_needed or config != CONFIG or config.exists():
        return read(config)
    check_siblings()
    path = config.absolute()
    settings = Settings(path=path, plugins=PluginSettings(folder=path.parent / "plugins"))
    return settings, load_extensions(settings)


def entries_of(lessons: Lessons) -> list[VocabularyEntry]:
    """Make a vocabulary of labelled sentences: each meaning a command with its parameters."""
    return [
        VocabularyEntry(
            command=meaning,
            parameters={
                label.parameter: "text" for sentence in sentences for label in sentence.labels
            },
            sentences=tuple(sentences),
            answered=meaning != OUT_OF_SCOPE,
        )
        for meaning, sentences in lessons.items()
    ]


async def _scored(
    tables: Tables, name: str, entries: Sequence[VocabularyEntry], questions: Lessons
) -> dict[str, Any]:
    """Open the engine in an empty folder, so that nothing learnt before is found there."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / tables.settings.path.name
        fresh = replace(tables, settings=replace(tables.settings, path=path))
        opening = fresh.extensions.engines[name].load()
        begun = perf_counter()
        async with opening(name, fresh.engine(name), entries) as engine:
            train_seconds = perf_counter() - begun
            answers = [
                await _asked(engine, meaning, sentence)
                for meaning, sentences in questions.items()
                for sentence in sentences
            ]
    return scores(answers, train_seconds)


async def _asked(engine: Engine, meaning: str, sentence: Sentence) -> Answer:
    utterance = Utterance(text=sentence.text, now=SystemClock().now(), asked=sentence.asked)
    begun = perf_counter()
    told = await engine.interpret(utterance)
    seconds = perf_counter() - begun
    return Answer(meaning=meaning, sentence=sentence, told=told, seconds=seconds)
