"""The one call to the server, with an end, a limit and no redirect."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import ClientError, ClientResponse, ClientSession, DummyCookieJar, TCPConnector

from nlu.llm.settings import LlmSettings
from nlu.llm.wire import Answer, parse_answer

MAX_BYTES = 256 * 1024
"""Of an answer: far more than `max_tokens` of a tool call."""
LONGEST_PAUSE = 3600.0
"""Seconds; a server that asks for more is asked again after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no answer.

    Attributes:
        reason: for the log.
        pause: in seconds, where the server asked to be left alone.
        is_ours: an operator must look: the key, the model or the address is wrong.
        may_cost: the server may have done the work all the same.
    """

    reason: str
    pause: float | None = None
    is_ours: bool = False
    may_cost: bool = False


class Server:
    """A server that speaks OpenAI's API."""

    def __init__(self, settings: LlmSettings, http: ClientSession) -> None:
        self._url = settings.endpoint
        self._timeout = settings.timeout.total_seconds()
        self._http = http
        self._headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        key = settings.api_key.reveal() if settings.api_key is not None else ""
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    async def ask(self, body: bytes) -> Answer | Failure:
        """Make a call; once."""
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._http.post(
                    self._url, data=body, headers=self._headers, allow_redirects=False
                ) as response,
            ):
                return await _read(response)
        except TimeoutError:
            return Failure(reason="time-out", may_cost=True)
        except (ClientError, OSError, ValueError) as error:  # ValueError: a key no header holds
            return Failure(reason=type(error).__name__)


async def _read(response: ClientResponse) -> Answer | Failure:
    if response.status != HTTPStatus.OK:
        return _refusal(response)
    body = bytearray()
    async for chunk in response.content.iter_chunked(16 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            return Failure(reason="answer too large", may_cost=True)
    answer = parse_answer(bytes(body))
    return Failure(reason="answer unreadable", may_cost=True) if answer is None else answer


def _refusal(response: ClientResponse) -> Failure:
    told = response.headers.get("Retry-After", "")
    pause = float(told[:6]) if told.isascii() and told.isdigit() else None
    is_passing = response.status in {408, 409, 425, 429} or response.status >= 500
    return Failure(
        reason=f"HTTP {response.status}",
        pause=min(pause, LONGEST_PAUSE) if pause is not None and is_passing else None,
        is_ours=not is_passing,
    )


@asynccontextmanager
async def open_server(settings: LlmSettings) -> AsyncIterator[Server]:
    """Open the session; nothing is called yet.

    An answer that came compressed stays so and is unreadable: nobody asked for it.
    """
    async with ClientSession(
        connector=TCPConnector(limit=settings.max_calls), cookie_jar=DummyCookieJar(),
        trust_env=False, auto_decompress=False,
    ) as http:  # fmt: skip
        yield Server(settings, http)
