"""Whom Slack knows: asked once, beside the requests, and never in the way of a message."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import (
    AccountId,
    Address,
    Body,
    EventId,
    InboundMessage,
    PermanentSendError,
    Profile,
    Received,
    Secret,
    TransientSendError,
)
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack import SlackSettings, connect
from connectors.slack.blocks.controls import Json
from connectors.slack.emulator import open_emulator
from connectors.slack.hearing.profiles import NOTHING, Profiles, profile_in
from tests.connectors.slack.app import slack
from tests.connectors.webchat.memory import MemoryLine

U1 = Address(account=AccountId("shop/T1"), user="U1", place="D1")
HEARD = Received(
    messages=(
        InboundMessage(event_id=EventId("e"), sender=U1, text="hi", profile=Profile(name="Al")),
    )
)
GERMAN: Body = {"user": {"locale": "de-DE", "tz": "Europe/Berlin"}}


class Platform:
    """Answers what it is given, one answer a call, the last one for ever."""

    def __init__(self, *answers: Body | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def call(self, method: str, payload: Json, _address: Address) -> Body:
        self.asked.append(f"{method} {payload['user']}")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def told(received: Received) -> Profile:
    return received.messages[0].profile


async def test_a_person_is_asked_about_once_and_the_next_message_tells_it() -> None:
    platform = Platform(GERMAN)
    profiles = Profiles(platform.call)
    async with profiles.open():
        first = profiles.introduce(HEARD)
        profiles.introduce(HEARD)
        await profiles.find(U1)
        later = profiles.introduce(HEARD)

    assert told(first) == Profile(name="Al")
    assert told(later) == Profile(name="Al", locale="de-DE", time_zone="Europe/Berlin")
    assert platform.asked == ["users.info U1"]


async def test_an_app_without_the_scope_is_not_asked_again() -> None:
    platform = Platform(PermanentSendError("missing_scope"))
    profiles = Profiles(platform.call)
    async with profiles.open():
        assert await profiles.find(U1) == NOTHING
        assert await profiles.find(U1) == NOTHING

    assert told(profiles.introduce(HEARD)) == Profile(name="Al")
    assert len(platform.asked) == 1


async def test_where_slack_is_away_it_is_left_in_peace_for_a_while() -> None:
    platform = Platform(TransientSendError("busy", retry_after=timedelta(minutes=3)), GERMAN)
    profiles = Profiles(platform.call)
    async with profiles.open():
        assert await profiles.find(U1) == NOTHING
        assert await profiles.find(U1) == NOTHING

    assert len(platform.asked) == 1


async def test_what_hangs_is_dropped_at_the_end_and_failures_stay_what_they_are() -> None:
    async def hangs(_method: str, _payload: Json, _address: Address) -> Body:
        await asyncio.Event().wait()
        return {}

    profiles = Profiles(hangs)

    async def fails() -> None:
        async with profiles.open():
            profiles.meet(U1)
            raise LookupError

    with pytest.raises(LookupError):
        await fails()


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "x" * 500, "Europe/\0"])
def test_a_zone_that_is_none_is_not_kept(zone: str) -> None:
    assert profile_in({"user": {"tz": zone, "locale": "de-DE"}}) == Profile(locale="de-DE")
    assert profile_in({"user": []}) == NOTHING


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    def connect_to_it(name: str, table: dict[str, str]) -> object:
        token, secret = Secret(table["bot_token"]), Secret(table["signing_secret"])
        settings = SlackSettings(bot_token=token, signing_secret=secret, api_url=table["api_url"])
        return connect(name, settings)

    async with open_workbench(connect_to_it, open_emulator, person="U1") as bench:  # type: ignore[arg-type]  # any mapping
        bench.connector.attach(MemoryLine())  # type: ignore[attr-defined]  # Slack's has one
        yield bench


async def test_who_opens_the_app_is_known_when_they_write(bench: Workbench) -> None:
    slack(bench).workspace.languages["U1"] = "de-DE"
    slack(bench).workspace.zones["U1"] = "Europe/Berlin"

    await slack(bench).opens_home("U1")
    home = slack(bench).home("U1")
    heard = await bench.hears("Hallo")

    assert home is not None
    assert "Was Sie tun können" in home.text
    assert heard.profile == Profile(locale="de-DE", time_zone="Europe/Berlin")
    assert [call for call in bench.front.calls if "users.info" in call] == ["/api/api/users.info"]
