"""What the page's fields and buttons do: JSON in, JSON out, for this page alone."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from ipaddress import ip_address

import structlog
from aiohttp import hdrs, web
from yarl import URL

from bot.errors import BotError
from bot.model.attachments import UNKNOWN_MIME
from bot.ports.connectors import Body
from bot.ports.emulators import FileSender, Filling
from bot.sandbox import sent
from bot.sandbox.page import PREFIX
from bot.sandbox.screens import FAULTS, Screens
from bot.sandbox.supervisor import Status, Supervisor

_MAX_BODY_BYTES = 64 * 1024
_MAX_FILE_BYTES = 20 * 1024 * 1024
_PLATFORM_TIMEOUT = timedelta(seconds=30)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger()


class Controls:
    """The sandbox's API, below ``/__sandbox/``."""

    def __init__(self, screens: Screens, supervisor: Supervisor) -> None:
        """Take what is shown and the child that the buttons act on."""
        self._screens = screens
        self._supervisor = supervisor

    def routes(self) -> list[web.RouteDef]:
        """List the routes; each refuses what another site's page sends."""
        return [
            web.get(PREFIX + "/panes", guarded(self._panes)),
            web.get(PREFIX + "/screens", guarded(self._show)),
            web.get(sent.PATH, guarded(self._sent)),
            web.get(PREFIX + "/status", guarded(self._status)),
            web.post(PREFIX + "/say", guarded(self._say)),
            web.post(PREFIX + "/tap", guarded(self._tap)),
            web.post(PREFIX + "/file", guarded(self._send)),
            web.post(PREFIX + "/fill", guarded(self._fill)),
            web.post(PREFIX + "/dismiss", guarded(self._dismiss)),
            web.post(PREFIX + "/faults", guarded(self._arm)),
            web.post(PREFIX + "/kill", guarded(self._kill)),
            web.post(PREFIX + "/restart", guarded(self._restart)),
        ]

    async def _panes(self, _: web.Request) -> web.Response:
        return web.json_response({"panes": [asdict(pane) for pane in self._screens.panes()]})

    async def _show(self, request: web.Request) -> web.Response:
        person = request.query.get("person")
        names = self._screens.connectors()
        return web.json_response({name: self._screens.screen(name, person) for name in names})

    async def _sent(self, request: web.Request) -> web.Response:
        told = request.query
        emulator = self._screens.emulator(self._connector(told))
        person, message, number = (_word(told, key) for key in ("person", "message", "file"))
        file = sent.find(emulator, person, message, number)
        if file is None:
            raise _refusal(web.HTTPNotFound, "Nobody sees such a file.")
        return sent.served(file)

    async def _status(self, _: web.Request) -> web.Response:
        return web.json_response(status_body(self._supervisor.status))

    async def _say(self, request: web.Request) -> web.Response:
        body = await _read_object(request)
        emulator = self._screens.emulator(self._connector(body))
        return await _let(emulator.says(_word(body, "person"), _word(body, "text")))

    async def _tap(self, request: web.Request) -> web.Response:
        body = await _read_object(request)
        emulator = self._screens.emulator(self._connector(body))
        person, message, label = (_word(body, key) for key in ("person", "message", "label"))
        return await _let(emulator.taps(person, message, label))

    async def _fill(self, request: web.Request) -> web.Response:
        body = await _read_object(request)
        values = body.get("values")
        if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
            raise _refusal(web.HTTPBadRequest, "values must be an object of texts.")
        errors: dict[str, str] = {}

        async def fill() -> None:
            errors.update(await self._filling(body).fills(_word(body, "person"), values))

        await _let(fill())
        return web.json_response({"errors": errors})

    async def _dismiss(self, request: web.Request) -> web.Response:
        body = await _read_object(request)
        return await _let(self._filling(body).dismisses(_word(body, "person")))

    def _filling(self, body: Body) -> Filling:
        emulator = self._screens.emulator(self._connector(body))
        if not isinstance(emulator, Filling):
            raise _refusal(web.HTTPConflict, "This app has no forms.")
        return emulator

    async def _send(self, request: web.Request) -> web.Response:
        """Send a file: the body is its bytes, the query tells all else."""
        told = request.query
        emulator = self._screens.emulator(self._connector(told))
        if not isinstance(emulator, FileSender):
            raise _refusal(web.HTTPConflict, "This app sends no files.")
        data = await _read_up_to(request, _MAX_FILE_BYTES)
        person, name = _word(told, "person"), _word(told, "name")
        mime, text = told.get("mime") or UNKNOWN_MIME, told.get("text", "")
        return await _let(emulator.sends(person, data, name=name, mime=mime, text=text))

    async def _arm(self, request: web.Request) -> web.Response:
        body = await _read_object(request)
        connector, fault = self._connector(body), _word(body, "fault")
        if fault not in FAULTS:
            raise _refusal(web.HTTPBadRequest, f"fault must be one of: {', '.join(FAULTS)}.")
        self._screens.arm(connector, fault)
        log.info("fault.armed", connector=connector, fault=fault)
        return web.json_response(self._screens.screen(connector)["faults"])

    async def _kill(self, _: web.Request) -> web.Response:
        return web.json_response({"killed": self._supervisor.kill()})

    async def _restart(self, _: web.Request) -> web.Response:
        return web.json_response({"restarting": self._supervisor.restart()})

    def _connector(self, body: Body) -> str:
        name = _word(body, "connector")
        if name not in self._screens.connectors():
            raise _refusal(web.HTTPNotFound, "No emulated connector has this name.")
        return name


