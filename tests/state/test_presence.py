"""What a dead owner leaves is freed by the next one, and by nobody while others live."""

from bot import StoreSettings
from bot.testing.contracts.store_bench import NOW, leased, message, record
from state.sql import open_store


async def test_whoever_is_alone_on_postgresql_frees_what_was_left(postgres_url: str) -> None:
    settings = StoreSettings(url=postgres_url)
    async with open_store(settings) as dead, dead.upkeep.present():
        kept = await record(dead, message("e1"))
        await leased(dead, kept.conversation)
        assert list(await dead.inbox.ready(now=NOW, limit=9)) == []

    async with open_store(settings) as heir, heir.upkeep.present():
        assert list(await heir.inbox.ready(now=NOW, limit=9)) == [kept.conversation]


async def test_a_replica_that_joins_others_frees_nothing_of_theirs(postgres_url: str) -> None:
    settings = StoreSettings(url=postgres_url)
    async with open_store(settings) as living, living.upkeep.present():
        kept = await record(living, message("e1"))
        held = await leased(living, kept.conversation)

        async with open_store(settings) as other, other.upkeep.present():
            assert list(await other.inbox.ready(now=NOW, limit=9)) == []

        await living.turns.renew(held, until=NOW)  # still its own: no StaleTurnError


async def test_the_last_to_leave_makes_the_next_one_alone_again(postgres_url: str) -> None:
    settings = StoreSettings(url=postgres_url)
    async with open_store(settings) as first:
        async with first.upkeep.present():
            kept = await record(first, message("e1"))
            await leased(first, kept.conversation)
        async with first.upkeep.present():
            assert list(await first.inbox.ready(now=NOW, limit=9)) == [kept.conversation]
