"""How an action bears with a service that fails: calls again after a pause, or leaves it alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """Calls that are made again, with exponential back-off and full jitter.

    Full jitter, so that many dialogs that failed together do not come back together (Brooker,
    "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).

    Attributes:
        attempts: calls in all, the first included.
        first: seconds that the pause before the second call lasts at most; doubled from then on.
        most: seconds that no pause exceeds.
    """

    attempts: int = 3
    first: float = 0.2
    most: float = 5.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first < 0 or self.most < 0:
            raise ValueError("a retry has at least one attempt and no negative pause")

    def limits(self) -> list[float]:
        """List the longest allowed pauses, in seconds, one before each call but the first."""
        # 2**63 already lasts longer than any command; larger powers would not fit a float
        return [min(self.most, self.first * 2 ** min(n, 63)) for n in range(self.attempts - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """A circuit breaker: for each action, in each process.

    Attributes:
        failures: so many calls in a row fail, and from then on calls fail at once.
        pause: seconds until one call is let through again; it decides how to go on.
    """

    failures: int = 5
    pause: float = 30.0

    def __post_init__(self) -> None:
        if self.failures < 1 or self.pause < 0:
            raise ValueError("a breaker opens after one failure or more, for no negative time")


def retrying_of(retry: Retrying | int | None) -> Retrying | None:
    """Read what an author gave as ``retry``."""
    return Retrying(attempts=retry) if isinstance(retry, int) else retry


def breaker_of(breaker: Breaker | bool | None) -> Breaker | None:  # noqa: FBT001 - the author's own word, contract.md §6
    """Read what an author gave as ``breaker``."""
    if isinstance(breaker, bool):
        return Breaker() if breaker else None
    return breaker
