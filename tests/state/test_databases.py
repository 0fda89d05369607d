"""SQLite's writer: transactions that wait share a commit, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from threading import Event

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import SQLAlchemyError

from bot import StoreError, StoreSettings
from state.sql import connections
from state.sql.databases import MOST_AT_ONCE, Lite
from state.sql.engine import open_database
from state.sql.transactions import Transactions


@pytest.fixture
async def lite(sqlite_url: str) -> AsyncIterator[Lite]:
    opened = open_database(StoreSettings(url=sqlite_url))
    assert isinstance(opened, Lite)
    await opened.write(
        lambda it: it.execute(text("CREATE TABLE kept (word TEXT NOT NULL)")).close()
    )
    yield opened
    await opened.dispose()


class Held:
    """Keeps the writer busy until it is let go, so that others have to wait together."""

    def __init__(self, lite: Lite) -> None:
        self.lite = lite
        self.commits: list[Connection] = []
        self._begun = Event()
        self._go = Event()

    async def let(self, *waiting: Callable[[Connection], None]) -> list[BaseException | None]:
        """Let these wait for one another; gives what each of them ended with."""
        event.listen(self.lite.writer, "commit", self.commits.append)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ended(self._hold))
            await asyncio.to_thread(self._begun.wait)
            others = [group.create_task(self._ended(steps)) for steps in waiting]
            await asyncio.sleep(0)
            self._go.set()
        return [other.result() for other in others]

    def _hold(self, _: Connection) -> None:
        self._begun.set()
        self._go.wait()

    async def _ended(self, steps: Callable[[Connection], None]) -> BaseException | None:
        try:
            await self.lite.write(steps)
        except (StoreError, SQLAlchemyError, KeyboardInterrupt) as error:
            return error
        return None


def keeping(word: str | None) -> Callable[[Connection], None]:
    def steps(connection: Connection) -> None:
        connection.execute(text("INSERT INTO kept VALUES (:word)"), {"word": word})

    return steps


async def kept(lite: Lite) -> list[str]:
    return await lite.read(lambda it: list(it.execute(text("SELECT word FROM kept")).scalars()))


async def test_what_waits_is_committed_together(lite: Lite) -> None:
    held = Held(lite)

    assert await held.let(*(keeping(f"{n}") for n in range(5))) == [None] * 5

    assert await kept(lite) == ["0", "1", "2", "3", "4"]
    assert len(held.commits) == 2


async def test_a_commit_holds_no_more_than_some(lite: Lite) -> None:
    held = Held(lite)

    await held.let(*(keeping(f"{n}") for n in range(MOST_AT_ONCE + 1)))

    assert len(await kept(lite)) == MOST_AT_ONCE + 1
    assert len(held.commits) == 3


async def test_one_that_fails_undoes_its_own_steps_only(lite: Lite) -> None:
    def half(connection: Connection) -> None:
        keeping("half")(connection)
        keeping(None)(connection)

    ended = await Held(lite).let(keeping("before"), half, keeping("behind"))

    assert [type(one).__name__ for one in ended] == ["NoneType", "IntegrityError", "NoneType"]
    assert await kept(lite) == ["before", "behind"]


async def test_a_full_disk_is_told_to_all_whose_steps_it_undid(lite: Lite) -> None:
    pages = await lite.read(lambda it: it.execute(text("PRAGMA page_count")).scalar_one())
    await lite.write(lambda it: it.execute(text(f"PRAGMA max_page_count = {pages + 1}")).close())

    ended = await Held(lite).let(keeping("before"), keeping("x" * 100_000), keeping("behind"))

    told = {word for word, error in zip(["before", "behind"], ended[::2], strict=True) if not error}
    assert ended[1] is not None
    assert set(await kept(lite)) == told


async def test_a_transaction_that_waits_for_the_world_is_refused(sqlite_url: str) -> None:
    async def work(connection: connections.Connection) -> None:
        await connection.execute(text("CREATE TABLE forbidden (x INTEGER)"))
        await asyncio.sleep(0)

    async def look(connection: connections.Connection) -> int:
        found = await connection.execute(text("SELECT count(*) FROM sqlite_master"))
        count: int = found.scalar_one()
        return count

    async with Transactions(open_database(StoreSettings(url=sqlite_url))) as transactions:
        with pytest.raises(RuntimeError, match="not its database"):
            await transactions.write("test.wait", work)
        assert await transactions.read(look) == 0


async def test_a_failed_commit_is_told_to_all_who_share_it(lite: Lite) -> None:
    def refuse(_: Connection) -> None:
        raise StoreError("no commit today")

    held = Held(lite)
    event.listen(lite.writer, "commit", refuse)
    ended = await held.let(keeping("one"), keeping("two"))
    event.remove(lite.writer, "commit", refuse)

    assert [str(one) for one in ended] == ["no commit today"] * 2
    assert await kept(lite) == []


async def test_who_waited_beside_a_thread_that_was_ended_is_not_told_of_success(lite: Lite) -> None:
    def ended(_: Connection) -> None:
        raise KeyboardInterrupt

    told = await Held(lite).let(keeping("before"), ended, keeping("behind"))

    assert [type(one) for one in told] == [KeyboardInterrupt] * 3
    assert await kept(lite) == []
