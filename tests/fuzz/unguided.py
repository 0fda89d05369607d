"""One target without atheris, where there is no wheel of it: the same mutations, by lot."""

from collections.abc import Iterator
from random import Random
from time import monotonic

from tests.fuzz.mutations import mutated
from tests.fuzz.targets import MAX_SECONDS, Target, seconds_of

MOST_FOUND = 5


def findings(target: Target, seconds: float, random: Random) -> Iterator[tuple[bytes, str]]:
    """Yield bodies that are read badly, each with what is bad, until the time is over."""
    seeds, end, found = target.seeds(), monotonic() + seconds, 0
    while monotonic() < end and found < MOST_FOUND:
        body = mutated(random.choice(seeds), random)
        if wrong := find_fault(target, body):
            found += 1
            yield body, wrong


def find_fault(target: Target, body: bytes) -> str:
    """Tell what is wrong with how a body is read; empty where nothing is."""
    try:
        if seconds_of(target, body, tries=1) <= MAX_SECONDS:
            return ""
        taken = seconds_of(target, body)
    except Exception as error:  # noqa: BLE001 - any error is the finding
        return f"{type(error).__name__}: {error}"
    return f"{1000 * taken:.0f} ms of CPU" if taken > MAX_SECONDS else ""
