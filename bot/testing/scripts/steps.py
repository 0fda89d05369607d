"""A conversation script: who says what, what the bot must say, what must have happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from typing_extensions import override

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a script, and what to write instead."""

    source: str
    line: int
    text: str

    @override
    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a step means, so that it can be conveyed in other ways than by its words.

    ``command`` begins a dialog; ``arguments`` are answers or corrections, as written; ``yes`` is an
    answer to a confirm.
    """

    command: str | None = None
    arguments: Texts = field(default_factory=dict)
    yes: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A person and a channel; None is whoever, or wherever, was spoken last."""

    person: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """A person types."""

    line: int
    where: Where
    text: str
    means: Meaning | None = None
    twice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taps:
    """A person presses the newest button with a label."""

    line: int
    where: Where
    label: str
    means: Meaning | None = None
    twice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sees:
    """The bot says something; an … in the text stands for anything. ``whole``: nothing else.

    ``others`` are texts that are as right.
    """

    line: int
    where: Where
    text: str
    buttons: tuple[str, ...] = ()
    whole: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeesNothing:
    """The bot says nothing more."""

    line: int
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """The bot stops in order and starts again; ``crash``: it is killed."""

    line: int
    crash: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Time passes."""

    line: int
    by: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """An effect happened, the next of its action: ``state`` done or undone."""

    line: int
    action: str
    arguments: Texts = field(default_factory=dict)
    state: str = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectNone:
    """No effect of an action happened that was not expected; None: of no action at all."""

    line: int
    action: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectOpen:
    """A dialog of the last speaker is open and holds answers; command None: no dialog is open.

    ``others`` are commands that are as right: a form of Rasa's may be called in several ways.
    """

    line: int
    command: str | None = None
    arguments: Texts = field(default_factory=dict)
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectAnswer:
    """An answer was given, in whatever dialog; value None: it was given at all."""

    line: int
    name: str
    value: str | None = None
    given: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectRead:
    """The last words were read as a command; where it is none of the bot's, as no command."""

    line: int
    meaning: str


Step: TypeAlias = (
    Says | Taps | Sees | SeesNothing | Restart | Forward
    | Expect | ExpectNone | ExpectOpen | ExpectAnswer | ExpectRead
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One conversation.

    Attributes:
        source: the file, as it was given.
        title: what it is about; the file's name where none is written.
        plugins: modules beside the bot's own.
        now: the clock's first moment; None: the runner's.
        time_zone: the place's; None: the runner's.
        linked: whether a person's channels are linked at the beginning.
        steps: what happens, in order.
        unchecked: what another tool's format says and nothing here checks.
    """

    source: str
    title: str
    plugins: tuple[str, ...] = ()
    now: str | None = None
    time_zone: str | None = None
    linked: bool = True
    steps: tuple[Step, ...] = ()
    unchecked: tuple[Problem, ...] = ()
