"""Named points before and after every commit and outside call, where a test may kill us.

A no-op unless armed. The crash harness arms it in a child process, enumerates the points that a
journey reaches, then kills the child at each of them; a test asserts that every commit and send
site has one.
"""

from collections.abc import Callable

_armed: Callable[[str], None] | None = None


def crashpoint(name: str) -> None:
    """Pass the point ``name``; does nothing unless a test armed it."""
    if _armed is not None:
        _armed(name)


def arm(visit: Callable[[str], None] | None) -> None:
    """Call ``visit`` at every point, or stop doing so with None."""
    global _armed  # noqa: PLW0603 - one switch a process; threading it through every call would cost more
    _armed = visit
