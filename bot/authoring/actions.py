"""Actions: the only place with effects; each happens at most once for its key."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

from bot.authoring.context import Context

P = ParamSpec("P")
R = TypeVar("R")
Act = Callable[Concatenate[Context, P], Awaitable[R]]


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """A probe's answer: the effect happened, with this result."""

    result: R


@dataclass(frozen=True, slots=True)
class Absent:
    """A probe's answer: the effect did not happen; the action may run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An effect as ``undo`` and ``probe`` see it; ``result`` is None where none is known."""

    key: str
    arguments: Mapping[str, Any]
    result: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Generic[P, R]):
    """A function with an effect on a service; call it like the function, inside a command."""

    name: str
    function: Act[P, R]
    key: str | None = None
    undo_with: Callable[..., Any] | None = None
    probe: Callable[..., Any] | None = None
    idempotent: bool = False
    read: bool = False
    timeout: timedelta | None = None
    mask: Sequence[str] = ()

    async def __call__(self, ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Carry the action out, once for its key; see `bot.authoring.context.Desk.perform`."""
        if args:
            raise TypeError(f"call the action {self.name} with keyword arguments")
        return cast("R", await ctx.desk.perform(self, ctx, kwargs))

    async def undo(self, ctx: Context, *, key: str) -> bool:
        """Undo the effect with this key: once, and its key is free again.

        Returns False where there is nothing to undo. The call is an effect of its own: in a
        dialog that was only proposed it asks first.
        """
        return await ctx.desk.undo(self, ctx, key)


@overload
def action(function: Act[P, R], /) -> Action[P, R]: ...
@overload
def action(
    *,
    key: str | None = None,
    undo: Callable[..., Any] | None = None,
    probe: Callable[..., Any] | None = None,
    idempotent: bool = False,
    read: bool = False,
    timeout: float | timedelta | None = None,
    mask: Sequence[str] = (),
) -> Callable[[Act[P, R]], Action[P, R]]: ...
def action(
    function: Act[P, R] | None = None,
    /,
    *,
    key: str | None = None,
    undo: Callable[..., Any] | None = None,
    probe: Callable[..., Any] | None = None,
    idempotent: bool = False,
    read: bool = False,
    timeout: float | timedelta | None = None,
    mask: Sequence[str] = (),
) -> Action[P, R] | Callable[[Act[P, R]], Action[P, R]]:
    """Make an action of a function.

    Args:
        function: the function itself, where the decorator is used bare.
        key: template over the action's own parameters (``"{order_id}"``) that narrows the default
            key (dialog frame, action, occurrence) to a business fact.
        undo: ``undo(ctx, effect)`` takes the effect back.
        probe: ``probe(ctx, effect)``, asked after a crash or time-out: `Found`, `Absent` or None.
        idempotent: the service honours the key; after a crash the action is called again.
        read: a look-up without effect; it never asks for a yes.
        timeout: seconds.
        mask: names of arguments that are not kept in clear.
    """
    patience = timedelta(seconds=timeout) if isinstance(timeout, int | float) else timeout
    pattern: Action[Any, Any] = Action(
        name="", function=_unset, key=key, undo_with=undo, probe=probe, idempotent=idempotent,
        read=read, timeout=patience, mask=tuple(mask),
    )  # fmt: skip

    def decorate(wrapped: Act[P, R]) -> Action[P, R]:
        return replace(pattern, name=wrapped.__name__, function=wrapped)

    return decorate if function is None else decorate(function)


async def _unset(_context: Context) -> None:
    raise AssertionError("an action without a function")
