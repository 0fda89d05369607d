"""The connector: the only module of this package that speaks to Slack."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot import (
    Address,
    Attachment,
    Body,
    ConfigError,
    Connector,
    ConnectorError,
    OutboundMessage,
    PermanentSendError,
    Progress,
    Receipt,
    Received,
    Route,
    Secret,
    SentFile,
    TransientSendError,
    WebhookRequest,
    crashpoint,
)
from connectors.slack import wire
from connectors.slack.destinations import (
    Channel,
    Destination,
    DirectMessage,
    ResponseUrl,
    Whisper,
    find_destinations,
)
from connectors.slack.media import Media
from connectors.slack.modals import Press
from connectors.slack.reception import Reception
from connectors.slack.refusals import ExchangedError, GoneError, find_refusal, refusal_of
from connectors.slack.render import CAPABILITIES, Json, render

log = structlog.get_logger()

CALL_TIMEOUT = timedelta(seconds=15)
CONNECT_TIMEOUT = timedelta(seconds=5)
OPEN_TIMEOUT = timedelta(seconds=2)
"""For a modal: the request that asked for it wants its answer within three seconds, too."""
MAX_ANSWER_BYTES = 4096
FORMS = frozenset({"files.getUploadURLExternal"})
"""Methods that take no JSON (Slack's method pages, 2026)."""
QUIET = {"unfurl_links": False, "unfurl_media": False}


RESPONSE_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
"""Where response_urls lead (Slack: Handling user interaction; GovSlack)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """The table ``[connectors.NAME]`` of a Slack app in one workspace.

    Attributes:
        bot_token: the app's ``xoxb-`` token (OAuth & Permissions).
        signing_secret: proves that requests are Slack's (Basic Information).
        api_url: where Slack's methods are.
        transport: ``webhook``: Slack posts to ``/NAME/events``.
        app_token: the ``xapp-`` token; unused with ``webhook``.
    """

    bot_token: Secret
    signing_secret: Secret
    api_url: str = "https://slack.com/api/"
    transport: str = "webhook"
    app_token: Secret | None = None


@asynccontextmanager
async def connect(name: str, settings: SlackSettings) -> AsyncIterator[Connector]:
    """Open a Slack app; this is what the entry point names."""
    _check_settings(name, settings)
    timeout = ClientTimeout(
        total=CALL_TIMEOUT.total_seconds(), connect=CONNECT_TIMEOUT.total_seconds()
    )
    async with ClientSession(timeout=timeout, trust_env=False) as http:
        yield SlackConnector(name, settings, http)


def _host(url: str) -> str | None:
    try:
        return URL(url).host
    except ValueError:
        return None


def _check_settings(name: str, settings: SlackSettings) -> None:
    key = f"connectors.{name}"
    problems = [
        f"{key}.{field}: is empty; copy it from the app's page at Slack"
        for field, secret in (
            ("bot_token", settings.bot_token),
            ("signing_secret", settings.signing_secret),
        )
        if not secret.reveal().strip()
    ]
    if settings.transport != "webhook":
        problems.append(
            f"{key}.transport: {settings.transport!r} is not supported by this release;"
            ' use "webhook"'
        )
    if not settings.api_url.startswith(("https://", "http://")):
        problems.append(f"{key}.api_url: not a web address; use https://slack.com/api/")
    if problems:
        raise ConfigError(*problems)


class SlackConnector:
    """See `bot.Connector`. slack-bolt answers for us what needs no customer; the rest is ours."""

    kind = "slack"
    capabilities = CAPABILITIES
    routes: Sequence[Route] = (Route(method="POST", path="events"),)

    def __init__(self, name: str, settings: SlackSettings, http: ClientSession) -> None:
        self._reception = Reception(name, settings.signing_secret)
        self._progress = Progress()
        self._http = http
        self._hosts = {_host(settings.api_url), *RESPONSE_HOSTS}
        self._client = _open_client(settings, http)
        self._media = Media(
            http, api_url=settings.api_url, token=settings.bot_token, call=self._method
        )

    async def receive(self, request: WebhookRequest) -> Received:
        """See `bot.Connector.receive`."""
        received = await self._reception.receive(request)
        if isinstance(received, Received):
            return received
        # no time to record it first: a trigger lives three seconds, and a form that does not open
        # is recorded as the wish to be asked in the chat
        if await self._opens(received):
            return Received()
        return Received(messages=(received.instead,))

    async def _opens(self, press: Press) -> bool:
        if press.view is None:
            return False
        wanted = {"trigger_id": press.trigger, "view": press.view}
        try:
            async with asyncio.timeout(OPEN_TIMEOUT.total_seconds()):
                await self._method("views.open", wanted)
        except ExchangedError:
            return True
        except (ConnectorError, TimeoutError) as error:
            log.warning("form.unopened", error=str(error) or type(error).__name__)
            return False
        return True

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """See `bot.Connector.send`; the receipt is that of the last part.

        Slack takes no idempotency key: ``client_id`` only tells which parts were accepted.
        """
        client_id = str(hints.get("client_id", ""))
        given = {key: value for key, value in hints.items() if isinstance(value, str)}
        ways = find_destinations(to, given, ephemeral=message.ephemeral)
        done = self._progress.accepted(client_id)
        posts = render(message, owner=to.user)
        receipt = Receipt()
        for number, post in enumerate(posts[done:], start=done + 1):
            left, receipt = await self._post(post, ways)
            if "file" not in post:  # words may still go where files cannot
                ways = left
            self._progress.note(client_id, number)
        self._progress.finish(client_id)
        return receipt

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.Fetching.fetch`; the app needs the scope ``files:read``."""
        return await self._media.fetch(attachment, limit=limit)

    async def _post(
        self, post: Json, ways: Sequence[Destination]
    ) -> tuple[Sequence[Destination], Receipt]:
        """Post by the first way that is open; tell which are left, so that parts stay together."""
        for closed, way in enumerate(ways[:-1]):
            try:
                return ways[closed:], await self._deliver(post, way)
            except GoneError:
                continue
        return ways[-1:], await self._deliver(post, ways[-1])

    async def _deliver(self, post: Json, way: Destination) -> Receipt:
        if "file" in post:
            return await self._share(post["file"], way)
        match way:
            case Channel(channel=channel, thread=thread):
                return await self._call("chat.postMessage", _in(channel, thread, post) | QUIET)
            case Whisper(channel=channel, user=user, thread=thread):
                whispered = {**_in(channel, thread, post), "user": user}
                return await self._call("chat.postEphemeral", whispered)
            case ResponseUrl(url=url) if _host(url) not in self._hosts:
                raise GoneError("the response_url is not Slack's")  # signed or not: no other host
            case ResponseUrl(url=url):
                return await self._respond(url, post)
            case DirectMessage(user=user):
                channel = await self._direct(user)
                return await self._call("chat.postMessage", _in(channel, None, post) | QUIET)
            case _:
                assert_never(way)

    async def _share(self, file: SentFile, way: Destination) -> Receipt:
        """Upload a file and show it; nobody can be whispered one, so it goes where nobody else is.

        Of a response URL only the person is known who may see it.
        """
        thread: str | None = None
        match way:
            case Channel(channel=channel, thread=thread):
                pass
            case Whisper(user=user) | DirectMessage(user=user):
                channel = await self._direct(user)
            case ResponseUrl():
                raise GoneError("no file goes to a response_url")
            case _:
                assert_never(way)
        shown = {"files": [{"id": await self._media.upload(file), "title": file.name}]}
        threaded = {"thread_ts": thread} if thread else {}
        where = {"channel_id": channel, **threaded}
        await self._call("files.completeUploadExternal", {**shown, **where})
        return Receipt()

    async def _direct(self, user: str) -> str:
        opened = await self._method("conversations.open", {"users": user})
        return wire.text_at(opened, "channel", "id")

    async def _call(self, method: str, payload: Json) -> Receipt:
        crashpoint("slack.send.before")
        data = await self._method(method, payload)
        crashpoint("slack.send.after")
        stamp = wire.text_at(data, "ts") or wire.text_at(data, "message_ts")
        return Receipt(provider_id=stamp or None)

    async def _method(self, method: str, payload: Json) -> Body:
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

    async def _respond(self, url: str, post: Json) -> Receipt:
        payload = {"response_type": "ephemeral", "replace_original": False, **post}
        crashpoint("slack.send.before")
        async with _translated(), self._http.post(url, json=payload) as answer:
            text = (await answer.content.read(MAX_ANSWER_BYTES)).decode("utf-8", "replace")
            refusal = find_refusal(answer.status, text, answer.headers)
            if refusal is not None:
                raise refusal
        crashpoint("slack.send.after")
        return Receipt()


def _open_client(settings: SlackSettings, http: ClientSession) -> AsyncWebClient:
    client = AsyncWebClient(
        token=settings.bot_token.reveal(),
        base_url=settings.api_url,
        session=http,
        # the SDK would post a message again when the connection breaks: the outbox decides that
        retry_handlers=[],
    )
    client.proxy = None  # the SDK takes it from the environment
    return client


def _in(channel: str, thread: str | None, post: Mapping[str, Any]) -> Json:
    threaded = {"thread_ts": thread} if thread else {}
    return {"channel": channel, **threaded, **post}


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Bound a call, and turn what Slack's client raises into our errors."""
    try:
        async with asyncio.timeout(CALL_TIMEOUT.total_seconds()):
            yield
    except SlackApiError as error:
        data = getattr(error.response, "data", None)
        status = getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0)
        code = wire.text_at(data, "error") if isinstance(data, Mapping) else ""
        raise refusal_of(status, code, error.response.headers) from error
    except (ClientError, TimeoutError, OSError) as error:
        raise TransientSendError(f"Slack cannot be reached: {type(error).__name__}") from error
    except SlackClientError as error:
        raise PermanentSendError(f"Slack's client refused: {type(error).__name__}") from error
