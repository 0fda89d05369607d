"""Keeps a Rasa server running, and changes it for another when there is a new model."""

import asyncio
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path

import structlog
from aiohttp import ClientError, ClientSession

from bot import BotError
from nlu.rasa.homes import Home
from nlu.rasa.processes import GRACE, rasa_command, running

log = structlog.get_logger()

HOST = "127.0.0.1"
START = timedelta(seconds=600)
"""Rasa listens only when its model is loaded: 43 to 51 s were seen on a busy machine."""

PAUSE = timedelta(seconds=1)
"""Between two looks at a server, and at the folder of models."""

CALL = timedelta(seconds=5)


class Standing(StrEnum):
    """How a server is."""

    STARTING = "starting"
    READY = "ready"
    RELOADING = "reloading"
    DOWN = "down"


@dataclass(slots=True, kw_only=True)
class Served:
    """A process that answers on a port with a model; ``calls`` are those on their way."""

    process: Process
    port: int
    model: Path
    stack: AsyncExitStack
    calls: int = 0
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def called(self) -> Iterator[None]:
        """Count a call for as long as the block lasts."""
        self.calls += 1
        self._idle.clear()
        try:
            yield
        finally:
            self.calls -= 1
            if not self.calls:
                self._idle.set()

    async def emptied(self) -> None:
        """Wait until the calls on their way are answered, or have had their time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE.total_seconds()):
                if self.calls:
                    await self._idle.wait()


@dataclass(slots=True, kw_only=True)
class Host:
    """Starts servers of a home; ``current`` is the one that answers.

    A new model gets a second process on a port of its own; when that is ready it becomes the
    current one and the first ends. So a sentence is never without a server, at the price of
    twice the memory (1.6 GiB each) for that minute.
    """

    home: Home
    http: ClientSession
    tell: Callable[[str], None]
    command: Callable[..., list[str]] = rasa_command
    pause: timedelta = PAUSE
    current: Served | None = field(default=None, init=False)
    standing: Standing = field(default=Standing.DOWN, init=False)

    def check(self) -> Path:
        """Find the newest model.

        Raises:
            BotError: nothing is installed, or there is no model.
        """
        if not self.home.python.exists():
            told = f"Rasa is not installed in {self.home.folder}; run `threadline rasa setup`"
            raise BotError(told)
        model = self.home.newest_model()
        if model is None:
            told = f"there is no model in {self.home.models}; run `threadline train --engine rasa`"
            raise BotError(told)
        return model

    async def start(self) -> None:
        """Start with the newest model.

        Raises:
            BotError: there is no model, or the server does not come up.
        """
        model = self.check()
        self.standing = Standing.STARTING
        self.current = await self._open(model)
        self.standing = Standing.READY

    async def keep(self) -> None:
        """Look after the server: a new model takes over, a dead process is started anew."""
        while True:
            await asyncio.sleep(self.pause.total_seconds())
            if self.current is not None and self.current.process.returncode is not None:
                log.warning("server.died", code=self.current.process.returncode)
                await self._restart()
            newest = self.home.newest_model()
            if self.current is not None and newest is not None and newest != self.current.model:
                await self._swap(newest)

    async def close(self) -> None:
        """End the server."""
        served, self.current, self.standing = self.current, None, Standing.DOWN
        if served is not None:
            await served.stack.aclose()

    async def _restart(self) -> None:
        await self.close()
        try:
            await self.start()
        except BotError as error:
            log.warning("server.not_started", reason=str(error))
            self.tell(str(error))

    async def _swap(self, model: Path) -> None:
        old, self.standing = self.current, Standing.RELOADING
        self.tell(f"{model.name} is new: a second process loads it")
        try:
            self.current = await self._open(model)
        except BotError as error:
            self.tell(f"{error}; the old model goes on")
            log.warning("model.refused", model=model.name)
            self.home.refuse(model)
            return
        finally:
            self.standing = Standing.READY
        self.tell(f"{model.name} answers now")
        if old is not None:
            await old.emptied()
            await old.stack.aclose()

    async def _open(self, model: Path) -> Served:
        """Start a process and wait until it answers."""
        port = free_port()
        arguments = (
            "run", "--enable-api", "--interface", HOST, "--port", str(port),
            "--model", str(model),
        )  # fmt: skip
        self.home.token()
        command = self.command(self.home, *arguments, token=self.home.token_file)
        async with AsyncExitStack() as stack:
            process = await stack.enter_async_context(running(command, self.home.work, quiet=True))
            await self._ready(process, port)
            return Served(process=process, port=port, model=model, stack=stack.pop_all())

    async def _ready(self, process: Process, port: int) -> None:
        try:
            async with asyncio.timeout(START.total_seconds()):
                while process.returncode is None:
                    if await self._answers(port):
                        return
                    await asyncio.sleep(self.pause.total_seconds())
        except TimeoutError as error:
            raise BotError(f"Rasa did not come up within {START}; see {self._log}") from error
        raise BotError(f"Rasa ended with {process.returncode}; see {self._log}")

    async def _answers(self, port: int) -> bool:
        url = f"http://{HOST}:{port}/status"
        try:
            async with (
                asyncio.timeout(CALL.total_seconds()),
                self.http.get(url, params={"token": self.home.token()}) as response,
            ):
                return response.status == HTTPStatus.OK
        except (ClientError, OSError, TimeoutError):
            return False

    @property
    def _log(self) -> Path:
        return self.home.work / "log"


def free_port() -> int:
    """Find a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def hosted(host: Host) -> AsyncIterator[Host]:
    """Start a server, look after it inside of the block, and end it."""
    try:
        await host.start()
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(host.keep())
            yield host
            keeping.cancel()
    finally:
        await host.close()
