"""The calls to a Rasa server, over one session."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession
from pydantic_core import from_json

from bot import BotError, Clock
from nlu.rasa.replies import Reply, parse_reply
from nlu.rasa.settings import RasaSettings
from nlu.rasa.tickets import headers_of, query_of

MAX_REPLY_BYTES = 1024 * 1024
"""A reply holds ten intents and an entity for each word of `max_characters` at most."""

TEXT_REFUSED = "ParsingError"
"""What Rasa calls an error while it parsed: perhaps the text's own fault, whatever the status."""

_REASONS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "unauthorised",
    HTTPStatus.FORBIDDEN: "unauthorised",
    HTTPStatus.CONFLICT: "no_model",
}


@dataclass(frozen=True, slots=True)
class Away:
    """The server cannot be asked now; ``reason`` is a word for the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server is there but could not read this text."""

    status: int


class RasaClient:
    """Asks, teaches and loads."""

    def __init__(self, http: ClientSession, settings: RasaSettings, clock: Clock) -> None:
        self._http = http
        self._settings = settings
        self._clock = clock
        self._room = asyncio.Semaphore(settings.max_requests)

    async def parse(self, text: str) -> Reply | Refused | Away:
        """Ask what a sentence means; waiting for a turn counts as the server's time."""
        try:
            async with (
                asyncio.timeout(self._settings.timeout.total_seconds()),
                self._room,
                self._call("POST", "model/parse", {"text": text}) as response,
            ):
                return await _understood(response)
        except TimeoutError:
            return Away("timeout")
        except (ClientError, OSError):
            return Away("unreachable")

    async def train(self, project: str) -> str:
        """Let the server learn from a project, one YAML document; gives the model's file there.

        Raises:
            BotError: what the server refused, or that it is not there.
        """
        async with self._patient(), self._post("model/train", project) as response:
            await _check(response)
            name = response.headers.get("filename", "")
            async for _ in response.content.iter_chunked(MAX_REPLY_BYTES):
                pass  # the model itself: the server has kept it
        if not name:
            raise BotError(f"{self._settings.url} named no model; is it a Rasa 3 server?")
        return f"models/{name}"

    async def load(self, model: str) -> None:
        """Let the server go on with a model; meanwhile it answers nothing.

        Raises:
            BotError: what the server refused, or that it is not there.
        """
        async with self._patient(), self._call("PUT", "model", {"model_file": model}) as response:
            await _check(response)

    def _call(self, method: str, path: str, fields: Mapping[str, Any]) -> Any:  # noqa: ANN401 - aiohttp's own context
        return self._request(method, path, json.dumps(fields), "application/json")

    def _post(self, path: str, document: str) -> Any:  # noqa: ANN401 - aiohttp's own context
        return self._request("POST", path, document, "application/yaml")

    def _request(self, method: str, path: str, body: str, kind: str) -> Any:  # noqa: ANN401 - aiohttp's own context
        """Call without following redirects: the token is for this server alone."""
        settings = self._settings
        return self._http.request(
            method,
            f"{settings.url.rstrip('/')}/{path}",
            params=query_of(settings),
            data=body.encode(),
            headers={"Content-Type": kind, **headers_of(settings, self._clock.now())},
            allow_redirects=False,
        )

    @asynccontextmanager
    async def _patient(self) -> AsyncIterator[None]:
        url, limit = self._settings.url, self._settings.train_timeout
        try:
            async with asyncio.timeout(limit.total_seconds()):
                yield
        except TimeoutError as error:
            told = f"{url} did not answer within {limit}; raise nlu.rasa.train_timeout"
            raise BotError(told) from error
        except (ClientError, OSError) as error:
            told = f"{url} cannot be reached; start Rasa with --enable-api, or correct the address"
            raise BotError(told) from error


async def _understood(response: ClientResponse) -> Reply | Refused | Away:
    body = await _body(response)
    if response.status == HTTPStatus.OK:
        return parse_reply(body) or Away("malformed")
    if _failure(body).get("reason") == TEXT_REFUSED:
        return Refused(response.status)
    return Away(_REASONS.get(response.status, f"status_{response.status}"))


async def _check(response: ClientResponse) -> None:
    if response.status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
        return
    if _REASONS.get(response.status) == "unauthorised":
        raise BotError("Rasa wants another token; correct nlu.rasa.token or nlu.rasa.jwt_secret")
    told = _failure(await _body(response))
    why = " ".join(f"{told.get('reason', '')}: {told.get('message', '')}".split())[:500]
    raise BotError(f"Rasa refused with status {response.status}: {why}; see its log")


async def _body(response: ClientResponse) -> bytes:
    """Read an answer; one beyond the limit is cut off, so that it cannot be read."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_REPLY_BYTES:
            break
    return bytes(body[:MAX_REPLY_BYTES])


def _failure(body: bytes) -> Mapping[str, Any]:
    """Read Rasa's form of an error; its 404 and 405 are pages of HTML."""
    try:
        told = from_json(body)
    except ValueError:
        return {}
    return told if isinstance(told, Mapping) else {}
