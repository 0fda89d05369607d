"""What `threadline train` does with misses: they are labelled here or on a page, and exported."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bot.cli.evaluating import check_engine
from bot.cli.labelling import Terminal
from bot.cli.looking import looked_at
from bot.cli.opening import GivenSecrets
from bot.cli.writing import write_file
from bot.clock import SystemClock
from bot.dialog.plain import with_plain
from bot.errors import BotError
from bot.evaluation.trials import Bench
from bot.labelling import Desk, open_desk
from bot.labelling.desk import Materials
from bot.labelling.export import MARK, render_lessons
from bot.labelling.page import open_page
from bot.model.misses import Taught
from bot.model.understanding import VocabularyEntry
from bot.plugins import Extensions
from bot.plugins.catalogue import read_commands, vocabulary
from bot.plugins.lessons import read_material
from bot.plugins.tables import Tables
from bot.plugins.taught import with_taught
from bot.ports.stores import Store
from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """What was asked for.

    Attributes:
        terminal: label here.
        page: label on a page, at this port; 0 takes a free one, None none.
        export: write what is labelled, now or before, to this file.
    """

    settings: Settings
    extensions: Extensions
    engine: str
    terminal: bool
    page: int | None
    export: Path | None

    async def done(self) -> None:
        """Do it; raises BotError where there is no database or the file is somebody's own."""
        check_engine(self.extensions, self.engine)
        if self.export is not None:
            _check_free(self.export)
        async with looked_at(self.settings, self.extensions) as store:
            if self.terminal or self.page is not None:
                async with self._opened(store) as desk:
                    await self._labelled(desk)
            if self.export is not None:
                sentences = await store.teaching.sentences()
                write_file(self.export, render_lessons(sentences))
                sys.stdout.write(f"wrote {len(sentences)} sentences to {self.export}\n")

    async def _labelled(self, desk: Desk) -> None:
        if self.page is None:
            await Terminal(
                desk, Console(file=sys.stdout, highlight=False, soft_wrap=True)
            ).label_all()
            return
        async with open_page(desk, self.page) as url:
            sys.stderr.write(f"Label at {url}\nThe address is good once. Ctrl+C ends.\n")
            with _stopped() as stop:
                await stop.wait()

    @asynccontextmanager
    async def _opened(self, store: Store) -> AsyncIterator[Desk]:
        settings, extensions = self.settings, self.extensions
        tables = Tables(settings, extensions, GivenSecrets(folder=settings.folder))
        commands = read_commands(extensions)
        files = read_material(settings.nlu.data)

        def teach(sentences: Sequence[Taught]) -> Sequence[VocabularyEntry]:
            return vocabulary(commands, with_taught(files.lessons, sentences), files.tables)

        materials = Materials(
            store=store, clock=SystemClock(), bench=Bench(tables=tables, engine=self.engine),
            teach=teach, recognisers=with_plain(extensions.recognisers),
        )  # fmt: skip
        async with open_desk(materials) as desk:
            yield desk


@contextmanager
def _stopped() -> Iterator[asyncio.Event]:
    """Give what is set by Ctrl+C and SIGTERM, so that everything is closed in order."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    for one in signals:
        loop.add_signal_handler(one, stop.set)
    try:
        yield stop
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


def _check_free(path: Path) -> None:
    """Raise BotError where a file is there that this command did not write."""
    try:
        own = path.read_text(encoding="utf-8").startswith(MARK)
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError):
        own = False
    if not own:
        raise BotError(f"--export: {path} was not written by this command; name another file")
