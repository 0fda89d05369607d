"""The page and its files, under a policy that lets nothing but themselves run."""

import mimetypes
from importlib import resources

from aiohttp import hdrs, web

PREFIX = "/__sandbox"
_FILES = ("icon.svg", "index.html", "modal.js", "pane.js", "post.js", "sandbox.css", "sandbox.js")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page_routes() -> list[web.RouteDef]:
    """Read the page from the package and list the routes that serve it."""
    folder = resources.files("bot.sandbox") / "static"
    files = {name: (folder / name).read_bytes() for name in _FILES}

    async def index(_: web.Request) -> web.Response:
        return _answer("index.html", files["index.html"])

    async def file(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in files:
            raise web.HTTPNotFound
        return _answer(name, files[name])

    return [web.get("/", index), web.get(PREFIX + "/static/{name}", file)]


def _answer(name: str, body: bytes) -> web.Response:
    kind, _ = mimetypes.guess_type(name)
    return web.Response(body=body, headers=_HEADERS | {hdrs.CONTENT_TYPE: f"{kind}; charset=utf-8"})
