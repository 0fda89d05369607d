"""Engines and recognisers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar, runtime_checkable

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

    def answer(self, question: Question) -> AsyncIterator[Statement]:
        """Answer, as it is being written: each statement is all of it so far, the last is final.

        Yields nothing where it knows no answer. Where it raises, what it yielded does not count,
        and the next engine is asked.
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
