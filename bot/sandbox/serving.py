"""Put the sandbox together: emulators, the bot as a child, and one port for them all."""

import asyncio
import json
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import structlog
from aiohttp import web

from bot.errors import ConfigError
from bot.ports.connectors import Body
from bot.ports.emulators import Emulator, EmulatorSettings
from bot.sandbox.controls import Controls
from bot.sandbox.overlay import Plan, find_connectors, lay_over
from bot.sandbox.page import PREFIX, page_routes
from bot.sandbox.proxy import Proxy, open_proxy
from bot.sandbox.screens import OpenEmulator, Screens
from bot.sandbox.stream import Stream
from bot.sandbox.supervisor import Supervisor
from bot.settings import EnvironmentSecrets, Settings, load_settings

ChildCommand = Callable[[Path, Path, int], Sequence[str]]

_LOOPBACK = "127.0.0.1"
_MAX_UPLOAD_BYTES = 128 * 1024 * 1024  # to an emulated platform: WhatsApp takes 100 MB documents
_CLOSE_TIMEOUT = timedelta(seconds=2)
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the parent listens, and its child."""

    host: str
    port: int
    child_port: int

    @property
    def url(self) -> str:
        """The page's address as a browser on this machine would write it."""
        host = self.host if _is_one_address(self.host) else _LOOPBACK
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def bot_command(settings_path: Path, overlay: Path, port: int) -> Sequence[str]:
    """Tell how the bot is started; -P keeps a folder ``commands/`` of the user out of the way."""
    options = ("--config", str(settings_path), "--overlay", str(overlay), "--port", str(port))
    return (sys.executable, "-P", "-m", "bot", "run", *options)


async def serve(
    settings_path: Path,
    *,
    host: str,
    port: int,
    extensions: Mapping[str, OpenEmulator],
    pace: float = 0.02,
    command: ChildCommand = bot_command,
) -> None:
    """Serve the sandbox until SIGTERM, SIGINT or cancellation.

    Args:
        settings_path: The bot.toml, as the user wrote it.
        host: Where the page is served.
        port: The page's port; 0 takes a free one.
        extensions: What opens the emulator of each kind (``threadline.emulators``).
        pace: Multiplies the platforms' own waits.
        command: Makes the child's command line from settings, overlay and port.

    Raises:
        ConfigError: bot.toml cannot be used, or the port is taken.
    """
    settings = load_settings(settings_path)
    plan = find_connectors(
        {table.name: {**table.table, "kind": table.kind} for table in settings.connectors},
        list(extensions),
    )
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(_listening(host, port))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="threadline-")))
        site = Site(host=host, port=listener.getsockname()[1], child_port=_free_port())
        emulators = await _open_emulators(stack, plan, extensions, site=site, pace=pace)
        overlay = write_overlay(folder, plan, emulators, settings=settings, site=site)
        supervisor = Supervisor(
            command(settings_path, overlay, site.child_port), port=site.child_port
        )
        proxy = await stack.enter_async_context(open_proxy(port=site.child_port))
        screens = Screens(emulators, plan.webchats)
        await stack.enter_async_context(_site_open(listener, screens, supervisor, proxy))
        log.info("sandbox.opened", url=site.url)
        await _run_until_told(supervisor)


async def _open_emulators(
    stack: AsyncExitStack,
    plan: Plan,
    extensions: Mapping[str, OpenEmulator],
    *,
    site: Site,
    pace: float,
) -> Mapping[str, Emulator]:
    emulators = {}
    for name, kind in plan.emulated.items():
        settings = EmulatorSettings(
            webhook_url=f"http://{_LOOPBACK}:{site.child_port}/{name}",
            base_url=f"{site.url}{PREFIX}/api/{name}",
            pace=pace,
        )
        emulators[name] = await stack.enter_async_context(extensions[kind](settings))
    return emulators


def write_overlay(
    folder: Path,
    plan: Plan,
    emulators: Mapping[str, Emulator],
    *,
    settings: Settings,
    site: Site,
) -> Path:
    """Write what is merged over bot.toml, and the secrets that it refers to."""

    def keep(connector: str, key: str, value: str) -> str:
        return f"file:{_write_private(folder / f'{connector}.{key}', value)}"

    def is_known(reference: str) -> bool:
        try:
            EnvironmentSecrets(folder=settings.folder).read(reference, key="", otherwise="")
        except ConfigError:
            return False
        return True

    overlay: Body = lay_over(
        plan,
        {name: emulator.connector_settings() for name, emulator in emulators.items()},
        server={"host": _LOOPBACK, "port": site.child_port, "public_url": site.url},
        keep=keep,
        is_known=is_known,
    )
    return _write_private(folder / "overlay.json", json.dumps(overlay, indent=2))


def _write_private(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


@asynccontextmanager
async def _site_open(
    listener: socket.socket, screens: Screens, supervisor: Supervisor, proxy: Proxy
) -> AsyncIterator[None]:
    """Serve page, controls, emulators and, for every other path, the bot."""
    stream = Stream(screens, supervisor)
    app = web.Application(client_max_size=_MAX_UPLOAD_BYTES)
    app.add_routes([*page_routes(), *Controls(screens, supervisor).routes(), *stream.routes()])
    app.add_routes(
        [
            web.route("*", PREFIX + "/api/{connector}/{path:.*}", screens.handle),
            web.route("*", PREFIX + "{path:(/.*)?}", _nothing),
            web.route("*", "/{path:.*}", proxy.pass_on),
        ]
    )
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=_CLOSE_TIMEOUT.total_seconds(), handle_signals=False
    )
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        stream.close()
        await runner.cleanup()


async def _nothing(_: web.Request) -> web.Response:
    raise web.HTTPNotFound


async def _run_until_told(supervisor: Supervisor) -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in _SIGNALS:
        loop.add_signal_handler(number, told.set)
    try:
        async with asyncio.TaskGroup() as group:
            child = group.create_task(supervisor.run())
            await told.wait()
            child.cancel()
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before anything is started, so that a taken one is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigError(
            f"server.port: {host}:{port} cannot be opened ({error.strerror}); "
            "stop the program that has it, or name another one by --port"
        ) from error
    with listener:
        yield listener


def _free_port() -> int:
    with socket.create_server((_LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _is_one_address(host: str) -> bool:
    try:
        return not ip_address(host).is_unspecified
    except ValueError:
        return bool(host)
