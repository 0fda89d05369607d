"""The whole bot on the emulated WhatsApp: a thumb, another number, an answer two days late."""

from dataclasses import replace
from datetime import timedelta

from bot import Reply, Talk, command, flow
from bot.testing import Harness, bot_for
from bot.testing.wires import WireWorld
from connectors.whatsapp import Template
from connectors.whatsapp.connector import WhatsAppConnector
from connectors.whatsapp.emulator import WhatsAppEmulator
from tests.connectors.whatsapp.benches import PHONE

NEW_PHONE = "393335556666"
LATER = timedelta(hours=30)


@command("order", confirm="Order {cups} cups?")
async def order(cups: int) -> Reply:
    """Order coffee."""
    return Reply(f"Ordered {cups}.")


@flow("remind")
async def remind(talk: Talk) -> None:
    """Say something after a day and a quarter."""
    await talk.say("I will.")
    await talk.wait("later", until=LATER)
    await talk.say("Your table\nis ready.")


def platform(bot: Harness) -> WhatsAppEmulator:
    assert isinstance(bot.world, WireWorld)
    emulator = bot.world.emulators["whatsapp"]
    assert isinstance(emulator, WhatsAppEmulator)
    return emulator


def approve(bot: Harness) -> None:
    """Have a template approved by Meta and written into bot.toml."""
    platform(bot).backstage.approve("news", body="News: {{1}}")
    connector = bot.bot.connectors["whatsapp"]
    assert isinstance(connector, WhatsAppConnector)
    connector._settings = replace(connector._settings, templates={"news": Template(name="news")})


async def test_a_thumb_at_the_question_is_a_yes_and_a_late_one_is_nothing() -> None:
    async with bot_for(order, wire=True) as bot:
        ada = bot.person("ada", whatsapp=PHONE)
        await ada.whatsapp.says("/order 2")
        ada.whatsapp.sees("Order 2 cups?", buttons=["Yes", "No"])
        said, shown = platform(bot).screen(PHONE)
        assert platform(bot).has_read(said.id)

        for emoji in ("❤️", "👍🏽"):
            await platform(bot).shares(PHONE, "reaction", {"message_id": shown.id, "emoji": emoji})
            await bot.settle()

        ada.whatsapp.sees("Ordered 2.")
        ada.whatsapp.sees_nothing()


async def test_a_dialog_goes_on_from_the_new_number() -> None:
    async with bot_for(order, wire=True) as bot:
        ada = bot.person("ada", whatsapp=PHONE)
        await ada.whatsapp.says("/order")
        ada.whatsapp.sees("Cups?")

        await platform(bot).changes_number(PHONE, NEW_PHONE)
        await bot.settle()
        await platform(bot).says(NEW_PHONE, "3")
        await bot.settle()

        assert platform(bot).screen(NEW_PHONE)[-1].text == "Order 3 cups?"


async def test_what_comes_after_the_day_comes_by_a_template() -> None:
    async with bot_for(remind, wire=True) as bot:
        ada = bot.person("ada", whatsapp=PHONE)
        await ada.whatsapp.says("/remind")
        ada.whatsapp.sees("I will.")
        approve(bot)

        await bot.clock.forward(hours=31)

        ada.whatsapp.sees("News: Your table is ready.")
