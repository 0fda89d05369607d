"""People, their addresses, and the codes that join them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select

from bot import (
    AccountId,
    Address,
    ConversationId,
    Customer,
    CustomerId,
    LinkCode,
    Moved,
    Reach,
)
from state.sql import codec, people, reach
from state.sql.connections import Connection
from state.sql.conversations import check_root, ensure_private, lock_one
from state.sql.schema import gate as gates
from state.sql.schema import link_code as codes
from state.sql.schema import shelf as shelves
from state.sql.schema import wrong_try as tries
from state.sql.statements import address_key, at_address, insert_new
from state.sql.transactions import Transactions
from state.sql.watch import Watch

WRONG_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
WRONG_TRIES_OF_ALL = 100
PAUSE_OF_ALL = timedelta(minutes=1)
REMEMBERED_FOR = timedelta(days=1)
"""How long a turn that died may wait for its second run and still find the code it used."""

SHELF = "threadline"


class SqlCustomers:
    """See `bot.Customers`."""

    def __init__(self, transactions: Transactions, watch: Watch) -> None:
        self._transactions = transactions
        self._watch = watch

    async def locate(self, address: Address, *, now: datetime) -> ConversationId:
        """See `bot.Customers.locate`."""
        self._watch.see(now)

        async def look(connection: Connection) -> ConversationId | None:
            return await _find_private(connection, address)

        async def work(connection: Connection) -> ConversationId:
            conversation = await ensure_private(connection, address, now=now)
            held = await lock_one(connection, conversation)
            if held is not None:
                await check_root(connection, held)
            return conversation

        found = await self._transactions.read(look)
        if found is not None:
            return found
        return await self._transactions.write("customers.locate", work)

    async def learn(
        self, news: Sequence[Reach | Moved], *, now: datetime
    ) -> Sequence[ConversationId]:
        """See `bot.Customers.learn`."""
        self._watch.see(now)

        async def work(connection: Connection) -> list[ConversationId]:
            return await reach.learn(connection, news, now=now)

        return await self._transactions.write("customers.learn", work)

    async def customer_of(self, address: Address) -> Customer | None:
        """See `bot.Customers.customer_of`."""

        async def work(connection: Connection) -> Customer | None:
            customer = await people.customer_at(connection, address)
            return None if customer is None else await people.read_customer(connection, customer)

        return await self._transactions.read(work)

    async def keep_code(self, code: LinkCode) -> None:
        """See `bot.Customers.keep_code`."""

        async def work(connection: Connection) -> None:
            await connection.execute(delete(codes).where(at_address(codes, code.address)))
            values = {
                "hash": code.hash,
                **address_key(code.address),
                "customer": code.customer,
                "expires": code.expires,
            }
            await insert_new(connection, codes, values)

        await self._transactions.write("customers.keep_code", work)

    async def redeem(
        self, code_hash: str, address: Address, *, now: datetime, event: str = ""
    ) -> LinkCode | None:
        """See `bot.Customers.redeem`. A locked address uses no code up and is not counted."""
        self._watch.see(now)
        use = f"redeemed:{address.account}:{event}:{code_hash}"

        async def work(connection: Connection) -> LinkCode | None:
            await _pass_gate(connection)
            if event and (used := await _used(connection, use)) is not None:
                return used
            if await _locked_until(connection, address, now) is not None:
                return None
            code = await _take(connection, code_hash, now)
            await _count(connection, address, right=code is not None, now=now)
            if event and code is not None:
                await _remember(connection, use, code, now)
            return code

        return await self._transactions.write("customers.redeem", work)

    async def locked_until(self, address: Address, *, now: datetime) -> datetime | None:
        """See `bot.Customers.locked_until`."""
        self._watch.see(now)

        async def work(connection: Connection) -> datetime | None:
            return await _locked_until(connection, address, now)

        return await self._transactions.read(work)


async def _find_private(connection: Connection, address: Address) -> ConversationId | None:
    customer = await people.customer_at(connection, address)
    if customer is None:
        return None
    return await people.private_of(connection, await people.root_of(connection, customer))


async def _pass_gate(connection: Connection) -> None:
    """Let one redeem at a time count: two at once could both be the last try that is free."""
    await insert_new(connection, gates, {"name": "redeem", "passes": 0})
    await connection.execute(select(gates).where(gates.c.name == "redeem").with_for_update())


async def _take(connection: Connection, code_hash: str, now: datetime) -> LinkCode | None:
    taken = await connection.execute(
        delete(codes).where(codes.c.hash == code_hash).returning(*codes.columns)
    )
    row = taken.one_or_none()
    if row is None or row.expires <= now:
        return None
    return LinkCode(
        hash=row.hash,
        address=Address(account=AccountId(row.account), user=row.user, place=row.place),
        customer=CustomerId(row.customer),
        expires=row.expires,
    )


async def _remember(connection: Connection, use: str, code: LinkCode, now: datetime) -> None:
    """Note which event used a code up: its turn may die after this commit, and run again."""
    row = {
        "connector": SHELF,
        "key": use,
        "value": codec.dump({**address_key(code.address), "customer": code.customer}),
        "expires": now + REMEMBERED_FOR,
    }
    await insert_new(connection, shelves, row)


async def _used(connection: Connection, use: str) -> LinkCode | None:
    """Find the code that this event has used up already."""
    query = select(shelves).where(shelves.c.connector == SHELF, shelves.c.key == use)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    kept = codec.load_body(row.value)
    host = Address(account=AccountId(kept["account"]), user=kept["user"], place=kept["place"])
    customer = CustomerId(kept["customer"])
    return LinkCode(
        hash=use.rpartition(":")[2], address=host, customer=customer, expires=row.expires
    )


async def _count(connection: Connection, address: Address, *, right: bool, now: datetime) -> None:
    """Count a wrong try for the platform's user, whatever the place; a right one forgives."""
    if right:
        mine = (tries.c.account == address.account) & (tries.c.user == address.user)
        await connection.execute(delete(tries).where(mine))
        return
    row = {"id": codec.new_id(), "account": address.account, "user": address.user, "at": now}
    await insert_new(connection, tries, row)


async def _locked_until(connection: Connection, address: Address, now: datetime) -> datetime | None:
    mine = (tries.c.account == address.account) & (tries.c.user == address.user)
    own = await _moments(connection, select(tries.c.at).where(mine))
    recent = select(tries.c.at).where(tries.c.at > now - 2 * PAUSE_OF_ALL)
    everybody = await _moments(connection, recent)
    ends = [_end_of_own_lock(own), _end_of_pause(everybody)]
    return max((end for end in ends if end is not None and end > now), default=None)


async def _moments(connection: Connection, query: Select[tuple[datetime]]) -> list[datetime]:
    """Read moments, the newest first."""
    found = await connection.execute(query.order_by(tries.c.at.desc()))
    return [row.at for row in found]


def _end_of_own_lock(moments: Sequence[datetime]) -> datetime | None:
    """Each fifth wrong try locks; nothing is counted while an address is locked."""
    if moments and len(moments) % WRONG_TRIES == 0:
        return moments[0] + LOCKED_FOR
    return None


def _end_of_pause(moments: Sequence[datetime]) -> datetime | None:
    """A hundred wrong tries within a minute pause everybody for the minute that follows."""
    if len(moments) < WRONG_TRIES_OF_ALL:
        return None
    newest, hundredth = moments[0], moments[WRONG_TRIES_OF_ALL - 1]
    return newest + PAUSE_OF_ALL if newest - hundredth <= PAUSE_OF_ALL else None
