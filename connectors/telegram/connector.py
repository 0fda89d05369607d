"""The connector of one Telegram bot; its calls are in `sending`, `editing` and `polling`."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from telegram import Bot
from telegram.error import TelegramError

from bot import (
    Address,
    Attachment,
    Body,
    ConfigError,
    Connector,
    Line,
    Menu,
    OutboundMessage,
    PermanentSendError,
    Receipt,
    Received,
    RequestRejectedError,
    Route,
    Transport,
    WebhookRequest,
    account_of,
)
from connectors.telegram.afterthoughts import Afterthoughts
from connectors.telegram.editing import Editor
from connectors.telegram.hearing import Hearing, needs_name
from connectors.telegram.keyboards import SharingLabels
from connectors.telegram.media import fetch
from connectors.telegram.menus import fill, place_webhook, plan_menu, requests_of
from connectors.telegram.polling import poll
from connectors.telegram.refusals import Refusals
from connectors.telegram.render import CAPABILITIES, parse_place
from connectors.telegram.request import AiohttpRequest
from connectors.telegram.sending import Sender
from connectors.telegram.settings import (
    TelegramSettings,
    choose_transport,
    find_problems,
)
from connectors.telegram.shown import read_shown
from connectors.telegram.wire import check_secret, parse_update

TIMEOUT = ClientTimeout(total=20, connect=5, sock_read=15)
"""Seconds; Telegram answers a sendMessage within one, or is in trouble."""

NAME_TIMEOUT_SECONDS = 5.0
"""How long a webhook waits for Telegram to tell the bot's name."""

LINK_TIMEOUT_SECONDS = 2.0
"""How long a customer who asked for a link waits for it."""

log = structlog.get_logger()


