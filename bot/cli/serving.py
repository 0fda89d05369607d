"""A bot that listens: the server, the workers, and an orderly end."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from aiohttp import web

from bot.app import Bot
from bot.errors import ConfigError
from bot.model.ids import ConnectorName
from bot.ports.connectors import Connector, Listener

log = structlog.get_logger()
SOCKETS_CLOSE_WITHIN = 2.0  # seconds; aiohttp's default would hold a restart up for 60


async def serve(bot: Bot, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then stop intake, finish what was begun, and return.

    Raises:
        ConfigError: the port cannot be listened on.
    """
    stop = asyncio.Event()
    with _stopped_by_signals(stop):
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
                group.create_task(bot.workers.run())
                await stop.wait()
                log.info("bot.stopping")
                await runner.cleanup()
                bot.workers.stop()
                for listener in listeners:
                    listener.cancel()
        finally:
            await runner.cleanup()


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
        await bot.intake.accept(ConnectorName(name), received)
        if in_turn:
            await _quiet(bot)
    stop.set()


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
