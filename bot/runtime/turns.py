"""Station 2: inbox to decision, command, conversation and outbox; architecture.md §4a."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Any, assert_never

import structlog

from bot.dialog.decisions import Done, Next, Pending
from bot.dialog.events import (
    Ask,
    Check,
    Consult,
    Consulted,
    Event,
    Handoff,
    Heard,
    Notify,
    Override,
    Prefer,
    Replay,
    Run,
    Say,
    Schedule,
    Sleep,
    Suggest,
    Wish,
)
from bot.dialog.manager import decide
from bot.dialog.misses import Chose, Keep
from bot.dialog.retiring import Course, retired_by
from bot.errors import StaleTurnError, StoreError
from bot.model.conversation import Prompt, State
from bot.model.ids import ConversationId
from bot.model.messages import InboundMessage, OutboundMessage
from bot.ports.clock import Clock
from bot.ports.records import Retired, Signal, Snapshot, TimerSet, TurnResult, Waiting
from bot.ports.stores import Store
from bot.runtime import mending
from bot.runtime.attention import Attention
from bot.runtime.consulting import Consulting
from bot.runtime.drafting import draft_id
from bot.runtime.filing import filed_of
from bot.runtime.hub import Hub
from bot.runtime.locales import LOCALE
from bot.runtime.metrics import Metrics
from bot.runtime.notices import Notices
from bot.runtime.reports import Reports, outgoing
from bot.runtime.runs import Runs, Turn
from bot.runtime.scene import Scene, address_of
from bot.runtime.showing import asking, saying
from bot.runtime.trails import consulted_trail, marks, reading_trail

log = structlog.get_logger()
MOST_ROUNDS = 50
MOST_ATTEMPTS = 5
SLOW = timedelta(seconds=2.5)
"""After so long the customer is told that it takes a moment: half a second before Slack's limit."""
LEASE = timedelta(seconds=30)
HEARTBEAT = timedelta(seconds=10)


