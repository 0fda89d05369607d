"""Actions: the only place with effects; each happens at most once for its key."""

import inspect
import string
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

from bot.authoring.context import Context
from bot.authoring.endurance import Breaker, Retrying, breaker_of, retrying_of
from bot.errors import PluginError

P = ParamSpec("P")
R = TypeVar("R")
Act = Callable[Concatenate[Context, P], Awaitable[R]]


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """A probe's answer: the effect happened, with this result."""

    result: R


@dataclass(frozen=True, slots=True)
class Absent:
    """A probe's answer: the effect did not happen, or was undone; the action may run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An effect as ``undo`` and ``probe`` see it; ``result`` is None where none is known.

    To ``undo`` masked arguments come as ``"•••"``: the ledger does not have them.
    """

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
    retry: Retrying | None = None
    breaker: Breaker | None = None
    mask: Sequence[str] = ()

    @property
    def title(self) -> str:
        """What customers are told it does: its docstring's first line, else its name."""
        told = (inspect.getdoc(self.function) or "").partition("\n")[0].rstrip(".")
        return told or self.name.replace("_", " ")

    async def __call__(self, ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Carry the action out, once for its key; see `bot.authoring.context.Desk.perform`."""
        return cast("R", await ctx.desk.perform(self, ctx, self.named(args, kwargs)))

    def named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give arguments by name, as the ledger keeps them: a call is the same however written.

        Raises TypeError for more of them than there are, or for one that is given twice.
        """
        if not args:
            return kwargs
        _context, *names = inspect.signature(self.function).parameters
        twice = [name for name in names[: len(args)] if name in kwargs]
        if twice or len(args) > len(names):
            raise TypeError(
                f"the action {self.name} takes {', '.join(names)}; give each of them once"
            )
        return {**dict(zip(names, args, strict=False)), **kwargs}

    async def undo(self, ctx: Context, *, key: str) -> bool:
        """Undo the effect with this key: once, and its key is free again.

        Returns False where there is nothing to undo. The call is an effect of its own: in a
        dialog that was only proposed it asks first.

        Raises:
            PluginError: the action has no ``undo``.
            EffectUnknownError: an earlier undo was interrupted, and nobody can tell how it ended.
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
    retry: Retrying | int | None = None,
    breaker: Breaker | bool | None = None,
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
    retry: Retrying | int | None = None,
    breaker: Breaker | bool | None = None,
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
        timeout: seconds, for each call; 30 without.
        retry: how often a call that failed is made again, a number of calls or a `Retrying`. Only
            where that is safe: with ``read``, ``idempotent`` or after the probe said `Absent`.
        breaker: stop calling a service that fails time after time; True is a `Breaker` as it is.
        mask: names of arguments that are not kept in clear.

    Raises:
        PluginError: key or mask name what is no parameter, or a retry could never be safe.
    """
    patience = timedelta(seconds=timeout) if isinstance(timeout, int | float) else timeout
    pattern: Action[Any, Any] = Action(
        name="", function=_unset, key=key, undo_with=undo, probe=probe, idempotent=idempotent,
        read=read, timeout=patience, retry=retrying_of(retry), breaker=breaker_of(breaker),
        mask=tuple(mask),
    )  # fmt: skip

    def decorate(wrapped: Act[P, R]) -> Action[P, R]:
        made: Action[P, R] = replace(pattern, name=wrapped.__name__, function=wrapped)
        _check(made)
        return made

    return decorate if function is None else decorate(function)


def _check(made: Action[..., Any]) -> None:
    """Refuse at once what could only go wrong later, in front of a customer."""
    code = made.function.__code__ if inspect.isfunction(made.function) else None
    where = f"{code.co_filename}:{code.co_firstlineno}: " if code else ""
    where += f"the action {made.name}"
    parameters = inspect.signature(made.function).parameters.values()
    names = [one.name for one in parameters if not _is_context(one)]
    for wanted in _fields(made, where):
        if wanted not in names:
            raise PluginError(
                f"{where}: its key names {wanted!r}, which is no parameter of it; "
                f"use {', '.join(names) or 'no field'}"
            )
        if wanted in made.mask:
            raise PluginError(
                f"{where}: its key names {wanted!r}, which is masked, and keys are kept in clear; "
                "take it out of the key"
            )
    for wanted in made.mask:
        if wanted not in names:
            raise PluginError(
                f"{where}: its mask names {wanted!r}, which is no parameter of it; "
                f"use {', '.join(names)}"
            )
    if made.retry and not (made.read or made.idempotent or made.probe):
        raise PluginError(
            f"{where}: it may not be called again on a guess; with retry= write read=True, "
            "idempotent=True or a probe"
        )


def _is_context(parameter: inspect.Parameter) -> bool:
    return parameter.name == "ctx" or parameter.annotation in {Context, "Context"}


def _fields(made: Action[..., Any], where: str) -> list[str]:
    """List the parameters that a key template names."""
    try:
        parts = [field for _, field, _, _ in string.Formatter().parse(made.key or "")]
    except ValueError as error:
        raise PluginError(f"{where}: its key {made.key!r} is no template: {error}") from error
    return [field.partition(".")[0].partition("[")[0] for field in parts if field is not None]


async def _unset(_context: Context) -> None:
    raise AssertionError("an action without a function")
