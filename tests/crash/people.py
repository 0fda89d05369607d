"""Customers on four channels, who do no more than customers do."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TypeVar

from bot import Seen
from tests.crash.evidence import Witness
from tests.crash.stage import Life, Stage
from tests.crash.visitor import Visitor

T = TypeVar("T")
PAUSE = 0.02  # seconds between two looks at a screen
PATIENCE = 12.0  # the platforms' retries take up to 7
TRIES = 5
FAILURE = re.compile(r"/\w+ failed ")
"""How Slackbot tells a person that a command did not arrive."""

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
REF = re.compile(r"\bT-[0-9A-Z]{4}\b")


class StuckError(AssertionError):
    """What a customer waited for did not come."""


async def until(look: Callable[[], Awaitable[T | None]]) -> T:
    """Look again and again until there is something; bounded by the caller."""
    while not (found := await look()):  # noqa: ASYNC110 - what another process did sets no event
        await asyncio.sleep(PAUSE)
    return found


@dataclass(slots=True, kw_only=True)
class Customer:
    """A person with a user id on each platform, and a browser."""

    name: str
    users: dict[str, str]
    stage: Stage
    life: Life
    witness: Witness
    visitor: Visitor
    patience: float = PATIENCE
    is_hasty: bool = False
    """Answers what it sees at once, though the bot may not have marked it as sent."""
    read: Counter[str] = field(default_factory=Counter)
    begun: dict[str, int] = field(default_factory=dict)

    def begin(self) -> None:
        """Take what stands on the screens for the past."""
        self.begun = {name: len(self.history(name)) for name in self.users}

    async def says(self, channel: str, text: str) -> None:
        """Type a text; only Slack's commands must be typed again when Slack says so."""
        if channel == "web":
            await self.visitor.says(text)
        elif channel == "slack" and text.startswith("/"):
            await self._commands(text)
        else:
            await self.stage.emulators[channel].says(self.users[channel], text)

    async def taps(self, channel: str, label: str) -> None:
        """Press the newest button with a label."""
        seen = next(one for one in reversed(self.screen(channel)) if label in one.buttons)
        if channel == "web":
            await self.visitor.taps(seen.id, label)
        else:
            await self.stage.emulators[channel].taps(self.users[channel], seen.id, label)

    async def sees(self, channel: str, text: str) -> Seen:
        """Wait for the next message with these words; StuckError if it does not come."""
        try:
            async with asyncio.timeout(self.patience):
                seen = await until(lambda: self._next(channel, text))
                if not self.is_hasty:  # people are slow: what they answer was marked as sent before
                    await until(self.witness.is_quiet)
        except TimeoutError:
            unread = [one.text for one in self.screen(channel)[self.read[channel] :]]
            told = f"{self.name} waited for {text!r} on {channel}; unread: {unread}"
            raise StuckError(told) from None
        return seen

    def screen(self, channel: str) -> Sequence[Seen]:
        """Tell what the bot has shown since `begin`."""
        if channel == "web":
            return [one for one in self.visitor.seen if one.role == "bot"]
        shown = self.history(channel)[self.begun[channel] :]
        return [one for one in shown if one.role == "bot" and not FAILURE.match(one.text)]

    async def asks(self, channel: str, text: str, answer: str) -> Seen:
        """Say something and wait for the answer."""
        await self.says(channel, text)
        return await self.sees(channel, answer)

    async def _next(self, channel: str, text: str) -> Seen | None:
        if channel == "web":
            await self.visitor.looks()
        screen = self.screen(channel)
        for index in range(self.read[channel], len(screen)):
            if text in screen[index].text:
                self.read[channel] = index + 1
                return screen[index]
        return None

    async def _commands(self, text: str) -> None:
        """Type a command; again, when Slack says that it failed and no answer came."""
        for _ in range(TRIES):
            failures, answers = self._failures(), len(self.screen("slack"))
            await self.stage.emulators["slack"].says(self.users["slack"], text)
            if self._failures() == failures or await self._is_answered(answers):
                return

    async def _is_answered(self, answers: int) -> bool:
        """Look again once the bot is back and has done what it had to do."""
        await self.life.up.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.patience):
                await until(self.witness.is_quiet)
        return len(self.screen("slack")) > answers

    def _failures(self) -> int:
        return sum(bool(FAILURE.match(one.text)) for one in self.history("slack"))

    def history(self, channel: str) -> Sequence[Seen]:
        """Tell everything that ever stood on a screen."""
        return self.stage.emulators[channel].screen(self.users[channel])


def plain(seen: Seen) -> tuple[str, tuple[str, ...]]:
    """Write a message without what is random in it."""
    text = REF.sub("T-XXXX", CODE.sub("XXXX-XXXX", seen.text))
    return text, tuple(CODE.sub("XXXX-XXXX", label) for label in seen.buttons)


def once(messages: Sequence[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
    """Leave out what the message behind it repeats: a platform shows a second copy beside it.

    It is the second that is edited when its question is answered; nobody knows the first one's id.
    """
    pairs = zip_longest(messages, messages[1:])
    return [one for one, later in pairs if not _repeats(later, one)]


def _repeats(
    later: tuple[str, tuple[str, ...]] | None, earlier: tuple[str, tuple[str, ...]]
) -> bool:
    if later is None or later == earlier:
        return later is not None
    text, _, mark = later[0].rpartition("\n")
    return text == earlier[0] and mark.startswith(("✓ ", "— "))
