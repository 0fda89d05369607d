"""A stage with flows: replayed as the runtime does, over a ledger that fits on a page.

The driver and what it keeps are the runtime's own; its coroutines wait for nothing here, so they
are driven to their end at once. The service behind the actions can be told to kill the bot right
after an effect: the turn is then played again, as after a crash.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from typing_extensions import override

from bot.authoring.actions import Action, Effect
from bot.authoring.context import Channel, Context
from bot.authoring.happenings import Happening
from bot.authoring.replies import replies_of
from bot.authoring.signatures import CommandSpec
from bot.dialog.events import (
    Check,
    Event,
    Failed,
    Notify,
    Replay,
    Replayed,
    Run,
    Sleep,
    Suggest,
    Told,
    Wish,
    Woken,
)
from bot.dialog.forms import arguments_of
from bot.dialog.surroundings import Surroundings
from bot.dialog.traces import Finished, Trace
from bot.errors import EffectMismatchError, UserError
from bot.model.capabilities import Capabilities
from bot.model.conversation import Frame, State
from bot.model.customers import Customer
from bot.model.ids import AccountId, CustomerId, FrameId
from bot.model.messages import Address
from bot.runtime.deeds import Deeds, Depth
from bot.runtime.desk import TurnDesk
from bot.runtime.effects import Effects, Unconfirmed
from bot.runtime.failures import reason_of
from bot.runtime.fingerprints import request_hash
from bot.runtime.flows import Known, Replaying
from bot.runtime.mending import actions_near
from bot.runtime.outside import Outside
from bot.testing.fakes import FakeClock
from tests.bot.dialog.stage import Shown, Stage

T = TypeVar("T")


class Died(BaseException):
    """The bot died right after an effect: nothing of the turn was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One effect as the service knows it; ``frame`` is the dialog that wanted it."""

    frame: FrameId
    action: str
    title: str
    arguments: Mapping[str, Any]
    digest: str
    result: Any = None
    undone: bool = False


@dataclass(slots=True)
class Service:
    """What all dialogs did: the ledger and the service behind it, by key.

    ``calls`` are what the service itself was asked to do, in order: (verb, key).
    ``mortal`` tells whether the bot dies after the call that was just made.
    """

    deeds: dict[str, Deed] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    mortal: Callable[[], bool] = bool

    def standing(self, frame: FrameId) -> list[Deed]:
        """List what a dialog did and did not undo."""
        return [one for one in self.deeds.values() if one.frame == frame and not one.undone]

    def called(self, verb: str, key: str) -> None:
        self.calls.append((verb, key))
        if self.mortal():
            raise Died


@dataclass(slots=True)
class Doing:
    """Stands for `bot.runtime.effects.Effects` as far as flows without sagas use it."""

    frame: Frame
    service: Service
    outside: Outside

    async def perform(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any],
        *, occurrence: str,
    ) -> Any:  # fmt: skip
        if action.read:
            return await action.function(context, **arguments)
        self.need_yes()
        key = self.key_of(action, arguments, occurrence=occurrence)
        digest = await request_hash(action, key, arguments)
        held = self.service.deeds.get(key)
        if held is not None and not held.undone:
            if held.digest != digest:
                raise EffectMismatchError(key)
            return held.result
        result = await action.function(replace(context, idempotency_key=key), **arguments)
        self.service.deeds[key] = Deed(
            frame=self.frame.id, action=action.name, title=action.title, arguments=dict(arguments),
            digest=digest, result=result,
        )  # fmt: skip
        self.service.called("do", key)
        return result

    async def undo(self, action: Action[..., Any], context: Context, key: str) -> bool:
        self.need_yes()
        held = self.service.deeds.get(key)
        if held is None or held.undone or action.undo_with is None:
            return False
        effect = Effect(key=key, arguments=held.arguments, result=held.result)
        await action.undo_with(context, effect)
        self.service.deeds[key] = replace(held, undone=True)
        self.service.called("undo", key)
        return True

    def need_yes(self) -> None:
        if self.frame.proposed and not self.frame.confirmed:
            raise Unconfirmed

    def key_of(
        self, action: Action[..., Any], arguments: Mapping[str, Any], *, occurrence: str
    ) -> str:
        if action.key is not None:
            return f"{action.name}:{action.key.format(**arguments)}"
        return f"{self.frame.id}:{action.name}:{occurrence}"

    async def flush(self) -> None:
        """Write what has ended: here it always is."""


@dataclass(slots=True, kw_only=True)
class FlowStage(Stage):
    """A stage that plays flows, and what wakes them, as well."""

    service: Service = field(default_factory=Service)
    sleeps: list[Sleep] = field(default_factory=list)
    subscribers: Mapping[str, Callable[[Happening], Any]] = field(default_factory=dict)
    finished: list[tuple[Frame, Trace]] = field(default_factory=list)

    def wakes(self, sleep: Sleep, at: str = "slack") -> list[Shown]:
        """Let the moment come that a flow waits for."""
        return self._turn(
            at, lambda around: Woken(frame=sleep.frame, step=sleep.step, around=around)
        )

    def happens(self, event: str, frame: FrameId, at: str = "slack", **data: Any) -> list[Shown]:
        """Let an event happen that a flow waits for."""
        return self._turn(
            at, lambda around: Woken(frame=frame, event=event, data=data, around=around)
        )

    def spec_of(self, frame: Frame | None) -> CommandSpec | None:
        """Find the command of a frame with the questions that it has reached."""
        return replace(self.surroundings("slack"), flows=dict(self.flows)).spec_of(frame)

    @override
    def _look(self, around: Surroundings) -> None:
        self.flows = {}
        for frame in self.state.frames:
            spec = around.spec_of(frame)
            if spec is not None and spec.is_flow and frame.waiting is None:
                replaying = self._replaying(frame, spec, Depth.LOOK, around)
                self.flows[frame.id] = driven(replaying.run())

    @override
    def _beyond(self, wish: Wish, around: Surroundings) -> Event | None:
        match wish:
            case Replay():
                return self._replay(wish, Depth.PLAIN, around)
            case Sleep():
                self.sleeps.append(wish)
                return None
            case Notify(subscriber=subscriber, happening=happening):
                said = replies_of(self.subscribers[subscriber](happening))
                return Told(replies=said, around=around)
            case _:
                return Stage._beyond(self, wish, around)

    @override
    def _run(self, wish: Run, around: Surroundings) -> Event:
        spec = around.spec_of(self.state.frame(wish.frame))
        if spec is not None and spec.is_flow:
            return self._replay(wish, Depth.LIVE, around)
        return Stage._run(self, wish, around)

    @override
    def _known(self, wish: Check | Suggest | Run) -> tuple[CommandSpec, dict[str, Any]]:
        frame = self.state.frame(wish.frame)
        spec = self.spec_of(frame)
        if frame is None or spec is None:
            raise LookupError(wish.frame)
        return spec, arguments_of(frame, spec)

    def _replay(self, wish: Replay | Run, depth: Depth, around: Surroundings) -> Event:
        frame = self.state.frame(wish.frame)
        spec = around.spec_of(frame)
        if frame is None or spec is None:
            raise LookupError(wish.frame)
        replaying = self._replaying(frame, spec, depth, around)
        try:
            trace = driven(replaying.run())
        except (Unconfirmed, UserError) as error:
            reason = reason_of(error, spec)
            return Failed(
                frame=frame.id, why=reason.why, text=reason.text, argument=reason.argument,
                memo=replaying.deeds.kept(), around=around,
            )  # fmt: skip
        self.flows[frame.id] = trace
        if isinstance(trace.stop, Finished):
            self.finished.append((frame, trace))
        now = replace(around, flows=dict(self.flows))
        return Replayed(frame=frame.id, trace=trace, around=now)

    def _replaying(
        self, frame: Frame, spec: CommandSpec, depth: Depth, around: Surroundings
    ) -> Replaying:
        desk = TurnDesk({}, {})
        context = _context(frame, desk, around)
        outside = Outside(
            provided=frozenset(), clock=FakeClock(self.now),
            actions=actions_near([spec.handler.function]),
        )  # fmt: skip
        deeds = Deeds(
            frame=frame, context=context, depth=depth, memo=dict(frame.memo),
            effects=cast("Effects", Doing(frame, self.service, outside)),
        )  # fmt: skip
        recognised = frozenset(one.type for one in around.recognisers)
        known = Known(recognised=recognised, provided=frozenset())
        return Replaying(
            spec=spec, frame=frame, context=context, said=desk.said, known=known, deeds=deeds
        )


def driven(coroutine: Coroutine[Any, Any, T]) -> T:
    """Drive a coroutine that waits for nothing to its end."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    raise RuntimeError("it waits for something")


def _context(frame: Frame, desk: TurnDesk, around: Surroundings) -> Context:
    zone = around.now.tzinfo
    address = Address(account=AccountId(f"{around.connector}:a"), user="user", place="place")
    return Context(
        customer=Customer(id=CustomerId("u-1"), addresses=(address,)),
        channel=Channel(
            name=around.connector, kind=around.connector, capabilities=Capabilities(max_text=1000)
        ),
        address=address, now=around.now, zone=cast("Any", zone), event_id=around.salt,
        frame=frame.id, desk=desk,
    )  # fmt: skip


def waiting_frames(state: State) -> list[Frame]:
    """List the parked flows."""
    return [frame for frame in state.frames if frame.waiting is not None]
