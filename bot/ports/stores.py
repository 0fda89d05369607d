"""The store: small protocols with one class family behind them.

Every verb takes whole values and returns when they are durable; no connection, transaction or row
leaves the store.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.customers import Customer
from bot.model.delivery import DeliveryReport, Moved, OutboxEntry, Reach, Receipt
from bot.model.ids import (
    AccountId,
    ConnectorName,
    ConversationId,
    CustomerId,
    InboxId,
    OutboxId,
)
from bot.model.messages import Address, InboundMessage
from bot.ports.connectors import Unreadable
from bot.ports.lines import Fact, Recorded, Shelf
from bot.ports.misses import Misses, Teaching
from bot.ports.records import EffectRecord, Outgoing, Settled, Snapshot, TurnResult


class Inbox(Protocol):
    """Station 1's table."""

    async def record(
        self, messages: Sequence[InboundMessage], *, now: datetime
    ) -> Sequence[Recorded]:
        """Keep messages once each by (account, event id), in order, with customer and log line.

        Finds or makes the customer of each sender: by (account, user), else by (account, phone).
        """
        ...

    async def bury(self, unreadable: Sequence[Unreadable], *, now: datetime) -> int:
        """Keep dead letters once each by (account, event id); returns how many were new."""
        ...

    async def ready(self, *, now: datetime, limit: int) -> Sequence[ConversationId]:
        """List conversations with open rows and no live lease, the longest waiting first."""
        ...

    async def fail(self, entry: InboxId, *, reason: str, most: int) -> bool:
        """Count a failed attempt; at ``most`` the row is dead. Tells whether it is dead now."""
        ...


class Turns(Protocol):
    """Station 2's table."""

    async def open(self, conversation: ConversationId) -> Snapshot | None:
        """Read a conversation and its oldest open entry; None if there is nothing to do."""
        ...

    async def look(self, address: Address) -> Sequence[Snapshot]:
        """Read the conversations of an address as they stand; writes nothing, makes nobody.

        The private one first, then the rooms of its customer on that account, the last used first.
        The entry of each is no row: a signal ``looked`` for that address.
        """
        ...

    async def lease(self, snapshot: Snapshot, *, now: datetime, until: datetime) -> Snapshot:
        """Take the conversation for a turn with effects: epoch + 1. Raises StaleTurnError."""
        ...

    async def renew(self, snapshot: Snapshot, *, until: datetime) -> None:
        """Prolong a lease; raises StaleTurnError if it is no longer ours."""
        ...

    async def release(self, snapshot: Snapshot) -> None:
        """Give a lease back without a result; quiet if it is no longer ours."""
        ...

    async def report(self, snapshot: Snapshot, outgoing: Outgoing, *, now: datetime) -> None:
        """Put a message into the outbox before the turn ends, under its lease; else as in `commit`.

        Unique by (turn, ordinal): the same ordinal once more, from a turn that runs again, changes
        nothing. Reports have ordinals from 1000 on. One that takes the place of another
        (`Outgoing.edits`) tells the log nothing; where that other is gone, it is a message of its
        own. Raises StaleTurnError if the lease is lost.
        """
        ...

    async def commit(self, result: TurnResult, *, now: datetime) -> Sequence[ConversationId]:
        """Write a turn in one transaction; raises StaleTurnError if the conversation went on.

        Returns the conversations that may have work now.
        """
        ...


class Ledger(Protocol):
    """Effects by key."""

    async def start(
        self, effect: EffectRecord, snapshot: Snapshot, *, settled: Sequence[Settled] = ()
    ) -> EffectRecord:
        """Write ``started`` under the snapshot's lease, unless the key is there: then return that.

        A key whose effect is failed or undone is free: started anew, attempts + 1. Where another
        conversation is at the effect, ``under_way`` of what is returned says so. Raises
        StaleTurnError if the lease is lost, EffectMismatchError if the request hash differs.
        """
        ...

    async def settle(self, settled: Settled, snapshot: Snapshot) -> None:
        """Write what became of an effect now, under the lease, before the turn's commit."""
        ...

    async def find(self, key: str) -> EffectRecord | None:
        """Find an effect."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead or waiting message as an operator sees it; ``direction`` is in or out."""

    id: str
    direction: str
    connector: str
    state: str
    attempts: int
    reason: str
    created_at: datetime


