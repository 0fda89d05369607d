"""What both sides of the emulator share: the number, the phones, the time, the faults."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientSession

from bot import Body, Clock, EmulatorSettings, Faults
from connectors.whatsapp.emulator.approved import Templates
from connectors.whatsapp.emulator.delivery import Courier, Weather
from connectors.whatsapp.emulator.media import MediaShelf
from connectors.whatsapp.emulator.people import person_of
from connectors.whatsapp.emulator.phones import Phone
from connectors.whatsapp.emulator.rates import EVERY, PairRate
from connectors.whatsapp.emulator.webhooks import OURS, Number, Update, signed, webhook, written


class World:
    """The state of the platform; everything in it happens on one event loop."""

    def __init__(self, settings: EmulatorSettings, http: ClientSession, clock: Clock) -> None:
        self.faults = Faults()
        self.swap_statuses = 0
        self.ahead = timedelta()
        self.read: dict[str, bool] = {}
        self.media = MediaShelf()
        self.typing: set[str] = set()
        self.templates = Templates()
        self.menus: dict[str, Body] = {}
        self.overrides: dict[str, str] = {}
        self.pairs = PairRate(every=EVERY * settings.pace)
        self.refuses_at_once = False
        self.held: list[Update] | None = None
        self.number = OURS
        self.numbers: dict[str, Number] = {OURS.phone_number_id: OURS}
        # no secret ends in a zero, so that a test can spoil it by writing zeros there
        self.access_token = f"EAA{secrets.token_hex(30)}Z"
        self.app_secret = f"{secrets.token_hex(16)}Z"
        self.verify_token = f"{secrets.token_hex(8)}Z"
        self.base_url = settings.base_url
        self.webhook_url = f"{settings.webhook_url}/webhook"
        self.http = http
        self.courier = Courier(
            self._body,
            self._post,
            Weather(is_doubled=lambda: self.take("duplicate"), delay=lambda: self.faults.delay),
            settings.pace,
        )
        self._clock = clock
        self._phones: dict[tuple[str, str], Phone] = {}
        self._version = 0
        self._news = asyncio.Event()

    def now(self) -> datetime:
        """Tell the platform's time."""
        return self._clock.now() + self.ahead

    def phone(self, name: str, number: str = "") -> Phone:
        """Find a person's chat with one of our numbers; it is there when first named."""
        person = person_of(name)
        key = (number or self.number.phone_number_id, person.scoped_id)
        return self._phones.setdefault(key, Phone(person=person, number=self.numbers[key[0]]))

    def report(self, *statuses: Update) -> None:
        """Tell what became of messages, now or once they are let go."""
        if self.held is not None:
            self.held += statuses
        else:
            self.courier.put(*statuses)

    def take(self, fault: str) -> bool:
        """Use up one of a fault; tells whether there was one."""
        left: int = getattr(self.faults, fault)
        if left > 0:
            change: dict[str, Any] = {fault: left - 1}
            self.faults = replace(self.faults, **change)
        return left > 0

    def change(self) -> None:
        """Wake who waits for a change of any screen."""
        self._version += 1
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def changed(self, since: int) -> int:
        """Wait until the version is above ``since``."""
        while self._version <= since:
            await self._news.wait()
        return self._version

    def _body(self, updates: Sequence[Update]) -> bytes:
        return written(webhook(updates))

    async def _post(self, body: bytes) -> bool:
        headers = signed(self.app_secret, body)
        try:
            async with self.http.post(self.webhook_url, data=body, headers=headers) as response:
                return 200 <= response.status < 300
        except (ClientError, TimeoutError):
            return False
