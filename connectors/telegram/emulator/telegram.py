"""The emulator: one bot, its persons and its groups."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiohttp import ClientSession, DummyCookieJar, web

from bot import EmulatorSettings, Faults, Request, Seen
from connectors.telegram.emulator.account import AccountMethods
from connectors.telegram.emulator.api import BotApi
from connectors.telegram.emulator.backlog import Backlog, Update
from connectors.telegram.emulator.chats import Chats, Post, unix_now
from connectors.telegram.emulator.courier import Courier, Webhook
from connectors.telegram.emulator.entities import is_for_bot, pieces
from connectors.telegram.emulator.faults import FaultBox
from connectors.telegram.emulator.messages import MAX_TEXT, MessageMethods, Query

BOT_ID = 7_000_000_001
"""The same in every emulator: a bot with an older database knows its customers again."""

USERNAME = "threadline_emulated_bot"


class TelegramEmulator:
    """See `bot.Emulator`. Persons are positive numbers, groups negative ones.

    What it has beyond the port: groups (`says_in`, `upgrade`), blocking (`blocks`), the spinner of
    a tapped button (`spinning`), and ``calls``, the log of all calls that the bot made.
    """

    kind = "telegram"

    def __init__(
        self,
        settings: EmulatorSettings,
        *,
        group: asyncio.TaskGroup,
        session: ClientSession,
    ) -> None:
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Threadline", "username": USERNAME}
        self._settings = settings
        self._token = f"{BOT_ID}:{secrets.token_urlsafe(26)}"
        self._webhook_secret = secrets.token_urlsafe(32)
        self._faults = FaultBox()
        self._chats = Chats(bot)
        self._backlog = Backlog()
        self._messages = MessageMethods(self._chats)
        self._courier = Courier(
            group=group,
            session=session,
            backlog=self._backlog,
            faults=self._faults,
            pace=settings.pace,
            call_back=self._call_back,
        )
        account = AccountMethods(self._chats, self._backlog, self._courier)
        self._api = BotApi(
            token=self._token, faults=self._faults, messages=self._messages, account=account
        )
        url = f"{settings.webhook_url}/webhook"
        self._courier.use(Webhook(url=url, secret=self._webhook_secret))

    @property
    def faults(self) -> Faults:
        """What is to go wrong next; assignable."""
        return self._faults.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults.faults = faults

    @property
    def calls(self) -> Sequence[tuple[str, Mapping[str, object]]]:
        """The calls that were let in: method in lower case and arguments, oldest first."""
        return [(method, given.raw) for method, given in self._api.calls]

    def connector_settings(self) -> Mapping[str, str]:
        """See `bot.Emulator.connector_settings`."""
        return {
            "token": self._token,
            "webhook_secret": self._webhook_secret,
            "api_url": self._settings.base_url,
        }

    async def handle(self, request: Request, path: str) -> web.Response:
        """See `bot.Emulator.handle`."""
        return await self._api.handle(request, path)

    async def says(self, person: str, text: str) -> None:
        """See `bot.Emulator.says`; who had blocked the bot unblocks it.

        An app cuts a text of more than 4096 units into several messages.
        """
        user = _number(person)
        self._chats.blocked.discard(user)
        await self._say(user, user, text)

    async def says_in(self, room: str, person: str, text: str, *, reply_to: str = "") -> None:
        """Let a person type in a group, which appears when first used.

        The bot is in privacy mode: it gets commands, mentions of it and replies to it.
        """
        chat = _number(room)
        self._chats.groups.setdefault(chat, None)
        answered = self._chats.posts.get(int(reply_to or 0))
        is_reply = answered is not None and answered.author == BOT_ID
        heard = is_reply or is_for_bot(text, USERNAME)
        await self._say(chat, _number(person), text, heard=heard)

    async def taps(self, person: str, message: str, label: str) -> None:
        """See `bot.Emulator.taps`; raises LookupError if there is no such button.

        A button with a link opens it in the browser: the bot hears nothing.
        """
        post = self._chats.posts[int(message)]
        buttons = [button for row in post.keyboard for button in row]
        button = next((button for button in buttons if button["text"] == label), None)
        if button is None:
            raise LookupError(f"message {message} has no button {label!r}")
        if "callback_data" not in button:
            return
        query_id = str(secrets.randbits(63))
        user = _number(person)
        self._messages.tapped(query_id, Query(person=user, label=label))
        self._chats.touch()
        item = {
            "id": query_id,
            "from": self._chats.user_json(user),
            "message": self._chats.message_json(post),
            "chat_instance": str(abs(post.chat)),
            "data": button["callback_data"],
        }
        await self._courier.deliver(self._backlog.put(post.chat, "callback_query", item))

    async def blocks(self, person: str) -> None:
        """Let a person stop the bot: sends fail with 403 until the person writes again."""
        user = _number(person)
        self._chats.blocked.add(user)
        bot = dict(self._chats.bot)
        item = {
            "chat": self._chats.chat_json(user),
            "from": self._chats.user_json(user),
            "date": unix_now(),
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
        }
        await self._courier.deliver(self._backlog.put(user, "my_chat_member", item))

    def upgrade(self, room: str) -> str:
        """Make a group a supergroup; gives its new id, which sends to the old one are told."""
        supergroup = int(f"-100{abs(_number(room))}")
        self._chats.groups[_number(room)] = supergroup
        self._chats.groups.setdefault(supergroup, None)
        return str(supergroup)

    def screen(self, person: str) -> Sequence[Seen]:
        """See `bot.Emulator.screen`; a group's id shows what stands in the group."""
        return list(self._chats.screen(_number(person)))

    def spinning(self, person: str) -> Sequence[str]:
        """List the buttons that a person tapped and that nobody has answered yet."""
        user = _number(person)
        queries = self._messages.queries.values()
        return [query.label for query in queries if query.person == user and not query.answered]

    async def changed(self, since: int) -> int:
        """See `bot.Emulator.changed`."""
        return await self._chats.changed(since)

    async def settled(self) -> None:
        """See `bot.Emulator.settled`."""
        await self._courier.settled()

    def close(self) -> None:
        """Stop deliveries and polls."""
        self._courier.close()
        self._backlog.close()

    async def _say(self, chat: int, person: int, text: str, *, heard: bool = True) -> None:
        for piece in pieces(text, MAX_TEXT):
            if not piece:
                raise ValueError("an app sends no empty message")
            post = self._chats.add(chat=chat, author=person, text=piece, raw={})
            if heard:
                await self._courier.deliver(self._put_message(post))

    def _put_message(self, post: Post) -> Update | None:
        update = self._backlog.put(post.chat, "message", self._chats.message_json(post))
        if update is not None:
            post.raw = json.loads(update.body)
        return update

    async def _call_back(self, body: bytes) -> None:
        await self._api.call_back(body)


@asynccontextmanager
async def open_emulator(settings: EmulatorSettings) -> AsyncIterator[TelegramEmulator]:
    """Open a Telegram with one bot, whose webhook is ``{webhook_url}/webhook``."""
    group = asyncio.TaskGroup()
    async with ClientSession(trust_env=False, cookie_jar=DummyCookieJar()) as session:
        # Entered by hand: around the yield it would wrap the caller's errors in groups.
        await group.__aenter__()
        emulator = TelegramEmulator(settings, group=group, session=session)
        try:
            yield emulator
        finally:
            emulator.close()
            await group.__aexit__(None, None, None)


def _number(person: str) -> int:
    """Read the id of a person or group."""
    try:
        number = int(person)
    except ValueError:
        number = 0
    if not number:
        raise ValueError(f"Telegram's persons and groups have numbers, not {person!r}")
    return number
