"""Debian's Chromium on a page with the widget."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
INSTALL = "apt-get update && apt-get install -y --no-install-recommends chromium fonts-noto-core"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob:; require-trusted-types-for 'script'; trusted-types 'none'"
)
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WATCH = """
globalThis.violations = [];
document.addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective));
const Socket = globalThis.WebSocket;
globalThis.sockets = [];
globalThis.WebSocket = class extends Socket {
  constructor(...given) {
    if (globalThis.blocked) given[0] = new URL("/nowhere", given[0]);
    super(...given);
    sockets.push(this);
  }
};
globalThis.said = [];
"""


def check_chromium() -> None:
    """Skip where there is no Chromium; fail where there must be one."""
    if CHROMIUM.exists():
        return
    if os.environ.get("CI") == "true":  # noqa: TID251 - only CI knows that it is CI
        pytest.fail(f"no Chromium: {INSTALL}")
    pytest.skip(f"no Chromium: {INSTALL}")


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    check_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), headless=True, args=_ARGUMENTS
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_page(browser: Browser, url: str = "", **options: Any) -> AsyncIterator[Page]:
    """Open a page in a fresh profile."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
    context.set_default_timeout(8_000)
    await context.add_init_script(_WATCH)
    page = await context.new_page()
    if url:
        await page.goto(url)
    try:
        yield page
    finally:
        await context.close()


def html(body: str = "", *, style: str = "") -> Callable[[], web.Response]:
    """Make a page under the strictest policy that loads the widget by its one tag."""
    sheet = '<link rel="stylesheet" href="/style.css">' if style else ""
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Studio Nord</title>'
        f'<meta name="viewport" content="width=device-width">{sheet}'
        f'<main><h1>Studio Nord</h1>{body}</main><script type="module" src="/web/widget.js">'
        "</script></html>"
    )
    headers = {"Content-Security-Policy": STRICT}
    return lambda: web.Response(text=text, content_type="text/html", headers=headers)
