"""Bots on temporary stores, driven message by message: no loop, no pause, no wire in between."""

import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeAlias

from bot.app import Bot, Options, open_bot
from bot.dialog.decisions import Decision
from bot.dialog.events import Event
from bot.dialog.manager import decide
from bot.model.conversation import State
from bot.model.ids import ConnectorName, EventId, account_of
from bot.model.messages import Address, InboundMessage
from bot.plugins import load_extensions
from bot.plugins.entries import GROUPS
from bot.ports.connectors import Received
from bot.runtime import turns
from bot.runtime.turns import Outcome
from bot.settings import load_settings
from bot.testing.fakes import KINDS, FakeClock, FakeConnector
from bot.testing.loading import Plugin, with_plugins

Rounds: TypeAlias = list[tuple[State, Event]]
"""What `decide` was given in a turn, round by round."""
CHANNEL = "slack"
NOW = datetime.fromisoformat("2026-11-18T10:00+01:00")  # a Wednesday
_BOT_TOML = (
    '[bot]\nname = "Bench"\ntime_zone = "Europe/Rome"\n'
    '[plugins]\nenabled = []\n[nlu]\nengines = ["rules"]\n'
)


@dataclass(slots=True)
class Driven:
    """An open bot; each turn goes through the three stations, one after the other."""

    bot: Bot
    fake: FakeConnector
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def customer(self) -> Address:
        """Make somebody whom the bot does not know."""
        user = f"U{next(self._numbers)}"
        return Address(account=account_of(CHANNEL), user=user, place=f"D{user}")

    async def says(self, sender: Address, text: str) -> None:
        """Take a message in, answer it, and deliver the answers; one turn."""
        bot, now = self.bot, self.bot.clock.now()
        event_id = EventId(str(next(self._numbers)))
        message = InboundMessage(event_id=event_id, sender=sender, text=text)
        await bot.intake.accept(ConnectorName(CHANNEL), Received(messages=(message,)))
        for conversation in await bot.store.inbox.ready(now=now, limit=20):
            while await bot.stage.run(conversation) is Outcome.DONE:
                pass
        while entries := await bot.delivery.claim(20):
            for entry in entries:
                await bot.delivery.deliver(entry)

    async def hears(self, lines: Sequence[str]) -> Address:
        """Let somebody new say some lines."""
        somebody = self.customer()
        for line in lines:
            await self.says(somebody, line)
        return somebody

    async def recorded(self, before: Sequence[str], lines: Sequence[str]) -> list[Rounds]:
        """Let somebody new say some lines and keep what was decided on, turn by turn."""
        somebody = await self.hears(before)
        kept: list[Rounds] = []
        for line in lines:
            with _recording() as rounds:
                await self.says(somebody, line)
            kept.append(rounds)
        return kept

    def told(self, sender: Address) -> list[str]:
        """List what somebody was told."""
        return [one.text for one in self.fake.screens.get(sender.user, ())]


@asynccontextmanager
async def driven(plugins: Sequence[Plugin], *, synchronous: str = "OFF") -> AsyncIterator[Driven]:
    """Open a bot with plugins and nothing else."""
    fake = FakeConnector(kind=CHANNEL, capabilities=KINDS[CHANNEL])
    installed = [entry for group in GROUPS for entry in entry_points(group=group)]
    with tempfile.TemporaryDirectory(prefix="threadline-") as folder:
        path = Path(folder) / "bot.toml"
        path.write_text(_BOT_TOML)
        settings = load_settings(path)
        extensions = with_plugins(load_extensions(settings, installed=installed), plugins)
        options = Options(clock=FakeClock(NOW), connectors={CHANNEL: fake}, synchronous=synchronous)
        async with open_bot(settings, extensions, options) as bot:
            yield Driven(bot, fake)


@contextmanager
def _recording() -> Iterator[Rounds]:
    rounds: Rounds = []

    def recording(state: State, event: Event) -> Decision:
        rounds.append((state, event))
        return decide(state, event)

    module: Mapping[str, object] = vars(turns)
    before = module["decide"]
    vars(turns)["decide"] = recording
    try:
        yield rounds
    finally:
        vars(turns)["decide"] = before
