"""What extensions opened, by name: what has not changed stays open while the rest is exchanged."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.plugins.signatures import location


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Something to be open; another ``mark`` than before opens it anew."""

    mark: object
    opening: Callable[[], AbstractAsyncContextManager[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    mark: object
    value: Any
    stack: AsyncExitStack


class Openings:
    """Opens, keeps and closes."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._outdated: list[_Held] = []

    @asynccontextmanager
    async def renewed(self, wanted: Mapping[str, Wanted]) -> AsyncIterator[Mapping[str, Any]]:
        """Open what is new or has changed; what is no longer wanted waits for `tidy`.

        Where one cannot be opened or the block fails, everything stays as it was.
        """
        fresh: dict[str, _Held] = {}
        try:
            for name, one in wanted.items():
                held = self._held.get(name)
                if held is None or held.mark != one.mark:
                    fresh[name] = await _opened(one)
            kept = {name: fresh[name] if name in fresh else self._held[name] for name in wanted}
            yield {name: one.value for name, one in kept.items()}
        except BaseException:
            await _close(fresh.values())
            raise
        self._outdated += [one for name, one in self._held.items() if kept.get(name) is not one]
        self._held = kept

    async def tidy(self) -> None:
        """Close what is no longer used; only when no turn can be at it any more."""
        outdated, self._outdated = self._outdated, []
        await _close(outdated)

    async def close(self) -> None:
        """Close everything, the last opened first."""
        held, self._held = self._held, {}
        await _close([*self._outdated, *held.values()])
        self._outdated = []


async def _opened(wanted: Wanted) -> _Held:
    stack = AsyncExitStack()
    value = await stack.enter_async_context(wanted.opening())
    return _Held(mark=wanted.mark, value=value, stack=stack)


async def _close(held: Iterable[_Held]) -> None:
    async with AsyncExitStack() as stack:  # all are closed, also where one raises
        for one in held:
            stack.push_async_callback(one.stack.aclose)


def mark_of(function: Callable[..., Any]) -> object:
    """Tell two versions of a function apart by the file that it is written in."""
    path = Path(location(function).rpartition(":")[0])
    return sha256(path.read_bytes()).digest() if path.is_file() else function