class Outbox(Protocol):
    """Station 3's table."""

    async def claim(
        self,
        *,
        now: datetime,
        until: datetime,
        limit: int,
        busy: Sequence[Address] = (),
        without: Collection[AccountId] = (),
    ) -> Sequence[OutboxEntry]:
        """Claim the head row of at most ``limit`` destinations that are due.

        But for those in ``busy``, and those of the accounts in ``without``. The address's newest
        shown prompt becomes the row's prompt with the claim. An edit comes
        with the platform's id of what it takes the place of (`OutboundMessage.replaces`); one whose
        original has none ends here.
        """
        ...

    async def due(self, *, now: datetime) -> Sequence[AccountId]:
        """Tell towards which accounts something could be claimed now; claims nothing."""
        ...

    async def sent(self, entry: OutboxId, receipt: Receipt, *, now: datetime) -> None:
        """Mark a row sent, empty its body, write the receipt to the log; an edit has none."""
        ...

    async def postpone(
        self, entry: OutboxId, *, due: datetime, reason: str, counts: bool = True
    ) -> None:
        """Give a row back until ``due``; attempts + 1 where it ``counts``."""
        ...

    async def move_on(
        self, entry: OutboxId, *, note: str, now: datetime
    ) -> Sequence[ConversationId]:
        """Cancel a private reply if its customer has since written elsewhere; returns whom to wake.

        Posts one signal ``resumed`` with ``note`` for the address they last wrote from. Empty where
        they have not: then the reply stays as it is.
        """
        ...

    async def dead(self, entry: OutboxId, *, reason: str, now: datetime) -> None:
        """Make a row a dead letter; the next of its destination may go."""
        ...

    async def blocked(self, entry: OutboxEntry, *, now: datetime) -> Sequence[ConversationId]:
        """Shut an address to which something could not be sent, as `Customers.learn` does.

        Whatever has been heard from there since the claim opens it again. The row itself ends,
        too. Returns the conversations whose logs have grown.
        """
        ...

    async def forgo(self, entry: OutboxId, *, reason: str, now: datetime) -> None:
        """End an edit that cannot be made: no dead letter, nothing in the log."""
        ...

    async def report(self, reports: Sequence[DeliveryReport], *, now: datetime) -> None:
        """Keep what platforms tell later; a lower state never follows a higher one."""
        ...

    async def letters(self, *, states: Sequence[str], limit: int) -> Sequence[Letter]:
        """List waiting and dead rows of inbox and outbox, oldest first."""
        ...

    async def retry(self, letter: str) -> bool:
        """Make a dead letter due again; False if there is none of that id."""
        ...

    async def drop(self, letter: str) -> bool:
        """Give a dead letter up for good; False if there is none of that id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCode:
    """A code as it is kept: never the code itself, only its keyed hash."""

    hash: str
    address: Address
    customer: CustomerId
    expires: datetime


class Customers(Protocol):
    """People, their addresses, and what joins them."""

    async def locate(self, address: Address, *, now: datetime) -> ConversationId:
        """Find the private conversation of an address; makes a customer where there is none."""
        ...

    async def learn(
        self, news: Sequence[Reach | Moved], *, now: datetime
    ) -> Sequence[ConversationId]:
        """Keep what platforms tell of addresses; the same again, or out of order, is harmless.

        Where a customer has shut the bot out, what waits for that address ends with a failed
        receipt, until something newer opens it: a message, or the platform's word. An address that
        moved is another one from then on everywhere; where both are known, they become one only if
        they are one customer's, or one of the two is a stranger's who has nothing yet. Returns the
        conversations that may have work now.
        """
        ...

    async def customer_of(self, address: Address) -> Customer | None:
        """Find the (root) customer of an address."""
        ...

    async def keep_code(self, code: LinkCode) -> None:
        """Keep a link code; an older one of the same address is gone."""
        ...

    async def redeem(
        self, code_hash: str, address: Address, *, now: datetime, event: str = ""
    ) -> LinkCode | None:
        """Use a code up: it counts once. None, and one wrong try for the address, if not good.

        The same event again, from a turn that died and runs again, gets the same code again.
        """
        ...

    async def locked_until(self, address: Address, *, now: datetime) -> datetime | None:
        """Tell until when an address may not try: 5 wrong tries lock it for 15 minutes.

        100 wrong tries a minute over all addresses lock everybody for that minute.
        """
        ...


class Log(Protocol):
    """The timeline: every message in or out, turn, effect, link and receipt."""

    async def read(self, conversation: ConversationId, *, after: int, limit: int) -> Sequence[Fact]:
        """Read upwards from ``after`` (exclusive)."""
        ...

    async def before(self, conversation: ConversationId, *, seq: int, limit: int) -> Sequence[Fact]:
        """Read the newest ``limit`` facts below ``seq``, in rising order."""
        ...

    async def head(self, conversation: ConversationId) -> int:
        """Tell the highest seq; 0 when empty."""
        ...

    async def conversations(self, *, limit: int) -> Sequence[tuple[ConversationId, str, datetime]]:
        """List conversations, the last used first: id, scope, last use."""
        ...


class Timers(Protocol):
    """Moments to come."""

    async def fire(self, *, now: datetime, limit: int) -> Sequence[ConversationId]:
        """Turn due timers into inbox rows, each once; returns whom to wake."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The store's figures; ages in seconds, 0.0 when nothing waits."""

    migrated: bool
    inbox_oldest: Mapping[str, float]
    outbox_oldest: Mapping[str, float]
    dead_letters: int


