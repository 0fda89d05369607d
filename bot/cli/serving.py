"""A bot that listens: the server, the workers, and an orderly end."""

import asyncio
import os
import signal
import stat
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import structlog
from aiohttp import web

from bot.app import Bot
from bot.errors import ConfigError, StoreError
from bot.model.ids import ConnectorName
from bot.ports.connectors import Connector, Listener, Received

log = structlog.get_logger()
Beside = Callable[[], Awaitable[None]]
SOCKETS_CLOSE_WITHIN = 2.0  # seconds; aiohttp's default would hold a restart up for 60
FIRST_PAUSE = timedelta(seconds=0.5)
LONGEST_PAUSE = timedelta(seconds=5)


async def serve(
    bot: Bot, *, host: str, port: int, leashed: bool = False, beside: Sequence[Beside] = ()
) -> None:
    """Serve until SIGTERM or SIGINT, then stop intake, finish what was begun, and return.

    Args:
        bot: Open, and not working yet.
        host: Where to listen.
        port: 0 takes a free one.
        leashed: End at the end of standard input, too: whoever started us has died.
        beside: What else runs meanwhile; cancelled when it ends.

    Raises:
        ConfigError: the port cannot be listened on.
    """
    stop = asyncio.Event()
    with _stopped_by_signals(stop), _stopped_by_input(stop, leashed=leashed):
        runner = web.AppRunner(
            bot.site.application(), access_log=None, shutdown_timeout=SOCKETS_CLOSE_WITHIN
        )
        await runner.setup()
        try:
            await _listen(runner, host, port)
            sys.stderr.write(f"Threadline listens on {_address(runner)}\n")
            async with asyncio.TaskGroup() as group:
                listeners = [
                    group.create_task(_hear(bot, name, connector, stop))
                    for name, connector in bot.connectors.items()
                ]
                listeners += [group.create_task(_forever(one)) for one in beside]
                group.create_task(bot.workers.run())
                await stop.wait()
                log.info("bot.stopping")
                await runner.cleanup()
                bot.workers.stop()
                for listener in listeners:
                    listener.cancel()
        finally:
            await runner.cleanup()


async def _forever(work: Beside) -> None:
    await work()


async def converse(bot: Bot) -> None:
    """Work until every listening connector has ended: a conversation in the terminal."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(bot.workers.run())
        for name, connector in bot.connectors.items():
            await _hear(bot, name, connector, stop, in_turn=True)
        await _quiet(bot)
        bot.workers.stop()


async def _quiet(bot: Bot) -> None:
    """Wait until everything that was said has been answered."""
    while not await bot.workers.idle():  # noqa: ASYNC110 - idleness is in the database
        await asyncio.sleep(0.02)


async def _hear(
    bot: Bot, name: str, connector: Connector, stop: asyncio.Event, *, in_turn: bool = False
) -> None:
    """Record what a polling connector yields; its next item is asked for once this one is kept.

    ``in_turn``: and once it was answered, as in a terminal.
    """
    if not isinstance(connector, Listener):
        return
    async for received in connector.listen():
        await _keep(bot, ConnectorName(name), received)
        if in_turn:
            await _quiet(bot)
    stop.set()


async def _keep(bot: Bot, connector: ConnectorName, received: Received) -> None:
    """Record what came, however long the database is away: the platform sends it only once."""
    pause = FIRST_PAUSE
    while True:
        try:
            await bot.intake.accept(connector, received)
        except StoreError as error:
            log.warning("listener.store_unreachable", connector=connector, error=str(error))
            await asyncio.sleep(pause.total_seconds())
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            return


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise ConfigError(
            f"server.port: {host}:{port} cannot be listened on ({error.strerror}); stop the other "
            "program, or give another port with --port or in bot.toml"
        ) from error


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


@contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for one in signals:
        loop.add_signal_handler(one, stop.set)
    try:
        yield
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


@contextmanager
def _stopped_by_input(stop: asyncio.Event, *, leashed: bool) -> Iterator[None]:
    """Stop when the other end of standard input is closed; only a pipe has one."""
    descriptor = _pipe() if leashed else None
    if descriptor is None:
        yield
        return
    loop = asyncio.get_running_loop()

    def look() -> None:
        if not os.read(descriptor, 4096):
            loop.remove_reader(descriptor)
            stop.set()

    loop.add_reader(descriptor, look)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)


def _pipe() -> int | None:
    """Find standard input if it is a pipe or a socket: a terminal or a file ends for no reason."""
    try:
        descriptor = sys.stdin.fileno()
        mode = os.fstat(descriptor).st_mode
    except (AttributeError, OSError, ValueError):  # None, closed, or a stream in memory
        return None
    return descriptor if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None
