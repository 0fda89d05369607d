"""Rasa's processes: what is told to them, what they say, how they end."""

import asyncio
import os
import re
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from bot import BotError
from nlu.rasa.homes import Home

MAX_LINE_BYTES = 64 * 1024
"""Progress bars write long lines without an end."""

GRACE = timedelta(seconds=10)
"""For a process that was asked to end; then it is killed."""

BETWEEN = 5.0
"""Seconds between two lines of a progress bar that are passed on."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONUNBUFFERED": "1",
}
_LAUNCH = """\
import os, sys
if sys.platform == "linux":
    import ctypes, signal
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: a killed parent takes it along
told, cache, token, *sys.argv[1:] = sys.argv[1:]
os.environ.update(pair.split("=", 1) for pair in told.split())
os.environ["RASA_CACHE_DIRECTORY"] = cache
if token:
    with open(token) as file:
        sys.argv += ["--auth-token", file.read().strip()]
sys.argv[0] = "rasa"
from rasa.__main__ import main
main()
"""
"""Run by Rasa's own Python. The token is read there: what a process was started with, every user
of the machine can see."""


def rasa_command(home: Home, *arguments: str, token: Path | None = None) -> list[str]:
    """Write the command that lets a home's Rasa do something."""
    told = " ".join(f"{name}={value}" for name, value in _ENVIRONMENT.items())
    cache = str(home.work / "cache")
    return [
        str(home.python),
        "-W",
        "ignore",
        "-c",
        _LAUNCH,
        told,
        cache,
        str(token or ""),
        *arguments,
    ]


@asynccontextmanager
async def running(command: Sequence[str], folder: Path, *, quiet: bool) -> AsyncIterator[Process]:
    """Run a process in a folder; it ends with the block at the latest.

    ``quiet``: what it says goes to the folder's ``log``, else it can be read.
    """
    with _log(folder, quiet=quiet) as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, stdin=DEVNULL, stdout=log if quiet else PIPE, stderr=STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        await ended(process)


def _log(folder: Path, *, quiet: bool) -> BinaryIO:
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / "log" if quiet else Path(os.devnull)).open("ab")


async def ended(process: Process) -> None:
    """Ask a process to end, and see to it."""
    with suppress(ProcessLookupError):
        if process.returncode is None:
            process.terminate()
    try:
        async with asyncio.timeout(GRACE.total_seconds()):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def told(
    command: Sequence[str], folder: Path, tell: Callable[[str], None], limit: timedelta
) -> None:
    """Run a command to its end and pass on each line that it writes.

    Raises:
        BotError: it failed, with its last line, or took longer than ``limit``.
    """
    last = ""
    try:
        async with (
            asyncio.timeout(limit.total_seconds()),
            running(command, folder, quiet=False) as process,
        ):
            async for line in _lines(process):
                last = line
                tell(line)
            code = await process.wait()
    except TimeoutError as error:
        raise BotError(f"{command[0]} took longer than {limit}; try again") from error
    if code:
        raise BotError(f"{command[0]} ended with {code}: {last or 'it said nothing'}; see above")


async def _lines(process: Process) -> AsyncIterator[str]:
    """Read lines; of a progress bar, which writes one anew, what it says now and then."""
    begun, heard = "", 0.0
    clock = asyncio.get_running_loop().time
    while process.stdout is not None and (raw := await process.stdout.read(MAX_LINE_BYTES)):
        *whole, begun = (begun + raw.decode(errors="replace")).split("\n")
        for line in whole:
            if said := _shown(line):
                yield said
        if "\r" in begun and clock() - heard > BETWEEN:
            begun, heard = begun.rpartition("\r")[2], clock()
            if said := _shown(begun):
                yield said
        begun = begun[-MAX_LINE_BYTES:]
    if said := _shown(begun):
        yield said


def _shown(line: str) -> str:
    """Take a line as a terminal shows it: after the last carriage return, without colours."""
    return _COLOUR.sub("", line.rstrip().rpartition("\r")[2]).strip()
