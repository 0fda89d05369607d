"""The connector of one Telegram bot; its I/O is here, in `request` and in `polling`."""

import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

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
    TransientSendError,
    WebhookRequest,
    account_of,
    crashpoint,
)
from connectors.telegram.media import fetch, post_file
from connectors.telegram.polling import poll
from connectors.telegram.render import (
    CAPABILITIES,
    Destination,
    Sending,
    parse_place,
    render,
)
from connectors.telegram.request import AiohttpRequest, SlowDownError
from connectors.telegram.wire import check_secret, parse_update

TIMEOUT = ClientTimeout(total=20, connect=5, sock_read=15)
"""Seconds; Telegram answers a sendMessage within one, or is in trouble."""

TRANSPORTS = frozenset({"webhook", "polling"})


MAX_REASON = 200
"""Characters of Telegram's description that reach an operator."""

_TOKEN = re.compile(r"([0-9]{1,20}):[A-Za-z0-9_-]+", re.ASCII)
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)  # Bot API, setWebhook
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """The table ``[connectors.NAME]`` of a Telegram bot.

    ``token`` is BotFather's; ``webhook_secret`` is what setWebhook was given as ``secret_token``.
    ``username``, without @, makes `/link` offer a link that opens the chat with the code.
    """

    token: Secret
    webhook_secret: Secret
    api_url: str = "https://api.telegram.org"
    transport: Literal["webhook", "polling"] = "webhook"
    username: str = ""


