"""The emulated platform as a test or the sandbox holds it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot import Body, Clock, EmulatorSettings, Faults, Request, Seen, SystemClock
from connectors.whatsapp.emulator.backstage import Backstage
from connectors.whatsapp.emulator.graph import GraphApi
from connectors.whatsapp.emulator.people import new_message_id
from connectors.whatsapp.emulator.phones import Phone
from connectors.whatsapp.emulator.webhooks import Update, message_update, status_update, webhook
from connectors.whatsapp.emulator.world import World

_VERSION = "v23.0"
_PATIENCE = ClientTimeout(total=10)


class WhatsAppEmulator:
    """WhatsApp on this machine; see `bot.Emulator`.

    Persons are phone numbers in digits, or business-scoped ids (``IT.abc123``) for those whose
    phone Meta does not tell. Beyond `bot.Emulator`: `sends` for files, `shares` for whatever else
    is no text, `looks` for read marks, `changes_number`, `blocks`, `forward` for the 24-hour
    window and the addresses of files (it is no wait, so ``pace`` does not touch it),
    `swap_statuses`, `has_read`, `sees_typing`, and `verify`. What is Meta's own, templates for
    instance, is under ``backstage``.
    """

    kind = "whatsapp"

    def __init__(self, world: World) -> None:
        self.backstage = Backstage(world)
        self._world = world
        self._graph = GraphApi(world)

    @property
    def faults(self) -> Faults:
        """What goes wrong; assign to change it."""
        return self._world.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._world.faults = faults

    def connector_settings(self) -> Mapping[str, str]:
        """See `bot.Emulator.connector_settings`."""
        world = self._world
        return {
            "phone_number_id": world.number.phone_number_id,
            "access_token": world.access_token,
            "app_secret": world.app_secret,
            "verify_token": world.verify_token,
            "api_url": f"{world.base_url}/{_VERSION}",
        }

    async def handle(self, request: Request, path: str) -> Request:
        """See `bot.Emulator.handle`; paths may begin with a version, ``v23.0/``."""
        return await self._graph.handle(request, path)

    async def says(self, person: str, text: str) -> None:
        """See `bot.Emulator.says`."""
        await self.shares(person, "text", {"body": text}, shown=text)

    async def taps(self, person: str, message: str, label: str) -> None:
        """See `bot.Emulator.taps`; raises ValueError if there is no such button."""
        kind, content = self._world.phone(person).choice(message, label)
        context = {"from": self._world.number.display_phone_number, "id": message}
        await self.shares(person, kind, content, shown=label, extra={"context": context})

    async def sends(
        self, person: str, data: bytes, *, name: str, mime: str, text: str = ""
    ) -> None:
        """See `bot.FileSender.sends`; what is no picture, sound or video goes as a document."""
        kind, content = self._world.media.keep(data, name=name, mime=mime, caption=text)
        shown = f"\N{PAPERCLIP} {name}\n{text}".rstrip()
        await self.shares(person, kind, content, shown=shown)

    async def shares(
        self,
        person: str,
        kind: str,
        content: object,
        *,
        shown: str = "",
        extra: Body | None = None,
        number: str = "",
    ) -> None:
        """Let a person send any kind of message: ``shares(p, "image", {"id": …})``.

        Returns like `says`. The person looks at the chat, so what was unread is reported read.
        ``extra`` stands beside the content (``context``, ``referral``); ``number`` is the
        phone_number_id that is written to, where the business has several.
        """
        world, phone = self._world, self._world.phone(person, number)
        body = {"type": kind, kind: content, **(extra or {})}
        message_id = new_message_id(phone.person)
        now = world.now()
        update = message_update(phone.person, message_id, body, now, number=phone.number)
        raw = webhook([update])
        phone.seen.append(Seen(id=message_id, role="user", text=shown, raw=raw))
        phone.wrote_at, phone.has_blocked = now, False
        world.read[message_id] = False
        world.change()
        await world.courier.put(*self._looked(phone), update).wait()

    async def looks(self, person: str) -> None:
        """Let a person open the chat: what was unread is reported as read."""
        updates = self._looked(self._world.phone(person))
        if updates:
            await self._world.courier.put(*updates).wait()

    async def changes_number(self, person: str, new: str) -> None:
        """Let a person change the number: Meta tells it, with both business-scoped ids."""
        world, phone = self._world, self._world.phone(person)
        moved = world.phone(new)
        moved.seen, moved.wrote_at = phone.seen, phone.wrote_at
        system = {
            "type": "user_changed_number",
            "body": "changed the number",
            "user_id": moved.person.scoped_id,
            "previous_user_id": phone.person.scoped_id,
            **({"wa_id": moved.person.phone} if moved.person.phone else {}),
        }
        body = {"type": "system", "system": system}
        update = message_update(phone.person, new_message_id(phone.person), body, world.now())
        await world.courier.put(update).wait()

    async def blocks(self, person: str) -> None:
        """Let a person block the business; writing again ends it.

        Meta does not document what a business is told; 131026 is the likeliest.
        """
        self._world.phone(person).has_blocked = True

    def screen(self, person: str, number: str = "") -> Sequence[Seen]:
        """See `bot.Emulator.screen`; ``number`` as in `shares`."""
        return tuple(self._world.phone(person, number).seen)

    async def changed(self, since: int) -> int:
        """See `bot.Emulator.changed`."""
        return await self._world.changed(since)

    async def settled(self) -> None:
        """See `bot.Emulator.settled`."""
        await self._world.courier.settled()

    async def verify(self) -> bool:
        """Verify the connector's URL as Meta does when a webhook is set up."""
        challenge = str(secrets.randbelow(10**9))
        query = {
            "hub.mode": "subscribe",
            "hub.verify_token": self._world.verify_token,
            "hub.challenge": challenge,
        }
        call = self._world.http.get(self._world.webhook_url, params=query)
        try:
            async with call as response:
                return response.status == 200 and await response.text() == challenge
        except (ClientError, TimeoutError):
            return False

    def forward(self, by: timedelta) -> None:
        """Let time pass on the platform."""
        self.backstage.forward(by)

    def swap_statuses(self, count: int) -> None:
        """Report so many of the next messages as delivered before they are reported as sent."""
        self._world.swap_statuses = count

    def has_read(self, message_id: str) -> bool:
        """Tell whether the business marked a person's message as read."""
        return self._world.read.get(message_id, False)

    def sees_typing(self, message_id: str) -> bool:
        """Tell whether the business shows that it is answering a person's message."""
        return message_id in self._world.typing

    def _looked(self, phone: Phone) -> Sequence[Update]:
        unread, phone.unread = phone.unread, []
        return [status_update(sent, "read", self._world.now()) for sent in unread]


@asynccontextmanager
async def open_emulator(
    settings: EmulatorSettings, *, clock: Clock | None = None
) -> AsyncIterator[WhatsAppEmulator]:
    """Open a WhatsApp of your own; this is what the entry point names."""
    async with (
        ClientSession(timeout=_PATIENCE, trust_env=False) as http,
        asyncio.TaskGroup() as group,
    ):
        world = World(settings, http, clock or SystemClock())
        delivery = group.create_task(world.courier.run())
        try:
            yield WhatsAppEmulator(world)
        finally:
            delivery.cancel()
