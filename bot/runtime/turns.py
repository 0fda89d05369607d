"""Station 2: inbox to decision, command, conversation and outbox; architecture.md §4a."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Any, assert_never

import structlog

from bot.authoring.replies import Reply
from bot.dialog import phrases
from bot.dialog.events import (
    Ask,
    Check,
    Event,
    Handoff,
    Run,
    Say,
    Schedule,
    Suggest,
    Wish,
)
from bot.dialog.manager import decide
from bot.errors import StaleTurnError
from bot.model.conversation import Prompt
from bot.model.ids import ConversationId, PromptId
from bot.model.messages import InboundMessage, Link, Option, OutboundMessage
from bot.ports.clock import Clock
from bot.ports.records import Outgoing, Snapshot, TimerSet, TurnResult
from bot.ports.stores import Store
from bot.runtime.hub import Hub
from bot.runtime.metrics import Metrics
from bot.runtime.runs import Runs, Turn
from bot.runtime.scene import Scene, address_of

log = structlog.get_logger()
MOST_ROUNDS = 50
MOST_ATTEMPTS = 5
LEASE = timedelta(seconds=30)
HEARTBEAT = timedelta(seconds=10)
LEFT_OUT = (
    "Something went wrong on our side, and I had to leave your last message out. Please go on."
)


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

    async def run(self, conversation: ConversationId) -> Outcome:
        """Answer the oldest open message of a conversation."""
        snapshot = await self.store.turns.open(conversation)
        if snapshot is None:
            return Outcome.NOTHING
        trace = snapshot.entry.trace
        with structlog.contextvars.bound_contextvars(conversation=conversation, trace=trace):
            try:
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
        around = self.scene.surroundings(snapshot)
        turn = Turn(snapshot=snapshot, state=snapshot.state, around=around)
        try:
            await self._rounds(turn, await self.scene.event_of(snapshot))
            await self._commit(turn)
        except BaseException:
            if turn.snapshot.leased:
                await self.store.turns.release(turn.snapshot)
            raise

    async def _rounds(self, turn: Turn, event: Event | None) -> None:
        """Decide, grant what was wished for, decide again, until nothing needs an answer."""
        for _ in range(MOST_ROUNDS):
            if event is None:
                return
            turn.trail.append(_trail_of(event))
            turn.state, wishes = decide(turn.state, event)
            event = await self._granted(turn, wishes)
        raise RuntimeError(f"a turn took more than {MOST_ROUNDS} rounds")

    async def _granted(self, turn: Turn, wishes: Sequence[Wish]) -> Event | None:
        """Grant wishes in order; the answer to the one that needs one is the next event."""
        event: Event | None = None
        for wish in wishes:
            turn.trail.append(_trail_of_wish(turn, wish))
            match wish:
                case Check():
                    event = await self.runs.check(turn, wish)
                case Suggest():
                    event = await self.runs.suggest(turn, wish)
                case Run():
                    event = await self._run(turn, wish)
                case Say() | Ask() | Schedule() | Handoff():
                    self._note(turn, wish)
                case _:
                    assert_never(wish)
        return event

    def _note(self, turn: Turn, wish: Say | Ask | Schedule | Handoff) -> None:
        """Put what needs no answer into the turn's commit."""
        match wish:
            case Say(reply=reply):
                self._put(turn, _message(reply.text, reply))
            case Ask(prompt=prompt, reply=reply):
                self._put(turn, _asking(prompt, reply))
            case Schedule(frame=frame, due=due):
                turn.timers.append(TimerSet(due=due, name="expired", payload={"frame": frame}))
            case Handoff():
                self.metrics.handoffs.inc()
            case _:
                assert_never(wish)

    async def _run(self, turn: Turn, wish: Run) -> Event:
        """Run a command under a lease that is kept alive."""
        now = self.clock.now()
        if not turn.snapshot.leased:
            turn.snapshot = await self.store.turns.lease(turn.snapshot, now=now, until=now + LEASE)
        lost: list[StaleTurnError] = []
        event: Event | None = None
        async with asyncio.TaskGroup() as group:
            beat = group.create_task(self._keep(turn.snapshot), name="lease")
            try:
                event = await self.runs.run(turn, wish)
            except StaleTurnError as error:
                lost.append(error)
            finally:
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

    def _put(self, turn: Turn, message: OutboundMessage) -> None:
        event = turn.snapshot.entry.event
        hints = event.hints if isinstance(event, InboundMessage) else {}
        outgoing = Outgoing(
            address=address_of(turn.snapshot), message=message, hints=hints,
            ordinal=len(turn.outgoing),
        )  # fmt: skip
        turn.outgoing.append(outgoing)

    async def _commit(self, turn: Turn, *, given_up: str = "") -> None:
        now = self.clock.now()
        result = TurnResult(
            snapshot=turn.snapshot, state=replace(turn.state, notes=()), outgoing=turn.outgoing,
            settled=turn.settled, posted=turn.joins.posted, timers=turn.timers,
            join=turn.joins.join, part=turn.joins.part, trail={"steps": turn.trail},
            given_up=given_up,
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
        turn = Turn(snapshot=fresh, state=fresh.state, around=self.scene.surroundings(fresh))
        self._put(turn, OutboundMessage(text=LEFT_OUT))
        await self._commit(turn, given_up=reason)
        connector = address_of(fresh).connector
        self.metrics.dead_letters.labels(connector, "in").inc()
        log.error("message.given_up", attempts=MOST_ATTEMPTS)
        return Outcome.DONE


def _trail_of(event: Event) -> dict[str, Any]:
    """Tell operators how a message was read, without repeating its words."""
    told: dict[str, Any] = {"event": type(event).__name__}
    interpretation = getattr(event, "interpretation", None)
    if interpretation is not None and interpretation.command is not None:
        told |= {
            "command": interpretation.command, "engine": interpretation.engine,
            "confidence": interpretation.confidence,
        }  # fmt: skip
    for name in ("argument", "problem", "why", "crossed"):
        value = getattr(event, name, None)
        if value:
            told[name] = value
    return told


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
    return told


def _asks_again(turn: Turn, prompt: Prompt) -> bool:
    frame = turn.snapshot.state.frame(prompt.frame)
    held = frame.answers.get(prompt.argument or "") if frame else None
    spec = turn.around.commands.get(frame.command) if frame else None
    parameter = spec.parameter(prompt.argument or "") if spec else None
    if held is None or held.others or parameter is None:
        return False
    is_new = turn.snapshot.state.prompt(prompt.id) is None
    return is_new and prompt.text == phrases.question(parameter)


def _asking(prompt: Prompt, reply: Reply | None) -> OutboundMessage:
    options = tuple(
        Option(token=prompt.token(index), label=choice.label)
        for index, choice in enumerate(prompt.choices)
    )
    return replace(_message(prompt.text, reply), options=options, prompt=PromptId(prompt.id))


def _message(text: str, reply: Reply | None) -> OutboundMessage:
    buttons = reply.buttons if reply else ()
    links = tuple(Link(label=b.label, url=b.url) for b in buttons if b.url is not None)
    return OutboundMessage(text=text, links=links, ephemeral=reply is not None and reply.ephemeral)