def guarded(handler: Handler) -> Handler:
    """Let a handler see only what our own page, or a program of this machine, sends."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if not _is_ours(request):
            raise _refusal(web.HTTPForbidden, "This address answers its own page only.")
        return await handler(request)

    return answer


def _is_ours(request: web.Request) -> bool:
    """Compare Origin and Host; on loopback the host must be called so (DNS rebinding)."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin.partition("://")[2] != request.host:
        return False
    transport = request.transport
    local = transport.get_extra_info("sockname") if transport is not None else None
    if not local or not ip_address(local[0]).is_loopback:
        return True
    return _is_loopback(request.host)


def _is_loopback(authority: str) -> bool:
    try:
        name = URL(f"//{authority}").host or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


async def _let(platform: Awaitable[None]) -> web.Response:
    """Wait for an emulated app, which refuses what a person cannot do there."""
    try:
        async with asyncio.timeout(_PLATFORM_TIMEOUT.total_seconds()):
            await platform
    except (LookupError, ValueError, BotError) as error:
        raise _refusal(web.HTTPConflict, f"The app refuses that: {error}") from error
    except TimeoutError as error:
        raise _refusal(web.HTTPGatewayTimeout, "The app does not answer.") from error
    return web.json_response({"done": True})


async def _read_object(request: web.Request) -> Body:
    if request.content_type != "application/json":
        raise _refusal(web.HTTPUnsupportedMediaType, "Send application/json.")
    raw = await _read_up_to(request, _MAX_BODY_BYTES)
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _refusal(web.HTTPBadRequest, "Send a JSON object.")
    return body


async def _read_up_to(request: web.Request, limit: int) -> bytes:
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, len(raw))
    return bytes(raw)


def _word(body: Body, key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _refusal(web.HTTPBadRequest, f"{key} must be a text that is not empty.")
    return value


def _refusal(kind: type[web.HTTPError], text: str) -> web.HTTPError:
    return kind(text=json.dumps({"error": text}), content_type="application/json")


def status_body(status: Status) -> Body:
    """Show the child's status as the page reads it."""
    return {
        "phase": status.phase,
        "running": status.phase == "running",
        "pid": status.pid,
        "restarts": status.restarts,
    }
