"""Persons of a test at the web chat, over the wire: as quick as a test, and shown every button."""

from bot import Button, Reply, command
from bot.testing import bot_for
from tests.journeys.wired import world_of


@command("look")
async def look() -> Reply:
    """Show a button that opens a page beside one that speaks."""
    return Reply("Look:", buttons=[Button("Menu", url="https://example.com/"), Button("Again")])


async def test_a_test_may_write_faster_than_a_person_and_sees_what_opens_a_page() -> None:
    async with bot_for(look, wire=True) as bot:
        ada = bot.person("ada", web="w1")
        await ada.web.says("/look")
        ada.web.sees("Look:", buttons=["Again", "Menu"])

        for _ in range(25):
            await bot.world.taps("web", "w1", ada.web.screen[-1].id, "Menu")
            await world_of(bot)._visitor("web", "w1").send({"cid": "same", "text": "/look"})
        await bot.settle()
        ada.web.sees("Look:")
        ada.web.sees_nothing()
