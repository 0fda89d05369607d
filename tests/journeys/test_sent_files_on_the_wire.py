"""A command answers with a picture and a PDF, over the real connectors, on all four channels."""

import pytest

from bot import Faults, Image
from bot.testing import bot_for
from bot.testing.persons import Channel
from tests.journeys.postcards import PDF, PNG, png
from tests.journeys.wired import USERS, world_of

COMMANDS = "tests.journeys.postcards"
PLATFORMS = ("slack", "telegram", "whatsapp", "web")


def data_of(channel: Channel) -> list[bytes]:
    return [file.data for seen in channel.screen for file in seen.files]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_picture_and_a_document_arrive_with_their_words(platform: str) -> None:
    async with bot_for(COMMANDS, wire=True) as bot:
        alice = bot.person("alice", **{platform: USERS[platform]}).channels[platform]
        await alice.says("/postcard")
        alice.sees("Greetings from Rome.")

        assert data_of(alice) == [PNG, PDF]
        assert "menu.pdf" in alice.told()


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_document_stands_above_its_buttons(platform: str) -> None:
    async with bot_for(COMMANDS, wire=True) as bot:
        alice = bot.person("alice", **{platform: USERS[platform]}).channels[platform]
        await alice.says("/choice")
        alice.sees("Is it right?", buttons=["Right"])

        assert data_of(alice) == [PDF]
        assert alice.screen[-1].buttons == ("Right",)


@pytest.mark.parametrize("platform", ["slack", "telegram", "whatsapp"])
@pytest.mark.parametrize("faults", [Faults(fail=2), Faults(throttle=1)])
async def test_a_platform_in_trouble_gets_each_file_once(platform: str, faults: Faults) -> None:
    async with bot_for(COMMANDS, wire=True) as bot:
        alice = bot.person("alice", **{platform: USERS[platform]}).channels[platform]
        world_of(bot).emulators[platform].faults = faults
        await alice.says("/postcard")
        for _ in range(4):
            await bot.clock.forward(seconds=10)

        assert data_of(alice) == [PNG, PDF]


async def test_a_flow_begun_in_one_app_shows_its_pictures_where_the_customer_is() -> None:
    async with bot_for(COMMANDS, wire=True) as bot:
        alice = bot.person("alice", slack=USERS["slack"], web=USERS["web"])
        await alice.slack.says("/gallery")
        await bot.restart()
        await alice.web.says("good morning")
        await alice.web.says("yes")

        assert data_of(alice.slack) == [PNG]
        assert data_of(alice.web) == [PNG, png(8, 8)]  # it shows the whole conversation


async def test_a_photo_from_one_app_comes_back_as_it_was() -> None:
    async with bot_for(COMMANDS, wire=True) as bot:
        alice = bot.person("alice", whatsapp=USERS["whatsapp"])
        await alice.whatsapp.says("/echo")
        await alice.whatsapp.sends(Image("me.png", data=PNG))
        alice.whatsapp.sees("Yours.")

        assert data_of(alice.whatsapp) == [PNG]
