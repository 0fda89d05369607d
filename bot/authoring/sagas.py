"""Sagas: several effects that stand together or are undone together."""

from contextlib import AbstractAsyncContextManager
from typing import Any, ParamSpec, Protocol, TypeAlias, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Act(Protocol[P, R_co]):
    """An `Action` as far as a saga's types need it: actions know contexts, contexts know sagas."""

    @property
    def name(self) -> str:
        """The action's name."""
        ...

    async def __call__(self, ctx: Any, /, *args: P.args, **kwargs: P.kwargs) -> R_co:  # noqa: ANN401 - a Context, see above
        """See `bot.Action`."""
        ...


class Saga(Protocol):
    """What ``async with ctx.saga(name) as saga`` gives.

    Where an exception leaves the block, what its actions did is undone, the last first, and the
    exception goes on. Not where a flow only waits for an answer, and not when the bot stops: then
    the block runs again, and finds in the ledger what it had done.
    """

    async def do(self, action: Act[P, R], /, *args: P.args, **arguments: P.kwargs) -> R:
        """Carry an action out as a part of this saga; the arguments are given by name."""
        ...


OpeningSaga: TypeAlias = AbstractAsyncContextManager[Saga]
