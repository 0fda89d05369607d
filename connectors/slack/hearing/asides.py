"""What Slack asks beside the chat: forms, searches, the home tab, edited words.

Each is answered within the request, for Slack waits three seconds. What is only shown is not worth
a failure: what does not work in time is shown less, or asked in the chat. Where an edit cannot be
judged, for the store is away, the request fails: Slack brings events again.
"""

import asyncio
from datetime import timedelta
from typing import TypeAlias

import structlog

from bot import Address, Body, ConnectorError, Line, Received, StoreError
from connectors.slack.hearing.edits import Edited, counts, find_edit
from connectors.slack.hearing.home import Opened, find_opened, home
from connectors.slack.hearing.modals import Press, find_press, find_submission
from connectors.slack.hearing.options import Search, find_search, found
from connectors.slack.hearing.profiles import Calling, Profiles
from connectors.slack.hearing.status import Started, find_started, remember, status_for
from connectors.slack.refusals import ExchangedError

PATIENCE = timedelta(seconds=2)
"""The request that asks wants its answer within three seconds."""

Aside: TypeAlias = Press | Search | Opened | Edited | Started

log = structlog.get_logger()


def find_aside(name: str, body: Body, raw: bytes) -> Aside | Received | None:
    """Find what is not just said; None where `connectors.slack.wire.parse` knows more."""
    return (
        find_press(name, body, raw)
        or find_submission(name, body, raw)
        or find_search(name, body)
        or find_opened(name, body)
        or find_edit(name, body, raw)
        or find_started(name, body)
    )


class Asides:
    """Answers them; without a line there is nothing to search, to show or to compare with."""

    def __init__(self, call: Calling, profiles: Profiles) -> None:
        self._call = call
        self._profiles = profiles
        self._line: Line | None = None

    def attach(self, line: Line) -> None:
        """See `bot.Attached.attach`."""
        self._line = line

    @property
    def can_search(self) -> bool:
        """Whether rows can be found while somebody types."""
        return self._line is not None

    async def answer(self, aside: Aside) -> Received:
        """Answer one, within the request that asked for it."""
        match aside:
            case Press():
                # no time to record it first: a trigger lives three seconds, and a form that does
                # not open is recorded as the wish to be asked in the chat
                return Received() if await self._opens(aside) else _heard(aside)
            case Search():
                return await self._search(aside)
            case Opened(address=address, is_home=is_home):
                self._profiles.meet(address)  # who opens the app will write to it
                if is_home:
                    await self.show_home(address)
                return Received()
            case Edited():
                return _heard(aside) if await self._counts(aside) else Received()
            case Started():
                if self._line is not None:
                    await remember(aside, self._line)
                return Received()

    async def show_busy(self, to: Address, hints: Body) -> None:
        """Show that an answer takes long, where Slack has a place for it."""
        status = None if self._line is None else await status_for(to, hints, self._line)
        if status is not None:
            await self._call("assistant.threads.setStatus", status, to)

    async def show_home(self, address: Address) -> None:
        """Draw somebody's home tab."""
        if (line := self._line) is None:
            return
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                told = (await self._profiles.find(address)).locale
                locale = await line.locale(address, told=told)
                dialogs, commands = await line.dialogs(address), line.commands(locale)
                view = home(dialogs, commands, place=address.place, locale=locale)
                shown = {"user_id": address.user, "view": view}
                await self._call("views.publish", shown, address)
        except (ConnectorError, StoreError, TimeoutError) as error:
            log.warning("home.unshown", error=str(error) or type(error).__name__)

    async def _opens(self, press: Press) -> bool:
        if press.view is None:
            return False
        wanted = {"trigger_id": press.trigger, "view": press.view}
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await self._call("views.open", wanted, press.instead.sender)
        except ExchangedError:
            return True
        except (ConnectorError, TimeoutError) as error:
            log.warning("form.unopened", error=str(error) or type(error).__name__)
            return False
        return True

    async def _search(self, search: Search) -> Received:
        if (line := self._line) is None:
            return Received(response=found(search, ()))
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                options = await line.choices(
                    search.address, search.prompt, search.typed, field=search.field
                )
        except (StoreError, TimeoutError) as error:
            log.warning("search.failed", error=str(error) or type(error).__name__)
            options = ()
        return Received(response=found(search, options))

    async def _counts(self, edited: Edited) -> bool:
        return self._line is not None and await counts(edited, self._line)


def _heard(aside: Press | Edited) -> Received:
    message = aside.instead if isinstance(aside, Press) else aside.message
    return Received(messages=(message,))
