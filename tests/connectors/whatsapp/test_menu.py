"""`threadline sync` on WhatsApp: commands, ice breakers, where the webhooks go."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot import Menu, NativeCommand, Secret, Syncing
from bot.testing.contracts.workbench import Workbench
from connectors.whatsapp import WhatsAppSettings, connect
from connectors.whatsapp.emulator.automation import read_automation
from connectors.whatsapp.menu import MAX_COMMANDS, automation_of
from tests.connectors.whatsapp.benches import emulator_of, open_bench

BOOK = NativeCommand(name="book", summary="Book a table", usage="[day]")
MENU = Menu(
    title="Trattoria",
    commands={"": (BOOK, NativeCommand(name="uber status", summary="")), "it": ()},
    umbrella="trattoria",
    public_url="https://bot.example",
)


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_bench() as bench:
        yield bench


def settings_of(bench: Workbench) -> WhatsAppSettings:
    table = bench.emulator.connector_settings()
    return WhatsAppSettings(
        phone_number_id=table["phone_number_id"],
        access_token=Secret(table["access_token"]),
        app_secret=Secret(table["app_secret"]),
        verify_token=Secret(table["verify_token"]),
        api_url=table["api_url"],
        ice_breakers=("Plan a dinner ",),
        sync_webhook=True,
    )


async def synced(settings: WhatsAppSettings, *, dry_run: bool, menu: Menu = MENU) -> list[str]:
    async with connect("shop", settings) as connector:
        assert isinstance(connector, Syncing)
        return list(await connector.sync(menu, dry_run=dry_run))


async def test_each_number_gets_the_menu_and_the_webhook(bench: Workbench) -> None:
    backstage = emulator_of(bench).backstage
    second = backstage.add_number()
    settings = replace(settings_of(bench), more_numbers=(second,))

    lines = await synced(settings, dry_run=False)

    for number in settings.numbers:
        assert backstage.menu(number) == {
            "enable_welcome_message": False,
            "prompts": ["Plan a dinner"],
            "commands": [
                {"command_name": "book", "command_description": "Book a table"},
                {"command_name": "uber_status", "command_description": "uber_status"},
            ],
        }
        assert backstage.webhook(number) == "https://bot.example/shop/webhook"
        assert f"{number}: 2 commands in the menu" in lines
    assert await synced(settings, dry_run=False) == lines


async def test_a_dry_run_prints_the_requests_without_secrets_and_sends_none(
    bench: Workbench,
) -> None:
    settings = settings_of(bench)

    menu, webhook = await synced(settings, dry_run=True)

    path, _, body = menu.partition(" {")
    assert path == f"POST {settings.phone_number_id}/conversational_automation"
    assert json.loads(f"{{{body}")["commands"][0]["command_name"] == "book"
    assert "https://bot.example/shop/webhook" in webhook
    assert settings.verify_token.reveal() not in menu + webhook
    assert emulator_of(bench).backstage.menu() == {}


async def test_without_an_address_there_is_no_webhook_to_set(bench: Workbench) -> None:
    lines = await synced(settings_of(bench), dry_run=False, menu=replace(MENU, public_url=None))

    assert "no webhook" in lines[1]
    assert emulator_of(bench).backstage.webhook() is None


def test_what_the_menu_cannot_hold_is_named() -> None:
    many = [NativeCommand(name=f"c{n}", summary="x" * 300) for n in range(MAX_COMMANDS + 1)]
    odd = [
        NativeCommand(name="caffè", summary="x"),
        NativeCommand(name="n" * 31, summary="x"),
        NativeCommand(name="rooms", summary="x", private=False),
    ]
    commands = {"": (*odd, *many)}
    menu = Menu(title="Trattoria", commands=commands, umbrella="trattoria")

    automation = automation_of(menu, (), greets=True)

    assert list(automation.left_out) == ["caffè", "n" * 31, "rooms", f"c{MAX_COMMANDS}"]
    assert len(read_automation(automation.body)["commands"]) == MAX_COMMANDS
