"""The page for labelling: its files and what its buttons do, on this machine alone."""

import asyncio
import json
import mimetypes
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib import resources
from typing import Any

from aiohttp import hdrs, web

from bot.errors import ConfigError
from bot.labelling.batches import Batch
from bot.labelling.desk import Desk
from bot.labelling.doors import Door
from bot.labelling.marking import check_marked

LOOPBACK = "127.0.0.1"
LEARN_AFTER = 5
_MAX_BODY_BYTES = 256 * 1024
_CLOSE_WITHIN = 2.0  # seconds; aiohttp's default would hold the end up for 60
_FILES = ("labelling.css", "labelling.js", "page.html")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Page:
    """What the page asks for; one batch is shown at a time."""

    def __init__(self, desk: Desk, door: Door) -> None:
        """Take what is labelled at, and who lets the browser in."""
        self._desk = desk
        self._door = door
        self._learning = asyncio.Lock()
        self._labels = 0

    def application(self) -> web.Application:
        """Make the application."""
        folder = resources.files("bot.labelling") / "static"
        files = {name: (folder / name).read_bytes() for name in _FILES}

        async def enter(request: web.Request) -> web.Response:
            return self._door.admit(request)

        async def shown(_: web.Request) -> web.Response:
            return _file("page.html", files["page.html"])

        async def static(request: web.Request) -> web.Response:
            name = request.match_info["name"]
            if name not in files:
                raise web.HTTPNotFound
            return _file(name, files[name])

        app = web.Application(client_max_size=_MAX_BODY_BYTES)
        app.add_routes([
            web.get("/open/{token}", enter), web.get("/", self._door.guarded(shown)),
            web.get("/static/{name}", static),
        ])  # fmt: skip
        posts = {
            "/next": self._next, "/mark": self._mark, "/label": self._label,
            "/dismiss": self._dismiss, "/reopen": self._reopen, "/gains": self._gains,
        }  # fmt: skip
        app.add_routes([web.post(path, self._door.guarded(one)) for path, one in posts.items()])
        return app

    async def _next(self, request: web.Request) -> web.Response:
        """Show the first batch that the page has not skipped."""
        skipped = set(_words(await _read(request), "skipped"))
        batches = [one for one in await self._desk.batches() if one.ids[0] not in skipped]
        told: dict[str, Any] = {
            "progress": asdict(await self._desk.progress()), "waiting": len(batches), "batch": None,
            "meanings": {name: list(names) for name, names in self._desk.meanings.items()},
        }  # fmt: skip
        if batches:
            told["batch"] = await self._shown(batches[0])
        return web.json_response(told)

    async def _shown(self, batch: Batch) -> Mapping[str, Any]:
        missed = batch.misses[0].missed
        return {
            "ids": batch.ids, "text": batch.text, "others": batch.others,
            "channel": missed.channel, "locale": missed.locale, "kind": missed.kind,
            "suggestions": [asdict(one) for one in await self._desk.suggested(batch)],
        }  # fmt: skip

    async def _mark(self, request: web.Request) -> web.Response:
        body = await _read(request)
        text, meaning = _word(body, "text"), self._meaning(body)
        return web.json_response({"marked": await self._desk.marked(text, meaning)})

    async def _label(self, request: web.Request) -> web.Response:
        """Label a batch; what is marked wrongly is told, and nothing is labelled."""
        body = await _read(request)
        batch, meaning = await self._batch(body), self._meaning(body)
        marked = _word(body, "marked")
        problems = check_marked(marked, batch.text, self._desk.meanings[meaning])
        if problems:
            return web.json_response({"problems": problems}, status=422)
        count = await self._desk.label(batch, meaning, marked)
        self._labels += 1
        if self._labels % LEARN_AFTER == 0:
            async with self._learning:
                await self._desk.relearn()
        return web.json_response({"count": count})

    async def _dismiss(self, request: web.Request) -> web.Response:
        batch = await self._batch(await _read(request))
        return web.json_response({"count": await self._desk.dismiss(batch)})

    async def _reopen(self, request: web.Request) -> web.Response:
        ids = _words(await _read(request), "ids")
        return web.json_response({"count": await self._desk.reopen(ids)})

    async def _gains(self, request: web.Request) -> web.StreamResponse:
        """Learn with and without the labels; lines of progress, the last is what it brought."""
        answer = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/x-ndjson"})
        await answer.prepare(request)
        lines: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()

        def tick(stage: str, done: int, total: int) -> None:
            if done in (0, total):
                lines.put_nowait({"stage": stage})

        async def work() -> None:
            async with self._learning:
                lines.put_nowait({"gains": asdict(await self._desk.gains(tick))})

        async with asyncio.TaskGroup() as group:
            group.create_task(work())
            told: Mapping[str, Any] = {}
            while "gains" not in told:
                told = await lines.get()
                await answer.write(json.dumps(told).encode() + b"\n")
        return answer

    async def _batch(self, body: Mapping[str, Any]) -> Batch:
        ids = _words(body, "ids")
        for batch in await self._desk.batches():
            if ids and batch.ids[0] == ids[0]:
                return batch
        raise _refusal(web.HTTPConflict, "This was labelled elsewhere meanwhile.")

    def _meaning(self, body: Mapping[str, Any]) -> str:
        meaning = _word(body, "meaning")
        if meaning not in self._desk.meanings:
            raise _refusal(web.HTTPBadRequest, "There is no such meaning.")
        return meaning


@asynccontextmanager
async def open_page(desk: Desk, port: int) -> AsyncIterator[str]:
    """Serve the page on loopback while the context lasts; gives its address, good once.

    Raises:
        ConfigError: the port is taken.
    """
    door = Door()
    runner = web.AppRunner(
        Page(desk, door).application(), access_log=None, shutdown_timeout=_CLOSE_WITHIN
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, LOOPBACK, port).start()
        except OSError as error:
            told = f"--port: {port} cannot be listened on ({error.strerror}); name another one"
            raise ConfigError(told) from error
        yield f"http://{LOOPBACK}:{runner.addresses[0][1]}/open/{door.token}"
    finally:
        await runner.cleanup()


def _file(name: str, body: bytes) -> web.Response:
    kind, _ = mimetypes.guess_type(name)
    return web.Response(body=body, headers=_HEADERS | {hdrs.CONTENT_TYPE: f"{kind}; charset=utf-8"})


async def _read(request: web.Request) -> Mapping[str, Any]:
    if request.content_type != "application/json":
        raise _refusal(web.HTTPUnsupportedMediaType, "Send application/json.")
    try:
        body = json.loads(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _refusal(web.HTTPBadRequest, "Send a JSON object.")
    return body


def _word(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _refusal(web.HTTPBadRequest, f"{key} must be a text that is not empty.")
    return value


def _words(body: Mapping[str, Any], key: str) -> list[Any]:
    value = body.get(key)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _refusal(web.HTTPBadRequest, f"{key} must be a list of texts.")
    return value


def _refusal(kind: type[web.HTTPError], text: str) -> web.HTTPError:
    return kind(text=json.dumps({"error": text}), content_type="application/json")
