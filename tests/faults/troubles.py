"""What goes wrong with single calls and single deliveries, and what became of each."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from time import perf_counter


class Fault(StrEnum):
    """What a platform does with a call of ours."""

    THROTTLE = "throttle"  # "slow down", and how long
    BROKEN = "broken"  # HTTP 500 with a page of HTML
    HANG = "hang"  # no answer ever
    RESET = "reset"  # the connection is cut before it was taken
    DROP = "drop"  # it was taken and shown, and the connection is cut before the answer
    REFUSE = "refuse"  # never


class Mishap(StrEnum):
    """What happens to a delivery of the platform's on its way to us."""

    REFUSED = "refused"  # somebody between answers 503
    CUT = "cut"  # the connection is cut before it reached us
    UNHEARD = "unheard"  # we took it, and our answer is lost
    LATE = "late"  # it is kept back


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A fault; ``seconds`` is what a throttled call is told, ``wide`` for the whole account."""

    fault: Fault
    seconds: int = 0
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A message of ours as it reached the platform."""

    at: datetime
    person: str
    numbers: Sequence[int]
    trouble: Trouble | None = None

    @property
    def is_shown(self) -> bool:
        """Tell whether the customer saw it."""
        return self.trouble is None or self.trouble.fault is Fault.DROP


def never() -> datetime:
    """Tell the time where no clock was given."""
    return datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Front:
    """Decides what befalls our calls, and writes all of them down.

    Attributes:
        now: the bot's clock.
        coming: by person, what befalls the next calls.
        hanging: how many calls hang now.
        told: when a number first reached its customer, by this process's clock.
    """

    now: Callable[[], datetime] = never
    calls: list[Call] = field(default_factory=list)
    coming: dict[str, deque[Trouble]] = field(default_factory=dict)
    hanging: int = 0
    told: dict[int, float] = field(default_factory=dict)

    def plan(self, person: str, *troubles: Trouble) -> None:
        """Let things go wrong with the next calls to somebody, one after the other."""
        self.coming.setdefault(person, deque()).extend(troubles)

    def meet(self, person: str, numbers: Sequence[int]) -> Trouble | None:
        """Write a call down; tells what goes wrong with it."""
        waiting = self.coming.get(person)
        trouble = waiting.popleft() if waiting else None
        call = Call(at=self.now(), person=person, numbers=tuple(numbers), trouble=trouble)
        self.calls.append(call)
        if call.is_shown:
            for number in numbers:
                self.told.setdefault(number, perf_counter())
        return trouble
