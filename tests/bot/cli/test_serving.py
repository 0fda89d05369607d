"""What serving does around a bot: listeners whose messages wait for the database."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from bot.app import Options, open_bot
from bot.cli.serving import converse, serve
from bot.errors import StoreBusyError
from bot.model.ids import ConnectorName, EventId, account_of
from bot.model.messages import Address, InboundMessage
from bot.plugins import load_extensions
from bot.ports.connectors import Received
from bot.ports.lines import Recorded
from bot.runtime.intake import Intake
from bot.settings import load_settings
from bot.testing.fakes import KINDS, FakeConnector
from tests.bot.cli.projects import write_project


@dataclass(slots=True, kw_only=True)
class Ear(FakeConnector):
    """A connector that hears what it was given; ``asked`` counts how often it was asked on."""

    heard: Sequence[Received] = ()
    asked: int = 0

    async def listen(self) -> AsyncIterator[Received]:
        for received in self.heard:
            self.asked += 1
            yield received


class Moody(Intake):
    """An intake over a database that is away for the first calls."""

    def __init__(self, intake: Intake, ear: Ear) -> None:
        self.intake = intake
        self.ear = ear
        self.away = 3
        self.asked_meanwhile = 0

    @override
    async def accept(self, connector: ConnectorName, received: Received) -> Sequence[Recorded]:
        if self.away:
            self.away -= 1
            self.asked_meanwhile = self.ear.asked
            raise StoreBusyError("not now")
        return await self.intake.accept(connector, received)


def said(number: int) -> Received:
    sender = Address(account=account_of("ear"), user="u", place="u")
    message = InboundMessage(event_id=EventId(f"e{number}"), sender=sender, text="/help")
    return Received(messages=(message,))


@pytest.mark.parametrize("served", [True, False], ids=["serve", "converse"])
async def test_what_a_listener_heard_waits_for_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, served: bool
) -> None:
    monkeypatch.setattr("bot.cli.serving.FIRST_PAUSE", timedelta(seconds=0.01))
    settings = load_settings(write_project(tmp_path) / "bot.toml")
    ear = Ear(kind="slack", capabilities=KINDS["slack"], heard=[said(1), said(2)])
    options = Options(synchronous="OFF", connectors={"ear": ear})

    async with open_bot(settings, load_extensions(settings), options) as bot:
        moody = Moody(bot.intake, ear)
        patient = replace(bot, intake=moody)
        await (serve(patient, host="127.0.0.1", port=0) if served else converse(patient))
        ((conversation, _, _),) = await bot.store.log.conversations(limit=10)
        facts = await bot.store.log.read(conversation, after=0, limit=100)

    heard = [fact for fact in facts if fact.kind == "message" and fact.body["role"] == "user"]
    assert len(heard) == 2
    assert moody.away == 0
    assert moody.asked_meanwhile == 1
