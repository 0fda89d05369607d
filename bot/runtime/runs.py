"""Granting wishes that need an answer: checks, suggestions, commands."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.authoring.actions import Action
from bot.authoring.context import Context
from bot.authoring.happenings import Subscription
from bot.authoring.kinds import File, Origin, received
from bot.authoring.replies import Reply, replies_of
from bot.authoring.services import Linking, Manual, Switches
from bot.authoring.signatures import Callback, CommandSpec, Parameter
from bot.dialog.events import (
    Check,
    Checked,
    Event,
    Failed,
    Notify,
    Overridden,
    Override,
    Ran,
    Replay,
    Replayed,
    Run,
    Suggest,
    Suggested,
    Told,
)
from bot.dialog.forms import arguments_of
from bot.dialog.remembering import to_remember
from bot.dialog.retiring import Course
from bot.dialog.surroundings import Surroundings
from bot.dialog.traces import Finished, Trace
from bot.errors import StoreError, UserError
from bot.model.conversation import Answer, Frame, PromptChoice, State
from bot.model.ids import FrameId
from bot.ports.blobs import Blobs
from bot.ports.connectors import Body
from bot.ports.records import Outgoing, Settled, Snapshot, TimerSet
from bot.ports.stores import Store
from bot.runtime import calls, mending
from bot.runtime.attempts import Pace
from bot.runtime.breakers import Breakers
from bot.runtime.calls import Call
from bot.runtime.deeds import Deeds, Depth
from bot.runtime.desk import ManualDesk, TurnDesk
from bot.runtime.effects import Effects, Unconfirmed
from bot.runtime.failures import Reason, logged, reason_of
from bot.runtime.fileanswers import FileAnswer
from bot.runtime.files import Files
from bot.runtime.filing import filing_of, origins_of
from bot.runtime.flows import Known, Replaying
from bot.runtime.keeping import MAX_BYTES, Keeping
from bot.runtime.linking import Joins, LinkingDesk
from bot.runtime.notices import Notices
from bot.runtime.outside import Outside
from bot.runtime.overheard import Overheard
from bot.runtime.patterns import Speaking, open_dialog
from bot.runtime.reports import Reports
from bot.runtime.scene import Scene
from bot.runtime.wordings import error_in, reply_in


@dataclass(slots=True, kw_only=True)
class Turn:
    """A turn in the making: everything that its commit will write."""

    snapshot: Snapshot
    state: State
    around: Surroundings
    notices: Notices
    course: Course
    outgoing: list[Outgoing] = field(default_factory=list)
    timers: list[TimerSet] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    joins: Joins = field(default_factory=Joins)
    reports: Reports
    remarks: list[str] = field(default_factory=list)
    trail: list[dict[str, Any]] = field(default_factory=list)
    read: dict[tuple[str, str], bytes] = field(default_factory=dict)
    filed: dict[Origin, File] = field(default_factory=dict)
    preferences: dict[str, str] = field(default_factory=dict)
    overheard: Overheard = field(default_factory=Overheard)

    def remember(self, parameters: Sequence[Parameter], answers: Mapping[str, Answer]) -> None:
        """Add answers of a finished dialog to the customer's profile."""
        known = self.snapshot.customer.profile
        self.preferences.update(to_remember(parameters, answers, known))

    def remarked(self) -> tuple[str, ...]:
        """Hand over what customers are told beside what a command says; once."""
        told = tuple(self.remarks)
        self.remarks.clear()
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Runs authors' code: outside any transaction, under a time limit, its errors contained."""

    store: Store
    scene: Scene
    services: Mapping[Any, Any]
    blobs: Blobs
    patience: timedelta
    subscribers: Mapping[str, Subscription] = field(default_factory=dict)
    actions: dict[str, Action[..., Any]] = field(default_factory=dict)
    breakers: Breakers = field(default_factory=Breakers)
    pace: Pace = field(default_factory=Pace)
    reach: Callable[..., Outside] = Outside
    keeps_all: bool = False

    def __post_init__(self) -> None:
        commands = (spec.handler.function for spec in self.scene.commands.values())
        subscribers = (one.callback.function for one in self.subscribers.values())
        found = mending.actions_near([*commands, *subscribers])
        for name, action in found.items():
            self.actions.setdefault(name, action)

    @property
    def known(self) -> Known:
        """What the types of a flow's questions may be."""
        recognised = frozenset(recogniser.type for recogniser in self.scene.recognisers)
        return Known(recognised=recognised, provided=self.provided)

    @property
    def provided(self) -> frozenset[Any]:
        """The types that are injected."""
        return frozenset({*self.services, Linking, Manual, Switches})

    async def check(self, turn: Turn, wish: Check) -> Event:
        """Have a value checked; a check that raises refuses with its `UserError`'s text."""
        spec = turn.around.spec_of(turn.state.frame(wish.frame))
        problem: str | None
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                files = self._files(turn)
                answer = FileAnswer.of(turn.state, turn.around, wish)
                problem = None if answer is None else await answer.flaw(files)
                if problem is None and answer is not None:  # whose size is known from then on
                    turn.state, problem = await answer.kept(turn.state, files)
                call, _ = self._call(turn, wish)
                if problem is None and call is not None:
                    problem = await calls.check(call)
        except UserError as error:
            problem = error_in(str(error), spec, turn.around)
        except Exception as error:  # noqa: BLE001 - authors' code; the answers are kept
            return _failed(turn, wish.frame, Reason("error", logged("check.failed", spec, error)))
        return Checked(
            frame=wish.frame, argument=wish.argument, problem=problem, around=turn.around
        )

    async def suggest(self, turn: Turn, wish: Suggest) -> Event:
        """Have choices named; where the author's code raises, there is simply no menu."""
        call, spec = self._call(turn, wish)
        parameter = spec.parameter(wish.argument) if spec else None
        choices: Sequence[PromptChoice] = ()
        try:
            if call is not None and parameter is not None:
                async with asyncio.timeout(self.patience.total_seconds()):
                    choices = await calls.suggest(call, parameter, turn.around)
        except Exception as error:  # noqa: BLE001 - authors' code; the question is asked without it
            logged("suggestion.failed", spec, error)
        return Suggested(
            frame=wish.frame, argument=wish.argument, choices=tuple(choices), around=turn.around
        )

    async def run(self, turn: Turn, wish: Run) -> Event:
        """Run a command under the turn's lease; what it raises becomes an event."""
        frame = turn.state.frame(wish.frame)
        spec = turn.around.spec_of(frame)
        if frame is None or spec is None:
            return Ran(frame=wish.frame, replies=(), around=turn.around)
        if spec.is_flow:
            return await self._replay(turn, frame, spec, Depth.LIVE)
        effects = self._effects(turn, frame)
        desk, context = self._desk(turn, spec, frame, effects)
        call = Call(callback=spec.handler, context=context, known=arguments_of(frame, spec))
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                said = await self._kept(turn, await _spoken(call, desk))
        except (Unconfirmed, Exception) as error:  # noqa: BLE001 - authors' code; see reason_of
            desk.said.clear()
            return _failed(turn, frame.id, reason_of(error, spec))
        finally:
            self._collect(turn, effects)
        remarks = (Reply(text) for text in turn.remarked())
        replies = (*remarks, *said)
        turn.remember(spec.parameters, frame.answers)
        leaving = turn.joins.part is not None
        return Ran(frame=frame.id, replies=replies, leaving=leaving, around=turn.around)

    async def mend(self, turn: Turn, payload: Body) -> Event:
        """Try once more to undo what a failed saga left."""
        frame = _stand_in(turn, "undo", mending.UNDO)
        effects = self._effects(turn, frame)
        _, context = self._desk(turn, None, frame, effects)
        later = mending.later_of(payload)
        told: list[str] = []
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                told = await mending.Mending(effects, context).run(later)
        except TimeoutError as error:
            logged("undo.cut_short", None, error)
            effects.later.append(later)
        finally:
            self._collect(turn, effects)
        return Told(replies=tuple(Reply(text) for text in told), around=turn.around)

    async def look(self, turn: Turn) -> None:
        """Find out which questions the open flows have reached, before anything is decided."""
        for frame in turn.state.frames:
            spec = turn.around.spec_of(frame)
            if spec is None or not spec.is_flow or frame.waiting is not None:
                continue
            try:
                trace = await self._traced(turn, self._replaying(turn, frame, spec, Depth.LOOK))
            except Exception as error:  # noqa: BLE001 - authors' code; asking it to go on will tell
                logged("flow.failed", spec, error)
            else:
                _remember(turn, frame, trace)

    async def replay(self, turn: Turn, wish: Replay) -> Event:
        """Replay a flow up to its next effect."""
        frame = turn.state.frame(wish.frame)
        spec = turn.around.spec_of(frame)
        if frame is None or spec is None:
            return Ran(frame=wish.frame, replies=(), around=turn.around)
        return await self._replay(turn, frame, spec, Depth.PLAIN)

    async def notify(self, turn: Turn, wish: Notify) -> Event:
        """Call a subscriber; one that fails is logged, and nobody here is bothered."""
        subscription = self.subscribers.get(wish.subscriber)
        frame = _stand_in(turn, "on", wish.subscriber)
        replies: tuple[Reply, ...] = ()
        if subscription is not None:
            subscriber = subscription.callback
            effects = self._effects(turn, frame)
            desk, context = self._desk(turn, None, frame, effects)
            known = {subscriber.needs[0]: wish.happening} if subscriber.needs else {}
            try:
                async with asyncio.timeout(self.patience.total_seconds()):
                    call = Call(callback=subscriber, context=context, known=known)
                    replies = await self._kept(turn, await _spoken(call, desk))
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - authors' code
                logged("subscriber.failed", None, error)
            finally:
                self._collect(turn, effects)
        return Told(replies=replies, around=turn.around)

    async def override(self, turn: Turn, wish: Override) -> Event:
        """Have an author's pattern speak; where it fails, that is logged and the core goes on."""
        frame = turn.state.frame(wish.frame)
        spec = turn.around.spec_of(frame)
        desk, context = self._desk(turn, spec, frame or _stand_in(turn, "none", ""), None)
        speaking = Speaking(self.scene.patterns, context, desk.said, self.patience)
        replies: tuple[Reply, ...] | None = None
        try:
            spoken = await speaking.run(wish, open_dialog(wish, frame, spec))
            replies = spoken and await self._kept(turn, spoken)
        except Exception as error:  # noqa: BLE001 - authors' code; the core's own way stands
            logged("pattern.failed", spec, error)
        return Overridden(pattern=wish.pattern, replies=replies, event=wish.event)

    async def _replay(self, turn: Turn, frame: Frame, spec: CommandSpec, depth: Depth) -> Event:
        replaying = self._replaying(turn, frame, spec, depth)
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                trace = await self._traced(turn, replaying)
        except (Unconfirmed, Exception) as error:  # noqa: BLE001 - authors' code; see reason_of
            event = _failed(turn, frame.id, reason_of(error, spec))
            return replace(event, memo=replaying.deeds.kept())
        finally:
            self._collect(turn, replaying.deeds.effects)
        _remember(turn, frame, trace)
        if isinstance(trace.stop, Finished):
            turn.remember(trace.parameters, trace.answers)
        return Replayed(frame=frame.id, trace=trace, around=turn.around)

    def _replaying(self, turn: Turn, frame: Frame, spec: CommandSpec, depth: Depth) -> Replaying:
        effects = self._effects(turn, frame)
        desk, context = self._desk(turn, spec, frame, effects)
        if depth is not Depth.LIVE:
            desk.notices = None  # a replay tells nobody
        deeds = Deeds(
            frame=frame, context=context, effects=effects, depth=depth, memo=dict(frame.memo)
        )
        return Replaying(
            spec=spec, frame=frame, context=context, said=desk.said, known=self.known, deeds=deeds
        )

    async def keep_all(self, turn: Turn) -> None:
        """Keep the files of a message before it is answered, where all of them are to be kept."""
        if self.keeps_all:
            files = (received(one.connector, one.attachment) for one in origins_of(turn.snapshot))
            await self._files(turn).keep_each(files, MAX_BYTES)

    def _outside(self) -> Outside:
        until = self.pace.moment() + self.patience.total_seconds()
        return self.reach(
            provided=self.provided, clock=self.scene.clock, actions=self.actions,
            breakers=self.breakers, pace=replace(self.pace, until=until),
        )  # fmt: skip

    def _effects(self, turn: Turn, frame: Frame) -> Effects:
        return Effects(self.store.ledger, turn.snapshot, frame, self._outside(), notes=turn.remarks)

    def _collect(self, turn: Turn, effects: Effects) -> None:
        """Put what a run did and left into the turn's commit."""
        now = self.scene.clock.now()
        turn.settled.extend(effects.settled)
        turn.timers.extend(mending.timer(later, now) for later in effects.later)

    def _call(self, turn: Turn, wish: Check | Suggest) -> tuple[Call | None, CommandSpec | None]:
        frame = turn.state.frame(wish.frame)
        spec = turn.around.spec_of(frame)
        parameter = spec.parameter(wish.argument) if spec else None
        if frame is None or spec is None or parameter is None:
            return None, None
        callback: Callback | None = (
            parameter.check if isinstance(wish, Check) else parameter.suggest
        )
        if callback is None:
            return None, spec
        _, context = self._desk(turn, spec, frame, None)
        known = arguments_of(frame, spec)
        value = known.get(wish.argument)
        return Call(callback=callback, context=context, known=known, value=value), spec

    def _files(self, turn: Turn) -> Files:
        filing = filing_of(self.store, self.blobs, turn.filed)
        return Files(
            self.scene.connectors, filing, read_so_far=turn.read, phrases=turn.around.phrases
        )

    async def _kept(self, turn: Turn, replies: Iterable[Reply]) -> tuple[Reply, ...]:
        """Keep the files of what is said, before anything tells of them."""
        return await Keeping(self.blobs, self._files(turn)).kept(replies)

    async def _traced(self, turn: Turn, replaying: Replaying) -> Trace:
        trace = await replaying.run()
        return replace(trace, replies=await self._kept(turn, trace.replies))

    def _desk(
        self, turn: Turn, spec: CommandSpec | None, frame: Frame, effects: Effects | None
    ) -> tuple[TurnDesk, Context]:
        labels = turn.around.labels
        local: dict[Any, Callable[[Context], Any]] = {
            Linking: lambda context: LinkingDesk(
                self.store, context, turn.joins, labels, self.scene.connectors
            ),
            Manual: lambda _: ManualDesk(turn.around),
            Switches: lambda _: self.scene.admission.board,
        }
        desk = TurnDesk(
            self.services, local, effects, notices=turn.notices if effects else None,
            outside=self._outside(), files=self._files(turn),
            keeping=Keeping(self.blobs, self._files(turn)),
        )  # fmt: skip
        if effects is not None and turn.snapshot.leased:
            desk.report = partial(turn.reports.show, turn.snapshot)
        context = self.scene.context(turn.snapshot, spec, frame.id, desk)
        desk.context = replace(context, locale=turn.around.locale)
        return desk, desk.context


async def _spoken(call: Call, desk: TurnDesk) -> list[Reply]:
    """Call what may speak: what it said on the way, then what it returned."""
    returned = replies_of(await call.run())
    said = [*(saying.reply for saying in desk.said), *returned]
    return [reply_in(reply, call.context) for reply in said]


def _stand_in(turn: Turn, kind: str, command: str) -> Frame:
    """Make a frame for what is called without a dialog: it has a context as well."""
    return Frame(
        id=FrameId(f"{kind}:{turn.snapshot.entry.event.event_id}"), command=command,
        opened_at=turn.around.now, used_at=turn.around.now, origin=turn.around.conversation,
    )  # fmt: skip


def _remember(turn: Turn, frame: Frame, trace: Trace) -> None:
    """Let the decisions of this turn know what a flow came to."""
    turn.around = replace(turn.around, flows={**turn.around.flows, frame.id: trace})


def _failed(turn: Turn, frame: FrameId, reason: Reason) -> Failed:
    spec = turn.around.spec_of(turn.state.frame(frame))
    return Failed(
        frame=frame, why=reason.why, text=error_in(reason.text, spec, turn.around),
        argument=reason.argument, notes=turn.remarked(), around=turn.around,
    )  # fmt: skip
