"""What Slack knows of a customer: the language of their app and their time zone.

Events say neither; ``users.info`` does (its page, 2026: scope ``users:read``, ``include_locale``).
It is asked once per person and beside the requests, never within one that waits to be recorded:
what comes back goes with their next message. Nothing is lost where Slack does not tell it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import structlog

from bot import (
    Address,
    Body,
    ConnectorError,
    InboundMessage,
    Profile,
    Received,
    TransientSendError,
)
from connectors.slack import wire
from connectors.slack.blocks.controls import Json

PATIENCE = timedelta(seconds=5)
SHORT_PATIENCE = timedelta(seconds=1)
"""Where something is to be shown within three seconds."""
PAUSE = timedelta(minutes=1)
"""Nobody is asked about for so long, or for longer where Slack says so, after it did not answer."""
MAX_KNOWN = 10_000
"""Persons; of more, those who were heard longest ago are asked about again."""
MAX_ASKED = 20
"""At a time: ``users.info`` is a method of Tier 4, a hundred a minute and more."""
MAX_TEXT = 64
NOTHING = Profile()

Calling: TypeAlias = Callable[[str, Json, Address], Awaitable[Body]]
"""Calls a method of Slack's for somebody's workspace."""
Person: TypeAlias = tuple[str, str]

log = structlog.get_logger()


class Profiles:
    """Asks for what is not known, where it is open; else what is known goes with messages."""

    def __init__(self, call: Calling) -> None:
        self._call = call
        self._known: OrderedDict[Person, Profile] = OrderedDict()
        self._asked: dict[Person, asyncio.Task[Profile]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._not_before = 0.0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Let questions be asked; those without an answer at the end are dropped."""
        group = asyncio.TaskGroup()
        await group.__aenter__()
        self._group = group
        try:
            yield
        finally:  # entered by hand: a failure of who uses the connector stays what it is
            self._group = None
            for asking in tuple(self._asked.values()):
                asking.cancel()
            await group.__aexit__(None, None, None)

    def introduce(self, received: Received) -> Received:
        """Let messages tell what is known of their senders; ask about the others meanwhile."""
        if not received.messages:
            return received
        return replace(received, messages=tuple(map(self._introduced, received.messages)))

    def meet(self, address: Address) -> None:
        """Ask about somebody who will perhaps write."""
        person = _person(address)
        if person in self._known or person in self._asked or len(self._asked) >= MAX_ASKED:
            return
        if self._group is None or self._not_before > asyncio.get_running_loop().time():
            return
        asking = self._group.create_task(self._ask(person, address), name="users.info")
        self._asked[person] = asking
        asking.add_done_callback(lambda _: self._asked.pop(person, None))

    async def find(self, address: Address) -> Profile:
        """Tell what is known of somebody; wait a moment where Slack was just asked."""
        self.meet(address)
        asking = self._asked.get(_person(address))
        if asking is not None:
            await asyncio.wait((asking,), timeout=SHORT_PATIENCE.total_seconds())
        return self._known.get(_person(address), NOTHING)

    def _introduced(self, message: InboundMessage) -> InboundMessage:
        person = _person(message.sender)
        known = self._known.get(person)
        if known is None:
            self.meet(message.sender)
            return message
        self._known.move_to_end(person)
        told = replace(message.profile, locale=known.locale, time_zone=known.time_zone)
        return replace(message, profile=told)

    async def _ask(self, person: Person, address: Address) -> Profile:
        wanted = {"user": address.user, "include_locale": "true"}
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                told = profile_in(await self._call("users.info", wanted, address))
        except (TransientSendError, TimeoutError) as error:
            asked = error.retry_after if isinstance(error, TransientSendError) else None
            pause = max(asked or PAUSE, PAUSE).total_seconds()
            self._not_before = asyncio.get_running_loop().time() + pause
            return NOTHING
        except ConnectorError as error:
            log.info("profile.untold", connector=address.connector, error=str(error))
            told = NOTHING  # an app without the scope: not asked again before the next start
        self._known[person] = told
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return told


def profile_in(told: Body) -> Profile:
    """Read the answer of ``users.info``: ``locale`` is as "de-DE", ``tz`` as "Europe/Berlin"."""
    locale, zone = wire.text_at(told, "user", "locale"), wire.text_at(told, "user", "tz")
    known = zone if len(zone) <= MAX_TEXT and _is_zone(zone) else None
    return Profile(locale=locale if 0 < len(locale) <= MAX_TEXT else None, time_zone=known)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown here, or no name of a zone at all
        return False
    return True


def _person(address: Address) -> Person:
    return address.account, address.user
