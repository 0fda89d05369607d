"""Files, places and contacts over the real connectors and emulated platforms."""

from itertools import permutations

import pytest

from bot import Faults, File, Image
from bot.authoring.kinds import KEPT
from bot.testing import Harness, bot_for
from bot.testing.contracts.files import DOCUMENT, picture
from bot.testing.persons import Channel
from connectors.telegram.emulator import TelegramEmulator
from connectors.whatsapp.emulator import WhatsAppEmulator
from tests.journeys.wired import USERS, world_of

PLATFORMS = ("slack", "telegram", "whatsapp")
PICTURE = picture(20, 10)
METER = Image("meter.png", data=PICTURE)
BILL = File("bill.pdf", data=DOCUMENT)


async def asked_for_a_photo(channel: Channel) -> None:
    await channel.says("/reading 50")
    channel.sees("A photo of the meter?")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_photo_is_fetched_from_the_platform_and_is_in_the_record(platform: str) -> None:
    async with bot_for("tests.journeys.meters", wire=True) as bot:
        alice = bot.person("alice", **{platform: USERS[platform]}).channels[platform]
        await asked_for_a_photo(alice)

        await alice.sends(METER)

        alice.sees(f"Kept 50, {len(PICTURE)} bytes.")
        (kept,) = bot.calls("keep_reading")
        assert kept.arguments["photo"]["connector"] == KEPT
        assert kept.arguments["photo"]["kind"] == "image"
        assert bot.asked_twice == []


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_document_is_refused_with_the_reason_and_the_question_stands(
    platform: str,
) -> None:
    async with bot_for("tests.journeys.meters", wire=True) as bot:
        alice = bot.person("alice", **{platform: USERS[platform]}).channels[platform]
        await asked_for_a_photo(alice)

        await alice.sends(BILL)
        alice.sees("“bill.pdf”: that is a PDF; I need a photo. A photo of the meter?")
        await alice.sends(Image("meter.png", data=DOCUMENT[:900]))  # called a picture, and is none
        alice.sees("by its content that is a PDF; I need a photo. A photo of the meter?")
        assert bot.calls("keep_reading") == []

        await alice.sends(METER)
        alice.sees("Kept 50, ")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_photo_with_its_command_underneath_needs_no_question(platform: str) -> None:
    async with bot_for("tests.journeys.meters", wire=True) as bot:
        alice = bot.person("alice", **{platform: USERS[platform]}).channels[platform]

        await alice.sends(METER, text="/reading 50")

        alice.sees("Kept 50, ")
        alice.sees_nothing()


@pytest.mark.parametrize(("here", "there"), list(permutations(PLATFORMS, 2)))
async def test_a_photo_sent_on_one_channel_is_read_after_a_restart_on_the_other(
    here: str, there: str
) -> None:
    async with bot_for("tests.journeys.meters", wire=True) as bot:
        alice = bot.person("alice", **{here: USERS[here], there: USERS[there]})
        await alice.channels[here].says("/reading")
        alice.channels[here].sees("What does the meter show?")

        await alice.channels[here].sends(METER)
        await bot.restart()
        await alice.channels[there].says("50")

        alice.channels[there].sees(f"Kept 50, {len(PICTURE)} bytes.")
        assert len(bot.calls("keep_reading")) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_webhook_with_a_photo_that_comes_twice_is_answered_once(platform: str) -> None:
    async with bot_for("tests.journeys.meters", wire=True) as bot:
        alice = bot.person("alice", **{platform: USERS[platform]}).channels[platform]
        await asked_for_a_photo(alice)
        world_of(bot).emulators[platform].faults = Faults(duplicate=1)

        await alice.sends(METER)

        alice.sees("Kept 50, ")
        alice.sees_nothing()
        assert len(bot.calls("keep_reading")) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_platform_that_does_not_give_the_file_is_told_and_asked_again(
    platform: str,
) -> None:
    async with bot_for("tests.journeys.meters", wire=True) as bot:
        alice = bot.person("alice", **{platform: USERS[platform]}).channels[platform]
        await asked_for_a_photo(alice)
        # on WhatsApp the mark that a message was read is asked for first
        refusals = 2 if platform == "whatsapp" else 1
        world_of(bot).emulators[platform].faults = Faults(throttle=refusals)

        await alice.sends(METER)

        alice.sees("I could not get that file. Please send it again. A photo of the meter?")
        await alice.sends(METER)
        alice.sees("Kept 50, ")


async def test_a_location_on_telegram_answers_where_to() -> None:
    async with bot_for("tests.journeys.till", wire=True) as bot:
        alice = bot.person("alice", telegram=USERS["telegram"])
        await alice.telegram.says("/ride")
        alice.telegram.sees("Where to?")

        point = {"latitude": 45.4642, "longitude": 9.19}
        venue = {"location": point, "title": "Duomo", "address": "Piazza del Duomo"}
        await telegram(bot).apps.shares(USERS["telegram"], {"location": point, "venue": venue})
        await bot.settle()
        await alice.telegram.says("friday at 7pm")

        alice.telegram.sees("Duomo, Piazza del Duomo 20 19:00 None")
        (driven,) = bot.calls("drive")
        assert driven.arguments["to"] == {
            "text": "Duomo, Piazza del Duomo", "lat": 45.4642, "lon": 9.19,
        }  # fmt: skip


async def test_a_location_on_whatsapp_answers_where_to() -> None:
    async with bot_for("tests.journeys.till", wire=True) as bot:
        alice = bot.person("alice", whatsapp=USERS["whatsapp"])
        await alice.whatsapp.says("/ride")
        alice.whatsapp.sees("Where to?")

        point = {"latitude": 45.4642, "longitude": 9.19}
        await whatsapp(bot).shares(USERS["whatsapp"], "location", point)
        await bot.settle()
        await alice.whatsapp.says("friday at 7pm")

        alice.whatsapp.sees("45.4642, 9.19 20 19:00 None")


async def test_a_contact_answers_to_which_number() -> None:
    async with bot_for("tests.journeys.till", wire=True) as bot:
        alice = bot.person("alice", telegram=USERS["telegram"], whatsapp=USERS["whatsapp"])
        await alice.telegram.says("/transfer 12 euros")
        alice.telegram.sees("To which number?")

        card = {"name": {}, "phones": [{"phone": "+39 06 1234567", "wa_id": "39061234567"}]}
        await whatsapp(bot).shares(USERS["whatsapp"], "contacts", [card])
        await bot.settle()
        await alice.whatsapp.says("ada@example.org")

        alice.whatsapp.sees("ada@example.org")
        await alice.whatsapp.says("yes")
        (paid,) = bot.calls("pay")
        assert paid.arguments["phone"] == {"e164": "+39061234567"}


def telegram(bot: Harness) -> TelegramEmulator:
    emulator = world_of(bot).emulators["telegram"]
    assert isinstance(emulator, TelegramEmulator)
    return emulator


def whatsapp(bot: Harness) -> WhatsAppEmulator:
    emulator = world_of(bot).emulators["whatsapp"]
    assert isinstance(emulator, WhatsAppEmulator)
    return emulator
