"""Runs the server of a home behind one address, and tells how it is."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from nlu.rasa.front import fronted
from nlu.rasa.homes import VERSION, Home
from nlu.rasa.hosting import HOST, Host, hosted

PORT = 5005
"""Rasa's own."""

_CALL = timedelta(seconds=5)


def port_of(url: str) -> int:
    """Tell the port that a bot asks."""
    return urlsplit(url).port or PORT


async def serve(home: Home, port: int, tell: Callable[[str], None]) -> None:
    """Run the server until this is cancelled.

    Raises:
        BotError: nothing is installed or trained, or the server does not come up.
    """
    async with _session() as http:
        host = Host(home=home, http=http, tell=tell)
        host.check()
        async with fronted(host, http, port):
            tell("starting; Rasa takes the better part of a minute")
            async with hosted(host):
                for line in settings_lines(home, port):
                    tell(line)
                await asyncio.Event().wait()


def settings_lines(home: Home, port: int) -> Iterator[str]:
    """Write what bot.toml needs to ask this server."""
    yield f"ready on http://{HOST}:{port}; bot.toml:"
    yield "[nlu]"
    yield 'engines = ["rules", "rasa", "classifier"]'
    yield "[nlu.rasa]"
    yield f'url = "http://{HOST}:{port}"'
    yield f'token = "file:{home.token_file}"'


async def standing(home: Home, port: int) -> Sequence[str]:
    """Tell what is installed, trained and running."""
    told = [
        f"Rasa {VERSION} is installed in {home.folder}"
        if home.is_installed
        else f"Rasa is not installed in {home.folder}; run `threadline rasa setup`"
    ]
    model = home.newest_model()
    told.append(
        f"the newest model is {model.name}"
        if model is not None
        else "there is no model; run `threadline train --engine rasa`"
    )
    told.append(f"on port {port}: {await _asked(port)}")
    return told


async def _asked(port: int) -> str:
    try:
        async with (
            asyncio.timeout(_CALL.total_seconds()),
            _session() as http,
            http.get(f"http://{HOST}:{port}/") as response,
        ):
            said = await response.text()
    except (ClientError, OSError, TimeoutError):
        return "down; `threadline rasa run` starts it"
    if response.status != HTTPStatus.OK:
        return f"somebody else, who answers {response.status}"
    return said.strip()[:80]


def _session() -> ClientSession:
    return ClientSession(
        timeout=ClientTimeout(total=None), trust_env=False, cookie_jar=DummyCookieJar()
    )
