"""The page over a project's misses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.cli.opening import GivenSecrets, read
from bot.clock import SystemClock
from bot.dialog.plain import with_plain
from bot.evaluation.trials import Bench
from bot.labelling import open_desk
from bot.labelling.desk import Materials
from bot.labelling.page import open_page
from bot.plugins.catalogue import read_commands, vocabulary
from bot.plugins.tables import Tables
from bot.plugins.taught import with_taught
from bot.ports.stores import Store


@asynccontextmanager
async def page_over(store: Store, folder: Path) -> AsyncIterator[str]:
    """Serve it; gives the address that is good once."""
    settings, extensions = read(folder / "bot.toml")
    tables = Tables(settings, extensions, GivenSecrets(folder=folder))
    commands = read_commands(extensions)
    materials = Materials(
        store=store, bench=Bench(tables=tables, engine="classifier"), clock=SystemClock(),
        teach=lambda taught: vocabulary(commands, with_taught({}, taught)),
        recognisers=with_plain(extensions.recognisers),
    )  # fmt: skip
    async with open_desk(materials) as desk, open_page(desk, 0) as address:
        yield address
