"""Flows: dialogs written as one function that is replayed on every turn.

Answers are kept by name, so a flow survives a restart and a changed release: named questions
return what is known, the first one that is not known is asked. Only what `Talk` offers may be
waited for; everything else that waits belongs into an action (architecture.md §4b).
"""

import random
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Generic, Literal, ParamSpec, Self, TypeVar, cast, overload

from typing_extensions import TypeForm

from bot.authoring.actions import Action
from bot.authoring.commands import Command
from bot.authoring.context import Context
from bot.authoring.parameters import Arg, Check, Suggest
from bot.authoring.replies import Invocation, Reply
from bot.authoring.steps import (
    Asking,
    Confirming,
    Doing,
    Guarding,
    Handing,
    Phase,
    Recalling,
    Saying,
    Step,
    Waiting,
)
from bot.errors import FlowError

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


class _Wait(Generic[T]):
    """Hands a step to whoever drives the flow and waits for what it comes to."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def __await__(self) -> Generator[Step, Any, T]:
        return cast("T", (yield self.step))


@dataclass(slots=True)
class _Course:
    """Where a run of a flow is: the names used, the last of them, the unnamed steps since."""

    names: set[str] = field(default_factory=set)
    last: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    def name(self, name: str) -> str:
        if name in self.names:
            raise FlowError(
                f"the step {name!r} is reached twice in one flow; give each its own name, or in a "
                f"loop a key: talk.ask({name!r}, …, key=…)"
            )
        self.names.add(name)
        self.last, self.counts = name, {}
        return name

    def number(self, method: str) -> str:
        count = self.counts.get(method, 0)
        self.counts[method] = count + 1
        return f"{self.last}/{method}:{count}"


class FlowSaga:
    """A saga of a flow; see `Talk.saga` and `Saga`."""

    def __init__(self, name: str, course: _Course) -> None:
        self._name = name
        self._course = course

    async def do(self, action: Action[P, R], *args: P.args, **arguments: P.kwargs) -> R:
        """Carry an action out, once, as a part of this saga."""
        return await _Wait[R](_doing(self._course, action, args, arguments, saga=self._name))

    async def __aenter__(self) -> Self:
        """Begin."""
        await _Wait[None](Guarding(id=self._name, phase=Phase.BEGIN))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, or undo what was done; not where the flow only waits for the customer."""
        if error is None:
            await _Wait[None](Guarding(id=self._name, phase=Phase.END))
        elif isinstance(error, Exception):
            await _Wait[None](Guarding(id=self._name, phase=Phase.FAIL, error=error))


def _doing(
    course: _Course,
    action: Action[..., Any],
    args: tuple[Any, ...],
    arguments: Mapping[str, Any],
    *,
    saga: str | None = None,
) -> Doing:
    named = action.named(args, arguments)
    return Doing(id=course.number("do"), action=action, arguments=named, saga=saga)


