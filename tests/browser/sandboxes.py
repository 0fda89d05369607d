"""A sandbox as a user starts it: `threadline sandbox` in a folder of its own."""

import asyncio
import re
import shutil
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from tests.sandbox.stage import free_port

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 60  # seconds, for a start on a machine that has much else to do
_END_WITHIN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A row of the restaurant's bookings."""

    day: date
    at: time
    guests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A sandbox that runs; ``began`` is the loop's time just before it was started."""

    folder: Path
    url: str
    began: float

    def bookings(self) -> Sequence[Kept]:
        """Read what the service keeps."""
        path = self.folder / "services.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT day, at, guests FROM booking").fetchall()
        return [
            Kept(day=date.fromisoformat(day), at=time.fromisoformat(at), guests=guests)
            for day, at, guests in rows
        ]

    def log(self) -> str:
        """Read what the sandbox and its bot have written to their terminal."""
        return (self.folder / "terminal.log").read_text()

    async def told(self) -> Sequence[str]:
        """List the lines of `threadline show` for the conversation that was used last."""
        conversations = re.findall(r"^│ (\S+)\s+│ private", await self._show(), re.MULTILINE)
        lines = await self._show(conversations[0])
        return lines.splitlines()

    async def _show(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *bot("show", *arguments, folder=self.folder),
            cwd=self.folder,
            stdout=PIPE,
            stdin=DEVNULL,
        )
        async with asyncio.timeout(PATIENCE):
            out, _ = await process.communicate()
        assert process.returncode == 0
        return out.decode()


def bot(subcommand: str, *arguments: str, folder: Path) -> Sequence[str]:
    """Tell the command line of a subcommand for a folder's bot.toml."""
    settings = str(folder / "bot.toml")
    return (sys.executable, "-m", "bot", subcommand, *arguments, "--config", settings)


@asynccontextmanager
async def open_sandbox(
    folder: Path, *, plugins: Mapping[str, str] | None = None
) -> AsyncIterator[Sandbox]:
    """Start a sandbox with the repository's bot.toml; its page answers when the block begins.

    Args:
        folder: An empty folder.
        plugins: By file name, what is dropped into its ``plugins/``.
    """
    shutil.copy(REPOSITORY / "bot.toml", folder)
    for name, source in (plugins or {}).items():
        (folder / "plugins").mkdir(exist_ok=True)
        (folder / "plugins" / name).write_text(source)
    port = free_port()
    began = asyncio.get_running_loop().time()
    with (folder / "terminal.log").open("w") as terminal:
        process = await asyncio.create_subprocess_exec(
            *bot("sandbox", "--port", str(port), folder=folder),
            cwd=folder, stdin=DEVNULL, stdout=terminal, stderr=terminal,
        )  # fmt: skip
    sandbox = Sandbox(folder=folder, url=f"http://127.0.0.1:{port}", began=began)
    try:
        await _open(process, port, sandbox)
        yield sandbox
    finally:
        await _end(process)


async def _open(process: Process, port: int, sandbox: Sandbox) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            assert process.returncode is None, sandbox.log()
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)  # another process's port is no event
                continue
            writer.close()
            await writer.wait_closed()
            return


async def _end(process: Process) -> None:
    """End it as Ctrl-C would; what does not end in time is killed, and the test fails."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_END_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