class TelegramConnector:
    """See `bot.Connector`; opened by `connect`."""

    kind = "telegram"
    capabilities = CAPABILITIES
    routes: Sequence[Route] = (Route(method="POST", path="webhook"),)

    def __init__(self, name: str, settings: TelegramSettings, session: ClientSession) -> None:
        bot_id = settings.token.reveal().partition(":")[0]
        self._account = account_of(name, bot_id)
        self._secret = settings.webhook_secret
        self._username = settings.username.removeprefix("@")
        self._token = settings.token
        self._request = AiohttpRequest(session, settings.api_url, settings.token)
        self._bot = Bot(
            f"{bot_id}:hidden",
            base_url=_only_method,
            base_file_url=_only_method,
            request=self._request,
            get_updates_request=self._request,
        )
        self._progress = Progress()

    def invitation(self, code: str) -> str | None:
        """See `bot.Inviting.invitation`; the payload arrives as ``/start link_CODE``."""
        return f"https://t.me/{self._username}?start=link_{code}" if self._username else None

    async def receive(self, request: WebhookRequest) -> Received:
        """See `bot.Connector.receive`; the response answers a callback query."""
        check_secret(request.headers, self._secret.reveal())
        return parse_update(self._account, request.body)

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """See `bot.Connector.send`.

        The Bot API takes no idempotency key. Where a message goes out in parts and one of them
        fails, the next attempt in this process begins with that part.
        """
        where = parse_place(to.place)
        if where is None:
            raise PermanentSendError("the address is no Telegram chat")
        answered = _answered(where, hints)
        calls = render(message, as_reply=answered is not None)
        client_id = str(hints.get("client_id", ""))
        begun = min(self._progress.accepted(client_id), len(calls) - 1)
        sent: int | None = None
        for number, call in enumerate(calls[begun:], start=begun + 1):
            sent = await self._send(call, where, answered if number == 1 else None)
            self._progress.note(client_id, number)
        self._progress.finish(client_id)
        return Receipt(provider_id=None if sent is None else str(sent))

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.Fetching.fetch`; the Bot API gives files of up to 20 MB."""
        try:
            return await fetch(self._request, attachment, limit=limit)
        except TelegramError as error:
            raise self._refusal(error, "file") from error

    async def _send(self, call: Sending, where: Destination, answered: int | None) -> int | None:
        """Send one part; gives the id of the message if Telegram tells it."""
        try:
            try:
                return await self._call(call, where, answered)
            except ChatMigrated as moved:  # a group became a supergroup; it had no topics before
                return await self._call(call, Destination(chat=moved.new_chat_id), None)
        except TelegramError as error:
            if isinstance(error, BadRequest) and "message is not modified" in error.message.lower():
                return None
            raise self._refusal(error, "message") from error

    def _refusal(self, error: TelegramError, what: str) -> ConnectorError:
        match error:
            case SlowDownError(pause=pause):
                return TransientSendError("Telegram asks us to slow down", retry_after=pause)
            case Forbidden():
                return PermanentSendError(f"the customer cannot be written to: {self._told(error)}")
            case BadRequest():
                return PermanentSendError(f"Telegram refused the {what}: {self._told(error)}")
            case InvalidToken():
                return PermanentSendError("Telegram refused the bot's token; renew it")
            case _:
                return TransientSendError(f"Telegram cannot be reached: {self._told(error)}")

    def _told(self, error: TelegramError) -> str:
        """Give Telegram's own words; whoever sits between us could repeat the URL."""
        return error.message.replace(self._token.reveal(), "(token)")[:MAX_REASON]

    async def _call(self, call: Sending, where: Destination, answered: int | None) -> int | None:
        reply = None
        if answered is not None:
            reply = ReplyParameters(answered, allow_sending_without_reply=True)
        crashpoint("telegram.send.before")
        if call.file is not None:
            sent = await post_file(self._bot, call, call.file, where, reply=reply)
        else:
            sent = await self._bot.send_message(
                chat_id=where.chat,
                text=call.text,
                reply_markup=call.markup,
                message_thread_id=where.thread,
                reply_parameters=reply,
                link_preview_options=_NO_PREVIEW,
            )
        crashpoint("telegram.send.after")
        return sent.message_id or None


class PollingTelegramConnector(TelegramConnector):
    """See `bot.Listener`: fetches updates where no webhook can reach the bot."""

    routes: Sequence[Route] = ()

    def listen(self) -> AsyncIterator[Received]:
        """See `bot.Listener.listen`; takes the bot's webhook away if there is one."""
        return poll(self._request, self._bot, self._account)


@asynccontextmanager
async def connect(name: str, settings: TelegramSettings) -> AsyncIterator[Connector]:
    """Open a Telegram bot; calls nobody, so that a bot starts while Telegram is down."""
    problems = [f"connectors.{name}.{problem}" for problem in _problems(settings)]
    if problems:
        raise ConfigError(*problems)
    _quieten()
    async with ClientSession(
        timeout=TIMEOUT, trust_env=False, cookie_jar=DummyCookieJar()
    ) as session:
        polls = settings.transport == "polling"
        opened = PollingTelegramConnector if polls else TelegramConnector
        yield opened(name, settings, session)


def _answered(where: Destination, hints: Body) -> int | None:
    """Tell which message of a group is answered; after a tap it would be the bot's own."""
    message_id = str(hints.get("message_id", ""))
    if not where.is_group or "callback_query_id" in hints or not message_id.isdecimal():
        return None
    return int(message_id)


def _quieten() -> None:
    """Keep customers' words out of the log: PTB writes arguments and answers at DEBUG."""
    logger = logging.getLogger("telegram")  # noqa: TID251 - PTB's own log, to be made quiet
    logger.setLevel(max(logger.level, logging.INFO))


def _problems(settings: TelegramSettings) -> list[str]:
    found = []
    if not _TOKEN.fullmatch(settings.token.reveal()):
        found.append("token: is not of the form 123456:ABC…; copy it from @BotFather")
    if not _WEBHOOK_SECRET.fullmatch(settings.webhook_secret.reveal()):
        found.append("webhook_secret: must be 1 to 256 of A-Z a-z 0-9 _ -; make one, set it anew")
    if not _is_web(settings.api_url):
        found.append("api_url: is no http(s) URL; leave it out for https://api.telegram.org")
    if settings.transport not in TRANSPORTS:
        found.append('transport: is neither "webhook" nor "polling"; leave it out for "webhook"')
    return found


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _only_method(_token: str) -> str:
    """Leave the URLs of PTB without host and token: `AiohttpRequest` puts both in front."""
    return ""
