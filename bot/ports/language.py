"""Engines and recognisers."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

from bot.model.answers import Question, Statement
from bot.model.understanding import (
    Explanation,
    Hints,
    Interpretation,
    Match,
    Utterance,
)

T = TypeVar("T")


@runtime_checkable
class Engine(Protocol):
    """Reads a sentence; it only proposes."""

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """Tell which command was meant perhaps; `Interpretation.command` None if none."""
        ...


@runtime_checkable
class Patient(Protocol):
    """An engine that says how long it is waited for; all others are waited for equally long."""

    @property
    def patience(self) -> timedelta:
        """Tell how long a reading may take, from its settings."""
        ...


@runtime_checkable
class Dividing(Protocol):
    """An engine that tells several requests in one sentence apart, at no cost worth saving.

    It is asked, too, where an earlier engine was sure of a part of the sentence.
    """

    @property
    def divides(self) -> bool:
        """Say so."""
        ...


@runtime_checkable
class Explaining(Protocol):
    """An engine that can say why (`threadline parse --explain`)."""

    async def explain(self, utterance: Utterance) -> Explanation:
        """Tell what a reading of this sentence rests on; nothing of it is kept."""
        ...


@runtime_checkable
class Answering(Protocol):
    """An engine that answers questions itself; nothing is done by what it says."""

    @property
    def answers(self) -> bool:
        """Tell whether its settings let it answer."""
        ...

    @property
    def answer_patience(self) -> timedelta:
        """Tell how long a whole answer may take."""
        ...

    def answer(self, question: Question) -> AsyncGenerator[Statement, None]:
        """Answer, as it is being written: each statement is all of it so far, the last is `final`.

        Without a final one no answer is known, whatever was yielded; where it raises, neither.
        Then the next engine is asked.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What a server is to learn: files by their path; ``notes`` are for the operator, a line each.

    The same sentences give the same files.
    """

    files: Mapping[str, str]
    notes: tuple[str, ...] = ()


@runtime_checkable
class Training(Protocol):
    """An engine that learns when it is told to (`threadline train`), not as it is opened."""

    def project(self, documents: Sequence[str]) -> Project:
        """Write what the server is to learn.

        Args:
            documents: the YAML files of ``[nlu] data``, for what the vocabulary does not hold.

        Raises:
            ConfigError: there is too little to learn from.
        """
        ...

    async def train(self, project: Project) -> str:
        """Let the server learn that and go on with it; tells the model's name there.

        Raises:
            BotError: what the server refused, or that it is not there.
        """
        ...


Tell: TypeAlias = Callable[[str], None]
"""Takes lines of progress for the operator."""


@runtime_checkable
class Hosting(Protocol):
    """An engine that can bring its server to this machine (`threadline rasa`).

    ``folder`` holds all of it, and nothing else does: without the folder, it was never there.
    """

    def is_installed(self, folder: Path) -> bool:
        """Tell whether the server's programs are there whole."""
        ...

    async def install(self, folder: Path, python: Path | None, tell: Tell) -> None:
        """Install the server's programs, or go on where an installation was left.

        Raises:
            ConfigError: what it needs is not on this machine.
            BotError: a step failed.
        """
        ...

    async def learn(self, folder: Path, project: Project, tell: Tell) -> str:
        """Train here, without a server; a server of the folder that runs takes the model over.

        Raises:
            BotError: what the program refused.
        """
        ...

    async def serve(self, folder: Path, port: int | None, tell: Tell) -> None:
        """Run the server until this is cancelled.

        Raises:
            BotError: there is no model, or it does not come up.
        """
        ...

    async def standing(self, folder: Path) -> Sequence[str]:
        """Tell what is installed, trained and running, a line each."""
        ...


class Recogniser(Protocol[T]):
    """Finds and shows values of one type; pure.

    ``find(show(value)) == value`` is its law. ``rank`` orders recognisers for positional
    arguments: the higher, the more specific (a time before a date before a number).
    """

    @property
    def kind(self) -> str:
        """Name the kind of value, for example `date`."""
        ...

    @property
    def type(self) -> object:
        """Tell the Python type whose parameters it serves."""
        ...

    @property
    def rank(self) -> int:
        """Tell how specific it is."""
        ...

    def find(self, text: str, hints: Hints) -> Sequence[Match[T]]:
        """Find values, without overlap, in the order of the text."""
        ...

    def show(self, value: T, hints: Hints) -> str:
        """Write a value as a person would read it, shortest first choice."""
        ...