class Outcome(Enum):
    """What became of an attempt at a turn."""

    DONE = "done"  # there may be more to do
    NOTHING = "nothing"  # no message is open
    LATER = "later"  # somebody else is at it, or it failed: the sweep tries again


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRunner:
    """Runs the turns of conversations, one message a turn."""

    store: Store
    clock: Clock
    hub: Hub
    metrics: Metrics
    scene: Scene
    runs: Runs
    attention: Attention = field(default_factory=lambda: Attention(connectors={}))
    slow: timedelta = SLOW
    consulting: Consulting = field(default_factory=Consulting)

    async def run(self, conversation: ConversationId) -> Outcome:
        """Answer the oldest open message of a conversation."""
        snapshot = await self.store.turns.open(conversation)
        if snapshot is None:
            return Outcome.NOTHING
        trace = snapshot.entry.trace
        with structlog.contextvars.bound_contextvars(conversation=conversation, trace=trace):
            try:
                with self.attention.to(snapshot):
                    await self._take(snapshot)
            except StaleTurnError:
                log.info("turn.stale")
                return Outcome.LATER
            except Exception as error:
                log.exception("turn.failed", error=type(error).__name__)
                self.metrics.failed_turns.inc()
                return await self._fail(snapshot, type(error).__name__)
        return Outcome.DONE

    async def _take(self, snapshot: Snapshot) -> None:
        turn = self._turn(snapshot)
        try:
            await self.runs.keep_all(turn)
            await self.runs.look(turn)
            await self._rounds(turn, await self._first(turn))
            await self._commit(turn)
        except BaseException:
            if turn.snapshot.leased:
                await self.store.turns.release(turn.snapshot)
            raise

    async def looked_at(self, snapshot: Snapshot) -> Turn:
        """Make a turn that only looks: it knows what is open, and nothing of it is committed."""
        turn = self._turn(snapshot)
        try:
            async with asyncio.timeout(self.runs.patience.total_seconds()):
                await self.runs.look(turn)
        except TimeoutError:
            log.warning("flow.slow")  # an author's: its questions stay unknown
        return turn

    def _turn(self, snapshot: Snapshot) -> Turn:
        known = self.scene.locale_of(snapshot)
        around, state = self.scene.surroundings(snapshot, known), snapshot.state
        if known.changed and state.frames:  # who is amid something is told
            state = state.noted(around.phrases.NOTICED_THIS_LANGUAGE)
        return Turn(
            snapshot=snapshot, state=state, around=around, preferences=dict(known.keeps),
            notices=Notices(snapshot=snapshot, subscribers=self.runs.subscribers),
            reports=Reports(
                turns=self.store.turns, clock=self.clock, hub=self.hub,
                edits=address_of(snapshot).connector in self.scene.editing(snapshot),
                phrases=around.phrases,
            ),
            course=Course(snapshot.state),
        )  # fmt: skip

    async def _first(self, turn: Turn) -> Event | None:
        match turn.snapshot.entry.event:
            case Signal(name=mending.UNDO, payload=payload):
                return await self._leased(turn, partial(self.runs.mend, turn, payload))
            case _:
                return await self.scene.event_of(turn.snapshot, turn.around)

    async def _rounds(self, turn: Turn, event: Event | None) -> None:
        """Decide, grant what was wished for, decide again, until nothing needs an answer."""
        for _ in range(MOST_ROUNDS):
            if event is None:
                return
            turn.trail.append(_trail_of(event, self.scene.reader.engines))
            decision = decide(turn.state, event)
            before = turn.state
            turn.state, wishes = decision
            turn.course.see(turn.state)
            turn.trail.extend(marks(before, turn.state, event))
            event = await self._granted(turn, wishes)
            if event is None:
                turn.trail.append(_trail_of_end(decision.next))
        raise RuntimeError(f"a turn took more than {MOST_ROUNDS} rounds")

    async def _granted(self, turn: Turn, wishes: Sequence[Wish]) -> Event | None:
        """Grant wishes in order; the answer to the one that needs one is the next event."""
        event: Event | None = None
        for wish in wishes:
            turn.trail.append(_trail_of_wish(turn, wish))
            match wish:
                case Say() | Ask() | Schedule() | Handoff() | Sleep() | Prefer():
                    self._note(turn, wish)
                case Keep() | Chose():
                    self._overhear(turn, wish)
                case _:
                    event = await self._answer(turn, wish)
        return event

    async def _answer(self, turn: Turn, wish: Pending) -> Event:
        """Have authors' code called that a decision waits for."""
        match wish:
            case Check():
                return await self.runs.check(turn, wish)
            case Suggest():
                return await self.runs.suggest(turn, wish)
            case Override():
                return await self.runs.override(turn, wish)
            case Replay():
                return await self.runs.replay(turn, wish)
            case Consult() | Run() | Notify():
                return await self._leased(turn, partial(self._work, turn, wish))
            case _:
                assert_never(wish)

    async def _work(self, turn: Turn, wish: Consult | Run | Notify) -> Event:
        """Do what may take long, or has effects."""
        match wish:
            case Consult():
                return await self.consulting.run(self.scene, turn, wish)
            case Run():
                return await self.runs.run(turn, wish)
            case Notify():
                return await self.runs.notify(turn, wish)

    def _note(self, turn: Turn, wish: Say | Ask | Schedule | Handoff | Sleep | Prefer) -> None:
        """Put what needs no answer into the turn's commit."""
        match wish:
            case Say(reply=reply, drafted=drafted):
                self._put(turn, saying(reply), drafted=drafted)
            case Ask():
                self._put(turn, asking(wish))
            case Schedule(frame=frame, due=due):
                turn.timers.append(TimerSet(due=due, name="expired", payload={"frame": frame}))
            case Sleep(frame=frame, step=step, due=due):
                payload = {"frame": frame, "step": step}
                turn.timers.append(TimerSet(due=due, name="woken", payload=payload))
            case Prefer(locale=locale, learnt=learnt):
                turn.preferences[LOCALE] = locale
                turn.around = replace(turn.around.speaking(locale), learnt=learnt)
            case Handoff():
                self.metrics.handoffs.inc()
                data = {"frame": wish.frame, "skill": wish.skill, "note": wish.note}
                turn.notices.emit("human.wanted", data)
            case _:
                assert_never(wish)

    def _overhear(self, turn: Turn, wish: Keep | Chose) -> None:
        if self.scene.keeps_misses:
            channel = address_of(turn.snapshot).connector
            turn.overheard.take(wish, channel=channel, locale=turn.around.locale)

    async def _leased(self, turn: Turn, work: Callable[[], Awaitable[Event]]) -> Event:
        """Have authors' code with effects run under a lease that is kept alive."""
        now = self.clock.now()
        if not turn.snapshot.leased:
            turn.snapshot = await self.store.turns.lease(turn.snapshot, now=now, until=now + LEASE)
        lost: list[StoreError] = []
        event: Event | None = None
        async with asyncio.TaskGroup() as group:
            done = asyncio.Event()
            beat = group.create_task(self._keep(turn.snapshot), name="lease")
            group.create_task(self._reassure(turn, done), name="reassurance")
            try:
                event = await work()
            except StoreError as error:
                lost.append(error)
            finally:
                done.set()
                beat.cancel()
        if event is None:
            raise lost[0]
        return event

    async def _keep(self, snapshot: Snapshot) -> None:
        """Renew the lease while the command works; once it is lost, the commit will say so."""
        while True:
            await asyncio.sleep(HEARTBEAT.total_seconds())
            try:
                await self.store.turns.renew(snapshot, until=self.clock.now() + LEASE)
            except StaleTurnError:
                log.warning("lease.lost")
                return

    async def _reassure(self, turn: Turn, done: asyncio.Event) -> None:
        """Say that it takes a moment where it does; never after the work is done."""
        try:
            async with asyncio.timeout(self.slow.total_seconds()):
                await done.wait()
        except TimeoutError:
            if not isinstance(turn.snapshot.entry.event, InboundMessage):
                return  # nobody waits for what a timer does
            try:
                await turn.reports.reassure(turn.snapshot)
            except StaleTurnError:
                log.warning("lease.lost")  # the commit will say so

    def _put(self, turn: Turn, message: OutboundMessage, *, drafted: bool = False) -> None:
        message = replace(message, locale=turn.around.locale)
        one = outgoing(turn.snapshot, message, ordinal=len(turn.outgoing))
        if drafted:
            over = turn.reports.taken_place_of
            one = replace(one, id=draft_id(turn.snapshot.entry.trace), edits=over)
        turn.outgoing.append(one)

    async def _commit(self, turn: Turn, *, given_up: str = "") -> None:
        now = self.clock.now()
        retired = retired_by(turn.course, turn.state, turn.around)
        state = replace(turn.state, notes=(), recalls=False).retiring(retired)
        result = TurnResult(
            snapshot=turn.snapshot, state=state,
            outgoing=turn.outgoing,
            settled=turn.settled, posted=[*turn.joins.posted, *turn.notices.posted],
            timers=turn.timers, waiting=_waiting(turn.state), emitted=turn.notices.emitted,
            join=turn.joins.join, part=turn.joins.part, trail={"steps": turn.trail},
            preferences=turn.preferences, given_up=given_up, missed=turn.overheard.missed,
            chosen=turn.overheard.chosen,
            kept=filed_of(turn.snapshot, turn.filed),
            retired=[
                Retired(prompt=one, mark=end.mark, on=on)
                for one, end in retired.items()
                if (on := self.scene.editing(turn.snapshot, end.drawn))
            ],
        )  # fmt: skip
        grown = await self.store.turns.commit(result, now=now)
        self.metrics.turn_seconds.observe(
            max(0.0, (now - turn.snapshot.entry.received_at).total_seconds())
        )
        self.hub.grown([turn.snapshot.conversation, *grown])

    async def _fail(self, snapshot: Snapshot, reason: str) -> Outcome:
        """Count a failed attempt; the last makes the message a dead letter, told politely."""
        entry = snapshot.entry
        if entry.attempts + 1 < MOST_ATTEMPTS:
            await self.store.inbox.fail(entry.id, reason=reason, most=MOST_ATTEMPTS)
            return Outcome.LATER
        fresh = await self.store.turns.open(snapshot.conversation)
        if fresh is None or fresh.entry.id != entry.id:
            return Outcome.LATER
        turn = self._turn(fresh)
        self._put(turn, OutboundMessage(text=turn.around.phrases.LEFT_OUT))
        await self._commit(turn, given_up=reason)
        connector = address_of(fresh).connector
        self.metrics.dead_letters.labels(connector, "in").inc()
        log.error("message.given_up", attempts=MOST_ATTEMPTS)
        return Outcome.DONE


