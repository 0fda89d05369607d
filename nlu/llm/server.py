"""The one call to the server, with an end, a limit and no redirect."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import ClientError, ClientResponse, ClientSession, DummyCookieJar, TCPConnector

from nlu.llm.settings import LlmSettings
from nlu.llm.streams import EventReader, Piece, StreamError
from nlu.llm.wire import Answer, parse_answer

MAX_BYTES = 256 * 1024
"""Of an answer: far more than `max_tokens` of a tool call."""
MAX_STREAM_BYTES = 1024 * 1024
"""Of an answer in pieces: each token comes in an event of its own."""
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
        misread: the server did not understand the request; another form of it may be.
    """

    reason: str
    pause: float | None = None
    is_ours: bool = False
    may_cost: bool = False
    misread: bool = False


class FailedError(ConnectionError):
    """An answer in pieces has no more of them; `failure` tells why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Server:
    """A server that speaks OpenAI's API."""

    def __init__(self, settings: LlmSettings, http: ClientSession) -> None:
        self._url = settings.endpoint
        self._timeout = settings.timeout.total_seconds()
        self._answer_timeout = settings.answer_timeout.total_seconds()
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

    async def stream(self, body: bytes) -> AsyncGenerator[Piece, None]:
        """Make a call, once, and yield what comes; a server that does not stream gives one piece.

        Raises:
            FailedError: it has failed, perhaps after some pieces.
        """
        end = asyncio.get_running_loop().time() + self._answer_timeout
        try:
            async with asyncio.timeout_at(end):
                response = await self._http.post(
                    self._url, data=body, headers=self._headers, allow_redirects=False
                )
            try:
                async for piece in _pieces(response, end):
                    yield piece
            finally:
                response.close()
        except TimeoutError as error:
            raise FailedError(Failure(reason="time-out", may_cost=True)) from error
        except StreamError as error:
            raise FailedError(Failure(reason=str(error), may_cost=True)) from error
        except (ClientError, OSError, ValueError) as error:
            if isinstance(error, FailedError):
                raise
            raise FailedError(Failure(reason=type(error).__name__)) from error


async def _pieces(response: ClientResponse, end: float) -> AsyncIterator[Piece]:
    """Read an answer piece by piece, or as a whole where the server gives it so."""
    if response.status != HTTPStatus.OK or response.content_type != "text/event-stream":
        async with asyncio.timeout_at(end):
            told = await _read(response)
        if isinstance(told, Failure):
            raise FailedError(told)
        yield Piece(text=told.text, tokens=told.tokens, whole=True)
        return
    reader, count = EventReader(), 0
    while not reader.is_done:
        async with asyncio.timeout_at(end):
            chunk = await response.content.readany()
        count += len(chunk)
        if not chunk:
            raise StreamError("the answer was broken off")
        if count > MAX_STREAM_BYTES:
            raise StreamError("answer too large")
        for piece in reader.feed(chunk):
            yield piece


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
        misread=response.status in {400, 415, 422, 501},
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
