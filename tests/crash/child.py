"""The process that dies: a whole bot, armed to kill itself at a named point.

Run as ``python -m tests.crash.child`` it reads an `Order` a line, forks a bot for each and writes
the process id: the imports, most of a start, are done once. A bot is killed by SIGKILL: nothing is
flushed, closed or told, as when the kernel ends it.
"""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from bot.app import Options, open_bot
from bot.cli.serving import serve
from bot.crashpoints import arm
from bot.logs import configure_logs
from bot.plugins import Extensions, load_extensions
from bot.settings import Settings, load_settings
from tests.crash.mutants import MUTANTS
from tests.crash.orders import LIST, Order, SteadyClock, load_order

HOST = "127.0.0.1"
APPENDING = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def recorder(path: Path) -> Callable[[str], None]:
    """Make what writes down every point that is passed."""
    descriptor = os.open(path, APPENDING, 0o600)

    def note(name: str) -> None:
        os.write(descriptor, f"{name}\n".encode())

    return note


def bomb(target: str, died: Path) -> Callable[[str], None]:
    """Make what kills this process at the k-th pass of ``name:k``."""
    name, _, count = target.rpartition(":")
    passes: Counter[str] = Counter()

    def visit(point: str) -> None:
        passes[point] += 1
        if point == name and passes[point] == int(count):
            os.write(os.open(died, APPENDING, 0o600), f"{target}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    return visit


def settings_of(order: Order) -> Settings:
    """Read the bot.toml of an order."""
    return load_settings(Path(order.folder) / "bot.toml", overlay=order.overlay)


def imported(settings: Settings) -> Extensions:
    """Find the extensions and import them before the first fork."""
    extensions = load_extensions(settings)
    for group in (extensions.stores, extensions.connectors, extensions.engines):
        for entry in group.values():
            entry.load()
    return extensions


async def live(order: Order, extensions: Extensions) -> None:
    """Open the bot of an order and serve until killed."""
    # kill -9 is no power loss: what SQLite wrote, the kernel has
    options = Options(clock=SteadyClock(order.origin), synchronous="NORMAL")
    async with open_bot(settings_of(order), extensions, options) as bot:
        await serve(bot, host=HOST, port=order.port)


def run(order: Order, extensions: Extensions) -> NoReturn:
    """Be the bot of an order; never returns to the nursery's loop."""
    code = 1
    try:
        output = os.open(order.output, APPENDING, 0o600)
        for stream in (1, 2):
            os.dup2(output, stream)
        os.close(0)
        configure_logs(json=True, level="info", stream=sys.stderr)
        if order.crash == LIST:
            arm(recorder(order.passed))
        elif order.crash:
            arm(bomb(order.crash, order.died))
        if order.mutant:
            MUTANTS[order.mutant]()
        asyncio.run(live(order, extensions))
        code = 0
    except BaseException:  # noqa: BLE001 - the last frame of the process; nobody is above
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Fork a bot for each line; ends with its input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    extensions: Extensions | None = None  # all orders have the same plugins
    for line in sys.stdin:
        order = load_order(line)
        extensions = extensions or imported(settings_of(order))
        pid = os.fork()
        if not pid:
            run(order, extensions)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
