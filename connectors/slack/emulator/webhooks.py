"""Delivery of webhooks: signed, and again on Slack's schedule when it failed."""

import asyncio
import hmac
from collections.abc import Callable, Coroutine
from dataclasses import replace
from hashlib import sha256

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, TooManyRedirects

from bot import EmulatorSettings, Faults
from connectors.slack.emulator.payloads import Webhook
from connectors.slack.emulator.sockets import NotAcknowledgedError, SocketMode
from connectors.slack.emulator.teams import Teams

RETRY_SECONDS = (0.0, 60.0, 300.0)
"""Slack's Events API: at once, after one minute, after five."""
TIMEOUT_SECONDS = 3.0
MAX_ANSWER_BYTES = 64 * 1024

_log = structlog.get_logger(__name__)


class DeliveryError(Exception):
    """The app did not take a webhook; ``reason`` is Slack's word for why."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final


class Webhooks:
    """Delivers to one URL, or to the app's sockets.

    What failed is repeated by tasks of ``group``, until `stop`.
    """

    def __init__(
        self,
        settings: EmulatorSettings,
        secret: str,
        *,
        now: Callable[[], float],
        http: ClientSession,
        group: asyncio.TaskGroup,
        sockets: SocketMode,
        teams: Teams,
    ) -> None:
        self.faults = Faults()
        self._url = f"{settings.webhook_url}/events"
        self._secret = secret
        self._pace = settings.pace
        self._now = now
        self._http = http
        self._group = group
        self._sockets = sockets
        self._teams = teams
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._settled = asyncio.Event()
        self._settled.set()

    async def deliver(self, webhook: Webhook) -> bytes:
        """Deliver once and give the answer's body; what failed is retried in the background.

        Raises:
            DeliveryError: the first try failed, and Slack does not repeat this kind.
        """
        webhook = self._teams.addressed(webhook)
        self._begin()
        try:
            answer = await self._post(webhook)
            if self.faults.duplicate > 0:
                self.faults = replace(self.faults, duplicate=self.faults.duplicate - 1)
                await self._post(webhook)
        except DeliveryError as error:
            if not webhook.is_retried:
                raise
            if not error.is_final:
                self._start(self._retry(webhook, error.reason))
            return b""
        else:
            return answer
        finally:
            self._end()

    def deliver_later(self, webhook: Webhook) -> None:
        """Deliver an event in the background, never twice by a fault."""
        self._start(self._retry(self._teams.addressed(webhook), "", first=0))

    async def settled(self) -> None:
        """Wait until nothing waits for delivery."""
        await self._settled.wait()

    def stop(self) -> None:
        """Deliver nothing more in the background."""
        for task in self._tasks:
            task.cancel()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        self._begin()
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._end())

    async def _retry(self, webhook: Webhook, reason: str, *, first: int = 1) -> None:
        for number, pause in enumerate((0.0, *RETRY_SECONDS)[first:], start=first):
            await asyncio.sleep(pause * self._pace)
            try:
                await self._post(webhook, retry=(number, reason) if number else None)
            except DeliveryError as error:
                reason = error.reason
                _log.info("webhook.failed", retry=number, reason=reason)
                if error.is_final:
                    return
            else:
                return

    async def _post(self, webhook: Webhook, retry: tuple[int, str] | None = None) -> bytes:
        await asyncio.sleep(self.faults.delay.total_seconds())
        # a laptop needs its time however fast the platform's clock runs
        seconds = TIMEOUT_SECONDS * max(self._pace, 0.5)
        if self._sockets.is_on:
            return await self._send(webhook, retry, seconds)
        headers = self._headers(webhook, retry)
        timeout = ClientTimeout(total=seconds)
        try:
            async with self._http.post(
                self._url, data=webhook.body, headers=headers, timeout=timeout, max_redirects=2
            ) as answer:
                body = await answer.content.read(MAX_ANSWER_BYTES)
                if not 200 <= answer.status < 300:
                    final = answer.headers.get("X-Slack-No-Retry") == "1"
                    raise DeliveryError("http_error", is_final=final)
                return body
        except TimeoutError as error:
            raise DeliveryError("http_timeout") from error
        except TooManyRedirects as error:
            raise DeliveryError("too_many_redirects") from error
        except (ClientError, OSError) as error:
            raise DeliveryError("connection_failed") from error

    async def _send(self, webhook: Webhook, retry: tuple[int, str] | None, seconds: float) -> bytes:
        try:
            return await self._sockets.deliver(webhook, seconds=seconds, retry=retry)
        except NotAcknowledgedError as error:
            raise DeliveryError(error.reason) from error

    def _headers(self, webhook: Webhook, retry: tuple[int, str] | None) -> dict[str, str]:
        timestamp = str(int(self._now()))
        signed = b"v0:" + timestamp.encode() + b":" + webhook.body
        signature = hmac.new(self._secret.encode(), signed, sha256).hexdigest()
        headers = {
            "Content-Type": webhook.content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={signature}",
        }
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        return headers

    def _begin(self) -> None:
        self._waiting += 1
        self._settled.clear()

    def _end(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._settled.set()
