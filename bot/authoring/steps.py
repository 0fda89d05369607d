"""The steps of a flow, as it hands them to whoever drives it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeAlias

from bot.authoring.actions import Action
from bot.authoring.parameters import Arg
from bot.authoring.replies import Reply


class Suspended(BaseException):
    """Leaves a flow where it waits; never to be caught by authors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question; ``kind`` is the annotation, with ``arg`` what was said of it."""

    id: str
    kind: Any
    arg: Arg


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming:
    """A yes or no."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Something to be said once."""

    id: str
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """An action to be carried out once; ``saga`` is the id of the one that it is a part of."""

    id: str
    action: Action[..., Any]
    arguments: Mapping[str, Any]
    saga: str | None = None


class Phase(Enum):
    """Where a flow is with a saga."""

    BEGIN = "begin"
    END = "end"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarding:
    """A saga begins, ends, or fails with an ``error``."""

    id: str
    phase: Phase
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An event or a moment to be waited for."""

    id: str
    event: str | None = None
    key: str | None = None
    until: datetime | timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """A person is wanted; the flow goes on when one has handed the customer back."""

    id: str
    skill: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalling:
    """A value that is found once and recorded."""

    id: str
    function: Callable[[], Any]
    kind: Any = Any


Step: TypeAlias = (
    Asking | Confirming | Saying | Doing | Guarding | Waiting | Handing | Recalling
)  # fmt: skip
STEPS = (Asking, Confirming, Saying, Doing, Guarding, Waiting, Handing, Recalling)