class Upkeep(Protocol):
    """What keeps a store healthy."""

    async def health(self, *, now: datetime) -> Health:
        """Reach the database and read the figures; raises StoreError if it cannot."""
        ...

    async def purge(self, *, now: datetime) -> int:
        """Delete dedupe rows after 8 days and done rows by age; returns how many."""
        ...

    def present(self) -> AbstractAsyncContextManager[None]:
        """Be known as running while the context lasts.

        Where nobody else runs on this database, what a dead owner left is freed first: its leases
        and claims. On SQLite only for the owner of the file.
        """
        ...

    async def free_leases(self) -> None:
        """Clear leases that a dead owner left behind; only while nobody else runs."""
        ...

    async def revisions(self) -> tuple[str | None, str]:
        """Tell the schema's revision in the database (None: empty) and the newest there is."""
        ...

    async def upgrade(self) -> None:
        """Bring the schema up to date, after a copy where the database is a file."""
        ...

    async def switches(self) -> Mapping[str, bool]:
        """Tell which commands an operator has switched at run time: name to on or off."""
        ...

    async def switch(self, command: str, *, on: bool) -> None:
        """Switch a command on or off for every process, durably."""
        ...

    def shelf(self, connector: ConnectorName) -> Shelf:
        """Give a connector its shelf."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store's parts; whoever takes it uses only those it needs."""

    inbox: Inbox
    turns: Turns
    ledger: Ledger
    outbox: Outbox
    customers: Customers
    log: Log
    timers: Timers
    upkeep: Upkeep
    misses: Misses
    teaching: Teaching


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """The table ``[state]`` of bot.toml, with the URL made absolute.

    ``synchronous`` is for tests on a temporary file: ``OFF`` is fast and loses data on power loss.
    ``upgrade``: bring the schema up to date at opening. ``behind``: open one that is behind, too,
    for `Upkeep.revisions` and `Upkeep.upgrade` alone. ``keep_misses``: how long misses that nobody
    labelled are kept, ``[nlu] keep_misses``; labelled ones stay, for engines learn from them.
    """

    url: str
    synchronous: str = "FULL"
    upgrade: bool = True
    behind: bool = False
    keep_misses: timedelta = timedelta(days=90)


class OpenStore(Protocol):
    """The entry point of a store."""

    def __call__(self, settings: StoreSettings) -> AbstractAsyncContextManager[Store]:
        """Open a store."""
        ...
