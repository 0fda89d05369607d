"""slack-bolt up to where its listeners would begin: checks, handshakes, then our own parser.

Bolt acknowledges first and works in memory afterwards; here a request is recorded by who called
`Reception.receive` before Slack gets its answer, so bolt's dispatching is not used at all.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_sdk.signature import Clock
from slack_sdk.web.async_client import AsyncWebClient
from typing_extensions import override

from bot import Body, Received, RequestRejectedError, Secret, WebhookRequest, WebhookResponse
from connectors.slack import wire
from connectors.slack.hearing.asides import Aside, find_aside
from connectors.slack.hearing.signature import check_signature
from connectors.slack.install.revocations import Revoked, find_revocation

NAME_KEY, RAW_KEY, RECEIVED_KEY = "threadline_name", "threadline_raw", "threadline_received"

Taken: TypeAlias = Received | Aside | Revoked
"""What a request holds: messages, or something that is to be answered while Slack waits."""

log = structlog.get_logger()


def take(name: str, body: Body, raw: bytes) -> Taken:
    """Read a body that is known to be Slack's, from a webhook or from a socket."""
    if wire.text_at(body, "type") == "app_rate_limited":
        # more than 30,000 events an hour: Slack drops what comes until the minute is over
        log.warning("events.dropped", workspace=wire.text_at(body, "team_id"))
    return find_revocation(body) or find_aside(name, body, raw) or wire.parse(name, body, raw)


class Reception:
    """Takes the webhooks of one Slack app; without a secret none can be Slack's."""

    def __init__(self, name: str, secret: Secret | None) -> None:
        self._name = name
        self._secret = secret
        self._clock = Clock()  # the one that bolt's own check reads
        self._bolt = None if secret is None else _open_bolt(secret)

    async def receive(self, request: WebhookRequest) -> Taken:
        """See `bot.Connector.receive`; what is to be answered at once is left to the connector.

        Our own check comes first: bolt reads a body before it verifies it.
        """
        if self._secret is None or self._bolt is None:
            raise RequestRejectedError("there is no signing_secret to check webhooks with")
        if not wire.is_ssl_check(request.body):
            now = self._clock.now()
            secret = self._secret.reveal()
            check_signature(secret, request.headers, request.body, now_seconds=now)
        try:
            body = wire.read_body(request.body)
        except wire.MalformedError as error:
            return wire.unreadable(self._name, {}, request.body, reason=str(error))
        asked = _bolt_request(self._name, request, body)
        answer = await self._bolt.async_dispatch(asked)
        return _received(asked, answer)


class Recording(AsyncMiddleware):
    """Answer what bolt has verified: its listeners and their waiting for an ack never run."""

    @override
    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse:
        """Put what the request holds into its context; ``next`` is never called."""
        name, raw = req.context[NAME_KEY], req.context[RAW_KEY]
        req.context[RECEIVED_KEY] = take(name, req.body, raw)
        return BoltResponse(status=200, body="")


def _open_bolt(secret: Secret) -> AsyncApp:
    app = AsyncApp(
        name="threadline",
        signing_secret=secret.reveal(),
        # a client with a token would make bolt call auth.test while a webhook waits
        client=AsyncWebClient(),
        authorize=_authorize,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(Recording())
    return app


async def _authorize() -> AuthorizeResult:
    """Authorize without asking Slack: bolt calls nothing for us."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


def _bolt_request(name: str, request: WebhookRequest, body: dict[str, Any]) -> AsyncBoltRequest:
    """Make bolt's request around a body that was read already.

    Given the body, bolt would look for teams and users in it at once, and fail on odd ones.
    """
    asked = AsyncBoltRequest(
        body="",
        headers=dict(request.headers),
        context={NAME_KEY: name, RAW_KEY: request.body},
    )
    asked.raw_body, asked.body = request.body.decode(), body
    return asked


def _received(asked: AsyncBoltRequest, answer: BoltResponse) -> Taken:
    received = asked.context.get(RECEIVED_KEY)
    if isinstance(received, Received | Aside | Revoked):
        return received
    if answer.status == 401:
        raise RequestRejectedError("slack-bolt refused the request")
    if answer.status == 200:  # url_verification and ssl_check: bolt's own answers
        return Received(
            response=WebhookResponse(
                status=200, body=answer.body.encode(), content_type=_content_type(answer)
            )
        )
    name, raw = asked.context[NAME_KEY], asked.context[RAW_KEY]
    return wire.unreadable(name, asked.body, raw, reason=f"slack-bolt: {answer.status}")


def _content_type(answer: BoltResponse) -> str:
    return answer.first_headers().get("content-type", "text/plain").partition(";")[0]
