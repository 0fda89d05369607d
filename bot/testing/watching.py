"""A store that is watched: what conversations hold, without asking the database for it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from typing_extensions import override

from bot.model.conversation import State
from bot.model.ids import ConversationId
from bot.model.messages import Address
from bot.plugins import Extension, Extensions
from bot.ports.records import Outgoing, Snapshot, TurnResult
from bot.ports.stores import OpenStore, Store, StoreSettings, Turns


@dataclass(slots=True)
class Watch:
    """The committed states by conversation, and the last answers by name.

    ``reopened`` are the commands whose dialogs were open when the bot was started again.
    """

    states: dict[ConversationId, State] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    reopened: set[str] = field(default_factory=set)

    def see(self, conversation: ConversationId, state: State) -> None:
        """Take note of a state that was committed."""
        self.states[conversation] = state
        for frame in state.frames:
            self.answers |= {name: answer.value for name, answer in frame.answers.items()}

    def reopen(self) -> None:
        """Take note of what was open when the bot ended."""
        frames = (frame for state in self.states.values() for frame in state.frames)
        self.reopened |= {frame.command for frame in frames}


@dataclass(frozen=True, slots=True)
class WatchedTurns:
    """See `bot.ports.stores.Turns`; tells the watch of every commit."""

    turns: Turns
    watch: Watch

    async def open(self, conversation: ConversationId) -> Snapshot | None:
        """See `Turns.open`."""
        return await self.turns.open(conversation)

    async def look(self, address: Address) -> Sequence[Snapshot]:
        """See `Turns.look`."""
        return await self.turns.look(address)

    async def lease(self, snapshot: Snapshot, *, now: datetime, until: datetime) -> Snapshot:
        """See `Turns.lease`."""
        return await self.turns.lease(snapshot, now=now, until=until)

    async def renew(self, snapshot: Snapshot, *, until: datetime) -> None:
        """See `Turns.renew`."""
        await self.turns.renew(snapshot, until=until)

    async def release(self, snapshot: Snapshot) -> None:
        """See `Turns.release`."""
        await self.turns.release(snapshot)

    async def report(self, snapshot: Snapshot, outgoing: Outgoing, *, now: datetime) -> None:
        """See `Turns.report`."""
        await self.turns.report(snapshot, outgoing, now=now)

    async def commit(self, result: TurnResult, *, now: datetime) -> Sequence[ConversationId]:
        """See `Turns.commit`."""
        grown = await self.turns.commit(result, now=now)
        self.watch.see(result.snapshot.conversation, result.state)
        return grown


@dataclass(frozen=True, slots=True, kw_only=True)
class _WatchedStore(Extension):
    watch: Watch

    @override
    def load(self) -> OpenStore:
        """Open the store with its turns watched."""
        opening: OpenStore = Extension.load(self)

        @asynccontextmanager
        async def watched(settings: StoreSettings) -> AsyncIterator[Store]:
            async with opening(settings) as store:
                yield replace(store, turns=WatchedTurns(store.turns, self.watch))

        return watched


def with_watch(extensions: Extensions, watch: Watch) -> Extensions:
    """Have the store of a bot watched."""
    one = extensions.stores["sql"]
    watched = _WatchedStore(
        name=one.name, group=one.group, value=one.value, distribution=one.distribution,
        entry=one.entry, watch=watch,
    )  # fmt: skip
    return replace(extensions, stores={**extensions.stores, "sql": watched})
