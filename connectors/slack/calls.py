"""Calls to Slack: every one bounded, every refusal one of our errors."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot import Body, PermanentSendError, Receipt, Secret, TransientSendError, crashpoint
from connectors.slack import wire
from connectors.slack.refusals import GoneError, find_refusal, refusal_of
from connectors.slack.render import Json

CALL_TIMEOUT = timedelta(seconds=15)
MAX_ANSWER_BYTES = 4096
FORMS = frozenset({"files.getUploadURLExternal", "oauth.v2.access"})
"""Methods that take no JSON (Slack's method pages, 2026)."""

RESPONSE_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
"""Where response_urls lead (Slack: Handling user interaction; GovSlack)."""


class Calls:
    """Slack's methods with one token; None for those that take another proof."""

    def __init__(self, http: ClientSession, *, api_url: str, token: Secret | None) -> None:
        self._http = http
        self._hosts = {_host(api_url), *RESPONSE_HOSTS}
        self._client = AsyncWebClient(
            token=None if token is None else token.reveal(),
            base_url=api_url,
            session=http,
            # the SDK would post a message again when the connection breaks: the outbox decides
            retry_handlers=[],
        )
        self._client.proxy = None  # the SDK takes it from the environment

    async def method(self, method: str, payload: Json) -> Body:
        """Call a method and give its answer; raises what `refusal_of` makes of a refusal."""
        as_form = method in FORMS
        async with _translated():
            try:
                answer = await self._client.api_call(
                    method, data=payload if as_form else None, json=None if as_form else payload
                )
            except AttributeError as error:  # the SDK, when 200 carries anything but an object
                raise TransientSendError(
                    "the answer is not Slack's: is a proxy between?"
                ) from error
            return answer.data if isinstance(answer.data, dict) else {}

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
        async with _translated(), self._http.post(url, json=payload) as answer:
            text = (await answer.content.read(MAX_ANSWER_BYTES)).decode("utf-8", "replace")
            refusal = find_refusal(answer.status, text, answer.headers)
            if refusal is not None:
                raise refusal
        crashpoint("slack.send.after")
        return Receipt()


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Bound a call, and turn what Slack's client raises into our errors."""
    try:
        async with asyncio.timeout(CALL_TIMEOUT.total_seconds()):
            yield
    except SlackApiError as error:
        data: Any = getattr(error.response, "data", None)
        status = getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0)
        code = wire.text_at(data, "error") if isinstance(data, Mapping) else ""
        raise refusal_of(status, code, error.response.headers) from error
    except (ClientError, TimeoutError, OSError) as error:
        raise TransientSendError(f"Slack cannot be reached: {type(error).__name__}") from error
    except SlackClientError as error:
        raise PermanentSendError(f"Slack's client refused: {type(error).__name__}") from error


def _host(url: str) -> str | None:
    try:
        return URL(url).host
    except ValueError:
        return None
