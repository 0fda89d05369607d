"""What sync registers, by scope and language, and what it tells the operator."""

from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pytest

from bot import Menu, NativeCommand, Secret, TransientSendError
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.telegram import TelegramSettings, connect
from connectors.telegram.connector import TelegramConnector
from connectors.telegram.emulator import TelegramEmulator, open_emulator
from connectors.telegram.menus import plan_menu
from tests.connectors.telegram.opened import connect_plainly
from tests.connectors.telegram.updates import SECRET

BOOK = NativeCommand(name="book", summary="Book a table.", usage="DAY GUESTS")
BUCHEN = NativeCommand(name="book", summary="Einen Tisch buchen.")
PRIVATE = NativeCommand(name="link", summary="Link a channel.", room=False)
SCOPES = ("default", "all_private_chats", "all_group_chats")


def menu(
    *commands: NativeCommand,
    url: str | None = "https://bot.example",
    others: Mapping[str, Sequence[NativeCommand]] = MappingProxyType({}),
) -> Menu:
    by_language = {"": commands, **others}
    return Menu(title="Trattoria", commands=by_language, umbrella="trattoria", public_url=url)


def names(given: Menu) -> Mapping[str, list[str]]:
    return {
        shelf.called: [command.command for command in shelf.commands]
        for shelf in plan_menu(given).shelves
    }


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        yield bench


async def synced(bench: Workbench, given: Menu, *, dry_run: bool = False) -> Sequence[str]:
    assert isinstance(bench.connector, TelegramConnector)
    return await bench.connector.sync(given, dry_run=dry_run)


def calls(bench: Workbench) -> list[tuple[str, Mapping[str, Any]]]:
    assert isinstance(bench.emulator, TelegramEmulator)
    return [call for call in bench.emulator.calls if not call[0].startswith("get")]


def test_each_scope_lists_what_can_be_used_there() -> None:
    assert names(menu(BOOK, PRIVATE)) == {
        "default": ["book"],
        "all_private_chats": ["book", "link"],
        "all_group_chats": ["book"],
    }


def test_each_language_has_lists_of_its_own() -> None:
    given = menu(BOOK, others={"de-AT": (), "de": (BUCHEN,), "tlh": (BOOK,)})

    plan = plan_menu(given)

    assert [shelf.language for shelf in plan.shelves] == ["", "", "", "de", "de", "de"]
    assert plan.shelves[4].commands[0].description == "Einen Tisch buchen."
    assert [remark.partition(":")[0] for remark in plan.remarks] == ['"tlh"', '"de-AT"']


def test_a_name_that_does_not_fit_is_told_and_left_out() -> None:
    odd = [NativeCommand(name=name, summary="x") for name in ("Book", "book-now", "ü", "a" * 33)]

    plan = plan_menu(menu(*odd))

    assert names(menu(*odd))["default"] == ["book"]
    assert [remark.partition(":")[0] for remark in plan.remarks] == [
        "/book-now",
        "/ü",
        f"/{'a' * 33}",
    ]


def test_a_hundred_commands_are_listed_and_the_others_told() -> None:
    many = [NativeCommand(name=f"c{number}", summary="x", room=False) for number in range(101)]

    plan = plan_menu(menu(*many))

    assert [len(shelf.commands) for shelf in plan.shelves] == [0, 100, 0]
    assert plan.remarks == ("all_private_chats: /c100 is left out: Telegram lists 100",)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (NativeCommand(name="a", summary="word " * 100), 256),
        (NativeCommand(name="a", summary=" ", usage="[day]"), 5),
        (NativeCommand(name="a", summary="one\ntwo"), 7),
        (NativeCommand(name="a", summary=""), 1),
    ],
)
def test_a_description_has_one_to_256_characters(command: NativeCommand, said: int) -> None:
    (found,) = plan_menu(menu(command)).shelves[0].commands

    assert len(found.description) in range(said - 2, said + 1)
    assert "\n" not in found.description


async def test_what_was_registered_is_there_and_again_it_is_unchanged(bench: Workbench) -> None:
    given = menu(BOOK, PRIVATE, others={"de": (BUCHEN,)})

    first = await synced(bench, given)
    done = len(calls(bench))
    again = await synced(bench, given)

    assert first[:2] == ["commands of default: 1 registered",
                         "commands of all_private_chats: 2 registered"]  # fmt: skip
    assert [line for line in again if "commands" in line] == [
        f"commands of {scope}{language}: unchanged" for language in ("", " in de")
        for scope in SCOPES
    ]  # fmt: skip
    assert [method for method, _ in calls(bench)[done:]] == ["setwebhook"]


async def test_commands_that_are_no_more_are_taken_away(bench: Workbench) -> None:
    await synced(bench, menu(BOOK))

    told = await synced(bench, menu(PRIVATE))

    assert "commands of default: taken away" in told
    assert "commands of all_group_chats: taken away" in told
    assert "commands of all_private_chats: 1 registered" in told


async def test_the_webhook_is_told_with_its_secret_and_the_kinds_we_read(bench: Workbench) -> None:
    told = await synced(bench, menu(BOOK))

    (_, given) = calls(bench)[-1]
    assert given["url"] == "https://bot.example/shop/webhook"
    assert given["secret_token"] == bench.emulator.connector_settings()["webhook_secret"]
    assert given["max_connections"] == 40
    assert set(given["allowed_updates"]) == {
        "message", "edited_message", "callback_query", "my_chat_member",
    }  # fmt: skip
    assert "webhook: https://bot.example/shop/webhook" in told
    assert (await bench.hears("hello")).text == "hello"


@pytest.mark.parametrize("url", [None, "http://bot.example"])
async def test_without_an_https_address_no_webhook_is_set(
    bench: Workbench, url: str | None
) -> None:
    told = await synced(bench, menu(BOOK, url=url))

    assert "setwebhook" not in [method for method, _ in calls(bench)]
    assert "https address" in told[-1]


async def test_a_dry_run_shows_the_calls_and_makes_none(bench: Workbench) -> None:
    told = await synced(bench, menu(BOOK, others={"de": ()}), dry_run=True)

    assert isinstance(bench.emulator, TelegramEmulator)
    assert list(bench.emulator.calls) == []
    assert told[0] == (
        'setMyCommands {"commands": [{"command": "book", "description": "Book a table."}], '
        '"scope": {"type": "default"}}'
    )
    assert told[3] == 'deleteMyCommands {"scope": {"type": "default"}, "language_code": "de"}'
    assert '"secret_token": "(webhook_secret)"' in told[-1]


async def test_a_bot_that_polls_has_no_webhook_to_set() -> None:
    settings = TelegramSettings(token=Secret("42:abc"), transport="polling")
    async with connect("shop", settings) as connector:
        assert isinstance(connector, TelegramConnector)
        told = await connector.sync(menu(BOOK), dry_run=True)

    assert told[-1] == "webhook: none, updates are polled (it is written so)"


async def test_a_telegram_that_is_away_says_so_without_the_token() -> None:
    settings = TelegramSettings(
        token=Secret("42:canary"), webhook_secret=Secret(SECRET), api_url="http://127.0.0.1:9"
    )
    async with connect("shop", settings) as connector:
        assert isinstance(connector, TelegramConnector)
        with pytest.raises(TransientSendError) as failed:
            await connector.sync(menu(BOOK), dry_run=False)

    assert "canary" not in str(failed.value)