class TelegramConnector:
    """See `bot.Connector`; opened by `connect`."""

    kind = "telegram"
    capabilities = CAPABILITIES
    routes: Sequence[Route] = (Route(method="POST", path="webhook"),)

    def __init__(
        self, name: str, settings: TelegramSettings, way: Transport, session: ClientSession
    ) -> None:
        bot_id = settings.token.reveal().partition(":")[0]
        self._name, self._settings, self._way = name, settings, way
        self._account = account_of(name, bot_id)
        self._username = settings.username.removeprefix("@")
        self._request = AiohttpRequest(session, settings.api_url, settings.token)
        self._bot = Bot(
            f"{bot_id}:hidden",
            base_url=_only_method,
            base_file_url=_only_method,
            request=self._request,
            get_updates_request=self._request,
        )
        self._refusals = Refusals(settings.token)
        labels = SharingLabels(phone=settings.share_phone, place=settings.share_place)
        self._sender = Sender(self._bot, self._refusals, labels)
        self._editor = Editor(self._bot, self._sender, self._refusals)
        self._afterthoughts = Afterthoughts()
        self._line: Line | None = None

    def attach(self, line: Line) -> None:
        """See `bot.Attached.attach`; a deep link may start the commands that are there."""
        self._line = line

    async def invitation(self, code: str) -> str | None:
        """See `bot.Inviting.invitation`; the payload arrives as ``/start link_CODE``."""
        if not self._username:
            try:
                self._username = await self._asked_name(LINK_TIMEOUT_SECONDS)
            except TelegramError as error:
                log.info("invitation.unmade", connector=self._name, error=type(error).__name__)
                return None
        return f"https://t.me/{self._username}?start=link_{code}"

    async def receive(self, request: WebhookRequest) -> Received:
        """See `bot.Connector.receive`; the response answers a callback query.

        Where the bot's name is needed and Telegram does not tell it, the update is refused with
        503: it comes again.
        """
        check_secret(request.headers, self._settings.webhook_secret.reveal())
        try:
            return await self._read(request.body)
        except TelegramError as error:
            raise RequestRejectedError("Telegram does not tell who we are", status=503) from error

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """See `bot.Connector.send`.

        Delivery is at least once: the Bot API takes no idempotency key. The receipt names all parts
        of a message, so that all can be edited.
        """
        where = parse_place(to.place)
        if where is None:
            raise PermanentSendError("the address is no Telegram chat")
        shown = read_shown(message.replaces)
        if shown is None:
            shown = await self._sender.send(message, where, hints)
        else:
            shown = await self._editor.edit(message, where, shown, hints)
        return Receipt(provider_id=shown.written())

    async def attend(self, to: Address, hints: Body, *, busy: bool) -> None:
        """See `bot.Attending.attend`; there are no read marks in Telegram's chats with bots."""
        del hints
        where = parse_place(to.place)
        if busy and where is not None:
            await self._sender.type(where)

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.Fetching.fetch`; the Bot API gives files of up to 20 MB."""
        try:
            return await fetch(self._request, attachment, limit=limit)
        except TelegramError as error:
            raise self._refusals.read(error, "file") from error

    async def sync(self, menu: Menu, *, dry_run: bool) -> Sequence[str]:
        """See `bot.Syncing.sync`: the commands by scope and language, and the webhook."""
        plan = plan_menu(menu)
        try:
            told = list(requests_of(plan)) if dry_run else list(await fill(self._bot, plan))
            told += await place_webhook(
                self._bot, menu, self._settings, self._way, name=self._name, dry_run=dry_run
            )
        except TelegramError as error:
            raise self._refusals.read(error, "menu") from error
        return [*told, *plan.remarks]

    async def _read(self, body: bytes) -> Received:
        """Read an update, having learnt the bot's name where it is needed; raises TelegramError."""
        if not self._username and needs_name(body):
            self._username = await self._asked_name(NAME_TIMEOUT_SECONDS)
        hearing = Hearing(
            username=self._username,
            hears_all=self._settings.hears == "all",
            commands=self._commands() if b"/start" in body else frozenset(),
        )
        return self._afterthoughts.sift(parse_update(self._account, body, hearing))

    async def _asked_name(self, seconds: float) -> str:
        """Ask Telegram who we are."""
        try:
            async with asyncio.timeout(seconds):
                told: Any = await self._request.post("/getMe")
        except TimeoutError:
            raise TelegramError("getMe: no answer in time") from None
        name = told.get("username") if isinstance(told, Mapping) else None
        if not isinstance(name, str) or not name:
            raise TelegramError("getMe: no username")
        return name

    def _commands(self) -> frozenset[str]:
        cards = () if self._line is None else self._line.commands()
        return frozenset(card.name.lower() for card in cards)


class PollingTelegramConnector(TelegramConnector):
    """See `bot.Listener`: fetches updates where no webhook can reach the bot.

    With a ``webhook_secret`` it takes webhooks, too: Telegram posts until the first poll ends them.
    """

    def __init__(
        self, name: str, settings: TelegramSettings, way: Transport, session: ClientSession
    ) -> None:
        super().__init__(name, settings, way, session)
        if not settings.webhook_secret.reveal():
            self.routes = ()

    def listen(self) -> AsyncIterator[Received]:
        """See `bot.Listener.listen`; takes the bot's webhook away if there is one."""
        return poll(self._request, self._bot, self._read)


@asynccontextmanager
async def connect(name: str, settings: TelegramSettings) -> AsyncIterator[Connector]:
    """Open a Telegram bot; calls nobody, so that a bot starts while Telegram is down."""
    problems = [f"connectors.{name}.{problem}" for problem in find_problems(settings)]
    if problems:
        raise ConfigError(*problems)
    _quieten()
    way = choose_transport(settings)
    if settings.transport == "auto":
        way.tell(name)
    async with ClientSession(
        timeout=TIMEOUT, trust_env=False, cookie_jar=DummyCookieJar()
    ) as session:
        opened = PollingTelegramConnector if way.kind == "polling" else TelegramConnector
        yield opened(name, settings, way, session)


def _quieten() -> None:
    """Keep customers' words out of the log: PTB writes arguments and answers at DEBUG."""
    logger = logging.getLogger("telegram")  # noqa: TID251 - PTB's own log, to be made quiet
    logger.setLevel(max(logger.level, logging.INFO))


def _only_method(_token: str) -> str:
    """Leave the URLs of PTB without host and token: `AiohttpRequest` puts both in front."""
    return ""
