"""Reading language: what goes into an engine or a recogniser and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What helps to read a value: the aware moment to count from, the locale, what was asked.

    ``wanted`` is true where just this kind of value was asked for, so that a bare "7" may be read.
    ``currency`` is the ISO 4217 code of sums that name none; empty: the locale tells.
    """

    now: datetime
    locale: str = "en"
    wanted: bool = False
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Generic[T]):
    """A value read from a text: ``text[start:end]`` are its words.

    ``others`` holds further readings that are as good ("5": 05:00 or 17:00): then the dialog asks.
    """

    kind: str
    value: T
    text: str
    start: int
    end: int
    others: tuple[T, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """A sentence to be understood; ``asked`` are the parameters that were just asked for."""

    text: str
    now: datetime
    locale: str = "en"
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words that belong to a parameter: ``text[start:end]``; ``value`` is what they stand for.

    ``role`` and ``group`` are those of Rasa's entities, for engines that tell them apart.
    """

    parameter: str
    start: int
    end: int
    value: str = ""
    role: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence to learn from; ``asked`` are the parameters that had just been asked for."""

    text: str
    labels: tuple[Label, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another command that was meant perhaps."""

    command: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """What an engine makes of an utterance; it only proposes.

    Attributes:
        command: the command's name, or None where nothing fits.
        slots: raw words by parameter, where the engine can tell; the dialog types them.
        arguments: JSON values by parameter, from engines that call commands as tools; validated by
            the signature like any other input.
        confidence: between 0.0 and 1.0.
        engine: who says so.
        alternatives: best first, without the winner.
        used: spans ``(start, end)`` of the text that chose the command: these words are understood.
        labels: where the slots' words stand, those that a slot holds only one of included.
        guess: the command that it would name if it had to, where it knows; for measuring.
        part: where this stands in the text, ``(start, end)``; None: the whole text was read.
        more: further commands that the same text asks for, in the text's order, each with its
            ``part``; their spans and slots are those of the whole text, and they have no ``more``.
        model: names what was learnt or asked, so that a replay can tell what changed; kept with
            the turn. Short, the same for the same model: a hash, or a server's name for it.
    """

    command: str | None
    slots: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    confidence: float = 0.0
    engine: str = ""
    alternatives: Sequence[Alternative] = ()
    used: Sequence[tuple[int, int]] = ()
    labels: Sequence[Label] = ()
    guess: str | None = None
    part: tuple[int, int] | None = None
    more: Sequence["Interpretation"] = ()
    model: str = ""

    def meant(self, text: str) -> dict[str, str]:
        """Tell what the words of slots stand for, by parameter, where that is something else.

        Args:
            text: the utterance; "NYC" in it may stand for New York.
        """
        found: dict[str, list[Label]] = {}
        for label in self.labels:
            words = self.slots.get(label.parameter, "")
            start = text.find(words)
            if start <= label.start and label.end <= start + len(words):
                found.setdefault(label.parameter, []).append(label)
        return {
            parameter: ", ".join(label.value or text[label.start : label.end] for label in labels)
            for parameter, labels in found.items()
            if any(label.value not in ("", text[label.start : label.end]) for label in labels)
        }


NOTHING = Interpretation(command=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """A sentence that was learnt and is like the one that was asked about.

    ``likeness`` is between 0.0 (nothing in common) and 1.0 (the same).
    """

    text: str
    command: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why an engine reads a sentence as it does, for the operator.

    Attributes:
        features: what spoke for the best command (positive) and against it, strongest first.
        nearest: learnt sentences that are most like it, the most alike first.
        scores: by stage of the engine (for example ``words``, ``table``, ``both``), the
            probability of each command that is worth naming, best first.
        scope: the score of being in scope, and the threshold below which it is not; None where
            the engine knows no scope.
        repaired: the text as it was respelled, where it was.
    """

    features: Sequence[tuple[str, float]] = ()
    nearest: Sequence[Nearest] = ()
    scores: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)
    scope: tuple[float, float] | None = None
    repaired: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTable:
    """Words that files list beside their sentences (Rasa documentation, "NLU Training Data").

    Attributes:
        kind: ``synonym``: the entries stand for the name, whatever their case; ``lookup``: the
            entries are values of what the name names; ``regex``: expressions such values match.
        name: of the table.
        entries: its words, or expressions.
    """

    kind: Literal["synonym", "lookup", "regex"]
    name: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyEntry:
    """What an engine may know of a command: its name, its sentences and its parameters' kinds.

    ``schema`` describes it as a tool (``name``, ``description`` and ``parameters``, a JSON Schema),
    for engines that let a model call it; what it was called with becomes
    `Interpretation.arguments`. ``sentences`` come from the files of ``[nlu] data``. What customers
    say there that no command answers is an entry, too, whose ``answered`` is false: engines learn
    that it is no command, and never propose it. ``tables`` are those of all files, the same for
    each entry.
    """

    command: str
    say: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    schema: Mapping[str, Any] = field(default_factory=dict)
    sentences: tuple[Sentence, ...] = ()
    answered: bool = True
    tables: tuple[WordTable, ...] = ()