class Talk:
    """What a flow may do; every method may be called again on each turn and does its work once.

    Attributes:
        ctx: the surroundings of the turn; what must not change from turn to turn comes from
            `now`, `random` and `once` instead.
    """

    def __init__(self, ctx: Context, *, prefix: str = "", course: Any = None) -> None:  # noqa: ANN401 - private to this module
        self.ctx = ctx
        self._prefix = prefix
        self._course: _Course = course or _Course()

    async def ask(
        self,
        name: str,
        kind: TypeForm[T],
        question: str | None = None,
        *,
        suggest: Suggest | None = None,
        check: Check | None = None,
        was: str | None = None,
        key: object = None,
    ) -> T:
        """Ask for a value, unless it is known.

        Args:
            name: under which the answer is kept, over turns, restarts and releases.
            kind: any type that a command's parameter may have, ``Annotated`` with `Arg` included;
                with ``T | None`` the customer may skip it.
            question: what is asked; made from the name when left out.
            suggest: as in `Arg`; may name earlier questions.
            check: as in `Arg`; may name earlier questions.
            was: the name of an earlier release.
            key: tells the rounds of a loop apart.
        """
        arg = Arg(question, suggest=suggest, check=check, was=self._full(was, key))
        step = Asking(id=self._named(name, key), kind=kind, arg=arg)
        return await _Wait[T](step)

    async def confirm(self, name: str, text: str, *, key: object = None) -> bool:
        """Ask for a yes or no; a yes counts for the answers given so far and no others."""
        return await _Wait[bool](Confirming(id=self._named(name, key), text=text))

    async def say(self, reply: str | Reply) -> None:
        """Say something, once."""
        spoken = Reply(reply) if isinstance(reply, str) else reply
        await _Wait[None](Saying(id=self._course.number("say"), reply=spoken))

    async def do(self, action: Action[P, R], *args: P.args, **arguments: P.kwargs) -> R:
        """Carry an action out, once."""
        return await _Wait[R](_doing(self._course, action, args, arguments))

    def saga(self, name: str) -> FlowSaga:
        """Open a block whose effects stand together: ``async with talk.saga("trip") as saga``.

        Where an exception leaves the block, what `FlowSaga.do` did in it is undone, the last
        first, also what earlier turns did; the exception goes on. See `Saga`.
        """
        return FlowSaga(self._named(name, None), self._course)

    async def wait(
        self,
        name: str,
        *,
        event: str | None = None,
        key: str | None = None,
        until: datetime | timedelta | None = None,
    ) -> Mapping[str, Any] | None:
        """Wait for an event (`Context.emit`), a moment, or whichever comes first.

        Other dialogs go on meanwhile. Returns the event's data, or None when ``until`` passed; a
        datetime without zone is in the flow's zone, a timedelta counts from the first time here.
        """
        if event is None and until is None:
            raise FlowError(f"talk.wait({name!r}) waits for nothing: give it event= or until=")
        return await _Wait[Mapping[str, Any] | None](
            Waiting(id=self._named(name, None), event=event, key=key, until=until)
        )

    async def handoff(self, skill: str | None = None, note: str | None = None) -> None:
        """Ask for a person; goes on when the customer has been handed back, or wants to."""
        step = Handing(id=self._course.number("handoff"), skill=skill, note=note)
        await _Wait[None](step)

    @overload
    async def once(
        self, name: str, function: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T: ...
    @overload
    async def once(
        self, name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T: ...
    async def once(
        self, name: str, function: Callable[P, Any], *args: P.args, **kwargs: P.kwargs
    ) -> Any:
        """Call a function, plain or async, and record what it returns: JSON, or as annotated.

        For what only looks; what changes something is an action and goes through `do`.
        """
        kind = getattr(function, "__annotations__", {}).get("return", Any)
        step = Recalling(
            id=self._named(name, None), function=lambda: function(*args, **kwargs),
            kind=Any if isinstance(kind, str) else kind,
        )  # fmt: skip
        return await _Wait[Any](step)

    async def now(self) -> datetime:
        """Tell the moment at which the flow first came here, aware."""
        moment = self.ctx.now
        step = Recalling(id=self._course.number("now"), function=lambda: moment, kind=datetime)
        return (await _Wait[datetime](step)).astimezone(self.ctx.zone)

    async def random(self) -> float:
        """Draw a number from 0.0 up to 1.0, the same on every replay."""
        step = Recalling(id=self._course.number("random"), function=_drawn, kind=float)
        return await _Wait[float](step)

    def within(self, flow: str, key: object = None) -> "Talk":
        """Make the talk of a flow that this one calls: its names are its own."""
        scope = flow if key is None else f"{flow}[{key}]"
        return Talk(self.ctx, prefix=f"{self._prefix}{scope}.", course=self._course)

    def _named(self, name: str, key: object) -> str:
        if not name or "/" in name:
            raise FlowError(f"{name!r} is no name for a step; use letters, digits and _")
        return self._course.name(self._full(name, key) or "")

    def _full(self, name: str | None, key: object) -> str | None:
        if name is None:
            return None
        return f"{self._prefix}{name}" if key is None else f"{self._prefix}{name}[{key}]"


def _drawn() -> float:
    return random.random()  # noqa: S311 - for the author's games, not for secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Generic[R]):
    """A flow as its author declared it; started like a command, by name, words and buttons.

    Another flow calls it with its own talk: ``street = await address(talk)``.
    """

    name: str
    function: Callable[[Talk], Awaitable[R]]
    say: tuple[str, ...] = ()
    group: str | None = None
    roles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    expires: timedelta | None = None
    zone: Literal["place", "customer"] = "place"

    async def __call__(self, talk: Talk, *, key: object = None) -> R:
        """Run inside another flow; ``key`` tells several calls apart."""
        return await self.function(talk.within(self.name, key))

    def with_(self, **answers: Any) -> Invocation:  # noqa: ANN401 - answers by the flow's own names
        """Give some of the answers: what a `Button` starts."""
        return Invocation(self.command.full_name, answers)

    @property
    def command(self) -> Command[[Talk], Awaitable[R]]:
        """The command that starts it."""
        return Command(
            name=self.name, function=self.function, say=self.say, group=self.group,
            roles=self.roles, needs=self.needs, examples=self.examples, aliases=self.aliases,
            hidden=self.hidden, expires=self.expires, zone=self.zone,
            is_flow=True,
        )  # fmt: skip


@overload
def flow(name: Callable[[Talk], Awaitable[R]], /) -> Flow[R]: ...
@overload
def flow(
    name: str | None = None,
    *,
    say: Sequence[str] = (),
    group: str | None = None,
    roles: Sequence[str] = (),
    needs: Sequence[str] = (),
    examples: Sequence[str] = (),
    aliases: Sequence[str] = (),
    hidden: bool = False,
    expires: timedelta | None = None,
    zone: Literal["place", "customer"] = "place",
) -> Callable[[Callable[[Talk], Awaitable[R]]], Flow[R]]: ...
def flow(
    name: str | Callable[[Talk], Awaitable[R]] | None = None,
    *,
    say: Sequence[str] = (),
    group: str | None = None,
    roles: Sequence[str] = (),
    needs: Sequence[str] = (),
    examples: Sequence[str] = (),
    aliases: Sequence[str] = (),
    hidden: bool = False,
    expires: timedelta | None = None,
    zone: Literal["place", "customer"] = "place",
) -> Flow[R] | Callable[[Callable[[Talk], Awaitable[R]]], Flow[R]]:
    """Make a flow of an async function that takes a `Talk`; arguments as of `command`."""

    def decorate(function: Callable[[Talk], Awaitable[R]]) -> Flow[R]:
        return Flow(
            name=name if isinstance(name, str) else function.__name__, function=function,
            say=tuple(say), group=group, roles=tuple(roles), needs=tuple(needs),
            examples=tuple(examples), aliases=tuple(aliases), hidden=hidden, expires=expires,
            zone=zone,
        )  # fmt: skip

    return decorate if name is None or isinstance(name, str) else decorate(name)
