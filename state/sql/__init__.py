"""The store on an SQL database: SQLite for one process, PostgreSQL for many."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import ConfigError, Store, StoreSettings
from state.sql.customers import SqlCustomers
from state.sql.engine import open_database
from state.sql.inbox import SqlInbox
from state.sql.ledger import SqlLedger
from state.sql.migrating import check_usable, current, upgrade, upgrade_with
from state.sql.misses import SqlMisses, SqlTeaching
from state.sql.outbox import SqlOutbox
from state.sql.schema import REVISION
from state.sql.timeline import SqlLog
from state.sql.timers import SqlTimers
from state.sql.transactions import Transactions
from state.sql.turns import SqlTurns
from state.sql.upkeep import SqlUpkeep
from state.sql.watch import Watch

__all__ = ["current", "open_store", "upgrade"]


@asynccontextmanager
async def open_store(settings: StoreSettings) -> AsyncIterator[Store]:
    """Open the store that ``settings.url`` names; closing waits for what is under way.

    Raises:
        ConfigError: the URL cannot be used, or the schema is behind and may not be upgraded.
        StoreBusyError: the database does not answer.
    """
    database = open_database(settings)
    async with Transactions(database) as transactions:
        if settings.upgrade:
            await upgrade_with(settings, transactions)
        elif await check_usable(transactions) != REVISION and not settings.behind:
            raise ConfigError(
                "state.url: the database's schema is behind; run `threadline db upgrade`"
            )
        watch = Watch()
        yield Store(
            inbox=SqlInbox(transactions, watch),
            turns=SqlTurns(transactions, watch),
            ledger=SqlLedger(transactions, watch),
            outbox=SqlOutbox(transactions, watch),
            customers=SqlCustomers(transactions, watch),
            log=SqlLog(transactions),
            timers=SqlTimers(transactions, watch),
            upkeep=SqlUpkeep(transactions, watch, database, settings),
            misses=SqlMisses(transactions),
            teaching=SqlTeaching(transactions),
        )
