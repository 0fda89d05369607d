"""The emulator: one bot, its API, its persons and its groups."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiohttp import ClientSession, DummyCookieJar, web

from bot import EmulatorSettings, Faults, Request, Seen
from connectors.telegram.emulator.account import AccountMethods
from connectors.telegram.emulator.api import BotApi
from connectors.telegram.emulator.apps import Apps
from connectors.telegram.emulator.backlog import Backlog
from connectors.telegram.emulator.chats import Chats
from connectors.telegram.emulator.courier import Courier, Webhook
from connectors.telegram.emulator.faults import FaultBox
from connectors.telegram.emulator.files import Files
from connectors.telegram.emulator.messages import MessageMethods
from connectors.telegram.emulator.notices import Notices
from connectors.telegram.emulator.standing import Standing
from connectors.telegram.emulator.uploads import UploadMethods

BOT_ID = 7_000_000_001
"""The same in every emulator: a bot with an older database knows its customers again."""

USERNAME = "threadline_emulated_bot"


class TelegramEmulator:
    """See `bot.Emulator`. Persons are positive numbers, groups negative ones.

    ``apps`` can do more than the port asks for: groups, edits, the spinner of a tapped button;
    ``standing`` is about where the bot may write: blocking, groups that move, topics.
    """

    kind = "telegram"

    def __init__(
        self, settings: EmulatorSettings, *, group: asyncio.TaskGroup, session: ClientSession
    ) -> None:
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Threadline", "username": USERNAME}
        self._base_url = settings.base_url
        self._token = f"{BOT_ID}:{secrets.token_urlsafe(26)}"
        self._webhook_secret = secrets.token_urlsafe(32)
        self._faults = FaultBox()
        self._chats = Chats(bot)
        self._backlog = Backlog()
        messages = MessageMethods(self._chats)
        self._courier = Courier(
            group=group,
            session=session,
            backlog=self._backlog,
            faults=self._faults,
            pace=settings.pace,
        )
        files = Files()
        url = f"{settings.webhook_url}/webhook"
        account = AccountMethods(self._chats, self._backlog, self._courier, files=files, home=url)
        self._api = BotApi(
            token=self._token,
            faults=self._faults,
            messages=messages,
            account=account,
            uploads=UploadMethods(self._chats, files, messages),
            files=files,
        )
        notices = Notices(self._backlog, self._courier)
        self.standing = Standing(self._chats, notices)
        self.apps = Apps(self._chats, notices, self.standing, messages, files=files)
        self._courier.call_back = self._api.call_back
        self._courier.use(Webhook(url=url, deliver_to=url, secret=self._webhook_secret))

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
            "api_url": self._base_url,
            "transport": "webhook",
        }

    async def handle(self, request: Request, path: str) -> web.Response:
        """See `bot.Emulator.handle`."""
        return await self._api.handle(request, path)

    async def says(self, person: str, text: str) -> None:
        """See `bot.Emulator.says` and `Apps.says`."""
        await self.apps.says(person, text)

    async def sends(
        self, person: str, data: bytes, *, name: str, mime: str, text: str = ""
    ) -> None:
        """See `bot.FileSender.sends` and `Apps.sends`."""
        await self.apps.sends(person, data, name=name, mime=mime, text=text)

    async def taps(self, person: str, message: str, label: str) -> None:
        """See `bot.Emulator.taps` and `Apps.taps`."""
        await self.apps.taps(person, message, label)

    async def blocks(self, person: str) -> None:
        """Shut the bot out, until the person writes again."""
        await self.standing.blocks(person)

    def screen(self, person: str) -> Sequence[Seen]:
        """See `bot.Emulator.screen`; a group's id shows what stands in the group."""
        return self.apps.screen(person)

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
