"""What the tests of a store say again and again: a customer writes, a worker answers."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.errors import StaleTurnError
from bot.model.conversation import Frame, Prompt, PromptKind, State, Wait
from bot.model.ids import (
    ConversationId,
    EventId,
    FrameId,
    InboxId,
    OutboxId,
    PromptId,
    account_of,
)
from bot.model.messages import Address, InboundMessage, OutboundMessage
from bot.ports.lines import Recorded
from bot.ports.records import EffectRecord, Emitted, Outgoing, Signal, Snapshot, TurnResult, Waiting
from bot.ports.stores import Store

OpenStore = Callable[[], AbstractAsyncContextManager[Store]]
"""Opens the test's own database: again and again the same one, empty at first."""

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


def address(channel: str = "slack", user: str = "alice", place: str = "dm") -> Address:
    """Name an address; each channel's users are other people until they are linked."""
    return Address(account=account_of(channel), user=user, place=place)


def message(event: str, sender: Address | None = None, text: str = "hello") -> InboundMessage:
    """Write a message."""
    return InboundMessage(event_id=EventId(event), sender=sender or address(), text=text)


def frame(name: str, origin: ConversationId, minutes: int = 0) -> Frame:
    """Open a dialog, last used so many minutes after nine."""
    used = NOW + timedelta(minutes=minutes)
    return Frame(id=FrameId(name), command="book", opened_at=NOW, used_at=used, origin=origin)


def parked(
    name: str,
    origin: ConversationId,
    minutes: int = 0,
    *,
    event: str = "paid",
    key: str | None = None,
) -> Frame:
    """Open a dialog that waits for an event."""
    return replace(frame(name, origin, minutes), waiting=Wait(step="w", event=event, key=key))


def waits_of(state: State) -> tuple[Waiting, ...]:
    """List what a state's dialogs wait for, as a turn's result tells it."""
    return tuple(
        Waiting(frame=one.id, event=one.waiting.event, key=one.waiting.key)
        for one in state.frames
        if one.waiting is not None and one.waiting.event is not None
    )


def prompt(name: str, origin: ConversationId, minutes: int = 0) -> Prompt:
    """Show a question, so many minutes after nine."""
    at = NOW + timedelta(minutes=minutes)
    return Prompt(id=PromptId(name), kind=PromptKind.MENU, origin=origin, at=at)


def effect(key: str, conversation: ConversationId, request: str = "4 at seven") -> EffectRecord:
    """Describe an effect that is about to start."""
    return EffectRecord(
        key=key,
        action="reserve_table",
        frame=FrameId("f1"),
        conversation=conversation,
        request_hash=request,
        state="started",
        arguments={"guests": 4},
    )


async def record(store: Store, *messages: InboundMessage, now: datetime = NOW) -> Recorded:
    """Record messages; returns where the last one was kept."""
    return (await store.inbox.record(messages, now=now))[-1]


async def opened(store: Store, conversation: ConversationId) -> Snapshot:
    """Open a conversation that must have something to do."""
    snapshot = await store.turns.open(conversation)
    assert snapshot is not None, "the conversation has no open row"
    return snapshot


async def leased(store: Store, conversation: ConversationId, now: datetime = NOW) -> Snapshot:
    """Open a conversation and take its lease."""
    snapshot = await opened(store, conversation)
    return await store.turns.lease(snapshot, now=now, until=now + LEASE)


def answer(snapshot: Snapshot, *texts: str, to: Address | None = None) -> TurnResult:
    """Make a turn that says something and leaves the state as it is."""
    event = snapshot.entry.event
    target = to or (event.address if isinstance(event, Signal) else event.sender)
    assert target is not None, "a signal without an address: say to whom"
    return TurnResult(
        snapshot=snapshot,
        state=snapshot.state,
        outgoing=[
            Outgoing(address=target, message=OutboundMessage(text=text), ordinal=ordinal)
            for ordinal, text in enumerate(texts)
        ],
        waiting=waits_of(snapshot.state),
    )


async def reply(
    store: Store, conversation: ConversationId, *texts: str, now: datetime = NOW
) -> Sequence[ConversationId]:
    """Answer the oldest open message of a conversation."""
    return await store.turns.commit(answer(await opened(store, conversation), *texts), now=now)


async def put_state(store: Store, sender: Address, state: State, event: str) -> ConversationId:
    """Let a customer's turn leave a state behind."""
    kept = await record(store, message(event, sender))
    result = answer(await opened(store, kept.conversation))
    result = replace(result, state=state, waiting=waits_of(state))
    await store.turns.commit(result, now=NOW)
    return kept.conversation


async def emitting(store: Store, sender: Address, *emitted: Emitted) -> TurnResult:
    """Make a turn of a customer's in which something happens."""
    names = "+".join(one.id for one in emitted)
    kept = await record(store, message(f"emit-{names}-{sender.user}", sender))
    return replace(answer(await opened(store, kept.conversation)), emitted=emitted)


async def emit(store: Store, sender: Address, *emitted: Emitted) -> Sequence[ConversationId]:
    """Let something happen in a turn of a customer's; returns whom to wake."""
    return await store.turns.commit(await emitting(store, sender, *emitted), now=NOW)


async def state_of(store: Store, conversation: ConversationId, sender: Address) -> State:
    """Read a conversation's state, by letting its customer write a message that is answered."""
    kept = await record(store, message(f"peek-{conversation}-{sender.user}", sender))
    assert kept.conversation == conversation, "the customer's messages go elsewhere"
    snapshot = await opened(store, conversation)
    await store.turns.commit(answer(snapshot), now=NOW)
    return snapshot.state


@dataclass(slots=True)
class Workers:
    """Some workers that answer whatever is open, each in its own way of stumbling."""

    store: Store
    done: list[tuple[ConversationId, InboxId]] = field(default_factory=list)
    stale: int = 0

    async def run(self, count: int) -> None:
        """Work until nothing is open."""
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(self._work())

    async def _work(self) -> None:
        while ready := await self.store.inbox.ready(now=NOW, limit=3):
            for conversation in ready:
                await self._turn(conversation)

    async def _turn(self, conversation: ConversationId) -> None:
        snapshot = await self.store.turns.open(conversation)
        if snapshot is None:
            return
        try:
            await self.store.turns.commit(answer(snapshot, "yes"), now=NOW)
        except StaleTurnError:
            self.stale += 1
        else:
            self.done.append((conversation, snapshot.entry.id))


async def claim(store: Store, now: datetime = NOW, limit: int = 20) -> list[tuple[OutboxId, str]]:
    """Claim what may go out: ids and texts."""
    entries = await store.outbox.claim(now=now, until=now + LEASE, limit=limit)
    return [(entry.id, entry.message.text) for entry in entries]