def _waiting(state: State) -> list[Waiting]:
    """List what parked dialogs wait for, beside moments."""
    return [
        Waiting(frame=frame.id, event=frame.waiting.event, key=frame.waiting.key)
        for frame in state.frames
        if frame.waiting is not None and frame.waiting.event is not None
    ]


def _trail_of(event: Event, engines: Sequence[str]) -> dict[str, Any]:
    """Tell operators how a message was read, without repeating its words."""
    told: dict[str, Any] = {"event": type(event).__name__}
    if isinstance(event, Heard):
        told |= reading_trail(event, engines)
    if isinstance(event, Consulted):
        told |= consulted_trail(event)
    sent = getattr(event, "form", None)
    if sent is not None:
        told["form"] = sorted(sent.values)
    for name in ("argument", "problem", "why", "crossed", "pattern"):
        value = getattr(event, name, None)
        if value:
            told[name] = value
    return told


def _trail_of_end(leads_to: Next) -> dict[str, Any]:
    """Tell operators how a turn ended: with a question, an offer, or why nothing follows."""
    told: dict[str, Any] = {"next": type(leads_to).__name__}
    return told | {"hint": leads_to.hint} if isinstance(leads_to, Done) else told


def _trail_of_wish(turn: Turn, wish: Wish) -> dict[str, Any]:
    """Tell operators what was decided; ``again`` marks what must not happen: asked twice.

    That is an argument asked for although a valid value was held when the message came, with no
    reason in front of the question (architecture.md §4e).
    """
    told: dict[str, Any] = {"wish": type(wish).__name__}
    if isinstance(wish, Ask) and wish.prompt.argument is not None:
        told |= {"frame": wish.prompt.frame, "argument": wish.prompt.argument}
        if _asks_again(turn, wish.prompt):
            told["again"] = True
    if isinstance(wish, Handoff) and wish.frame is not None:
        told["frame"] = wish.frame
    return told


def _asks_again(turn: Turn, prompt: Prompt) -> bool:
    frame = turn.snapshot.state.frame(prompt.frame)
    held = frame.answers.get(prompt.argument or "") if frame else None
    spec = turn.around.spec_of(frame)
    parameter = spec.parameter(prompt.argument or "") if spec else None
    if held is None or held.others or parameter is None:
        return False
    is_new = turn.snapshot.state.prompt(prompt.id) is None
    return is_new and prompt.text == turn.around.phrases.question(parameter)
