"""Calls to Slack: every one bounded, every refusal one of our errors.

Not by slack_sdk's client: it writes what is posted into its debug log, follows redirects with the
body, and repeats what broke; here only the outbox repeats.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession
from yarl import URL

from bot import Body, Receipt, Secret, TransientSendError, crashpoint
from connectors.slack import wire
from connectors.slack.refusals import GoneError, find_refusal, refusal_of
from connectors.slack.render import Json

CALL_TIMEOUT = timedelta(seconds=15)
MAX_ANSWER_BYTES = 1024 * 1024
FORMS = frozenset({"files.getUploadURLExternal", "oauth.v2.access", "users.info"})
"""Methods that take no JSON (Slack's method pages, 2026)."""

RESPONSE_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
"""Where response_urls lead (Slack: Handling user interaction; GovSlack)."""

NOT_SLACKS = "the answer is not Slack's: is a proxy between?"


class Calls:
    """Slack's methods with one token; None for those that take another proof."""

    def __init__(self, http: ClientSession, *, api_url: str, token: Secret | None) -> None:
        self._http = http
        self._url = api_url.rstrip("/")
        self._hosts = {_host(api_url), *RESPONSE_HOSTS}
        self._token = token

    async def method(self, method: str, payload: Json) -> Body:
        """Call a method and give its answer; raises what `refusal_of` makes of a refusal."""
        as_form = method in FORMS
        call = self._http.post(
            f"{self._url}/{method}",
            data=payload if as_form else None,
            json=None if as_form else payload,
            headers={} if self._token is None else _bearer(self._token),
            allow_redirects=False,
        )
        async with _translated(), call as answer:
            told = _object(await _text(answer))
            if told is None and answer.status < HTTPStatus.BAD_REQUEST:
                raise TransientSendError(NOT_SLACKS)
            code = wire.text_at(told or {}, "error")
            if told is None or told.get("ok") is not True or answer.status != HTTPStatus.OK:
                raise refusal_of(answer.status, code, answer.headers, told=told or {})
            return told

    async def post(self, method: str, payload: Json) -> Receipt:
        """Call a method that shows a message."""
        crashpoint("slack.send.before")
        data = await self.method(method, payload)
        crashpoint("slack.send.after")
        stamp = wire.text_at(data, "ts") or wire.text_at(data, "message_ts")
        return Receipt(provider_id=stamp or None)

    async def respond(self, url: str, post: Json) -> Receipt:
        """Show a message by a response URL; GoneError where it is used up, or not Slack's."""
        if _host(url) not in self._hosts:
            raise GoneError("the response_url is not Slack's")  # signed or not: no other host
        payload = {"response_type": "ephemeral", "replace_original": False, **post}
        crashpoint("slack.send.before")
        call = self._http.post(url, json=payload, allow_redirects=False)
        async with _translated(), call as answer:
            refusal = find_refusal(answer.status, await _text(answer), answer.headers)
            if refusal is not None:
                raise refusal
        crashpoint("slack.send.after")
        return Receipt()


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Bound a call, and turn what the connection raises into our errors."""
    try:
        async with asyncio.timeout(CALL_TIMEOUT.total_seconds()):
            yield
    except (ClientError, TimeoutError, OSError) as error:
        raise TransientSendError(f"Slack cannot be reached: {type(error).__name__}") from error


async def _text(answer: ClientResponse) -> str:
    read = bytearray()
    async for chunk in answer.content.iter_any():
        read += chunk
        if len(read) > MAX_ANSWER_BYTES:
            raise TransientSendError(NOT_SLACKS)
    return read.decode("utf-8", "replace")


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _bearer(token: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.reveal()}"}


def _host(url: str) -> str | None:
    try:
        return URL(url).host
    except ValueError:
        return None
