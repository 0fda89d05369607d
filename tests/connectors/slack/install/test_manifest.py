"""The app's manifest, and how it reaches Slack."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import ConnectorError, Menu, NativeCommand, PermanentSendError, Secret, Syncing
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack import SlackSettings, connect
from connectors.slack.emulator import open_emulator
from connectors.slack.emulator.workspace import APP
from connectors.slack.install.manifest import (
    EVENTS,
    SCOPES,
    commands_of,
    left_out,
    manifest,
    merged,
)
from tests.connectors.slack.app import connect_plainly, slack
from tests.connectors.slack.schemas import find_problems

SCHEMA = Path(__file__).parents[5] / "shared/platforms/slack/specs/manifest.schema.1.0.0.json"
URL = "https://bot.example"
MENU = Menu(
    title="Trattoria",
    commands={
        "": (
            NativeCommand(name="book", summary="Book a table", usage="[day] [at]"),
            NativeCommand(name="bookings", summary="List your bookings"),
            NativeCommand(name="help", summary="Show what can be typed.", built_in=True),
            NativeCommand(name="cancel", summary="Drop the dialog.", built_in=True),
        )
    },
    umbrella="trattoria",
    public_url=URL,
)
WEBHOOK: dict[str, Any] = {"bot_token": Secret("xoxb-1"), "signing_secret": Secret("s")}
SOCKET = SlackSettings(bot_token=Secret("xoxb-1"), app_token=Secret("xapp-1"), transport="socket")
MANY = SlackSettings(
    signing_secret=Secret("s"), client_id="1.2", client_secret=Secret("c"), public_url=URL
)


def settings(**changes: Any) -> SlackSettings:
    return SlackSettings(**{**WEBHOOK, **changes})


def many_commands(count: int) -> Menu:
    own = tuple(NativeCommand(name=f"c{number}", summary="x") for number in range(count))
    return Menu(title="T", commands={"": own}, umbrella="t", public_url=URL)


@pytest.mark.parametrize("given", [settings(), SOCKET, MANY], ids=["webhook", "socket", "many"])
def test_a_manifest_obeys_slacks_schema(given: SlackSettings) -> None:
    if not SCHEMA.exists():
        pytest.skip("the folder shared with Slack's schema is not here")
    schema = json.loads(SCHEMA.read_text())

    problems = list(find_problems(manifest("slack", given, MENU), schema, schema, ""))

    assert problems == []


def test_the_schemas_reader_finds_what_is_wrong() -> None:
    if not SCHEMA.exists():
        pytest.skip("the folder shared with Slack's schema is not here")
    schema = json.loads(SCHEMA.read_text())
    made = manifest("slack", settings(), MENU)
    made["display_information"]["name"] = "x" * 36
    made["features"]["slash_commands"][0] |= {"command": "book", "odd": 1}

    problems = list(find_problems(made, schema, schema, ""))

    assert len(problems) == 3


def test_every_request_goes_to_the_one_url() -> None:
    made = manifest("slack", settings(), MENU)

    assert made["settings"]["event_subscriptions"]["request_url"] == f"{URL}/slack/events"
    assert made["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": f"{URL}/slack/events",
        "message_menu_options_url": f"{URL}/slack/events",
    }
    assert {c["url"] for c in made["features"]["slash_commands"]} == {f"{URL}/slack/events"}
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["oauth_config"] == {"scopes": {"bot": list(SCOPES)}}


def test_a_socket_needs_no_url() -> None:
    made = manifest("slack", SOCKET, MENU)

    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(made)


def test_installs_in_many_workspaces_are_led_back_and_may_be_an_organisations() -> None:
    made = manifest("slack", MANY, MENU)

    assert made["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]
    assert made["settings"]["org_deploy_enabled"] is True


def test_the_commands_are_the_plugins_and_one_umbrella() -> None:
    made = manifest("slack", settings(), MENU)

    assert [(c["command"], c.get("usage_hint")) for c in made["features"]["slash_commands"]] == [
        ("/book", "[day] [at]"), ("/bookings", None), ("/trattoria", "help|cancel"),
    ]  # fmt: skip


def test_what_has_no_room_in_slacks_menu_is_named() -> None:
    menu = many_commands(60)

    assert len(commands_of(menu)) == 50
    assert commands_of(menu)[-1].name == "t"
    assert left_out(menu) == [f"c{number}" for number in range(49, 60)]


def test_what_an_operator_added_by_hand_stays() -> None:
    ours = manifest("slack", settings(), MENU)
    theirs = {
        "display_information": {"name": "Da Mario", "description": "Tables"},
        "features": {
            "slash_commands": [
                {"command": "/weather", "description": "x", "url": "https://w.example"},
                {"command": "/old", "description": "x", "url": f"{URL}/slack/events"},
                {"command": "/book", "description": "x", "url": "https://old.example"},
            ],
            "unfurl_domains": ["example.com"],
        },
        "oauth_config": {"scopes": {"bot": ["reactions:read"], "user": ["chat:write"]}},
        "settings": {
            "event_subscriptions": {"bot_events": ["reaction_added"]},
            "token_rotation_enabled": True,
        },
    }

    made = merged(ours, theirs)

    assert made["display_information"] == {"name": "Da Mario", "description": "Tables"}
    assert made["features"]["unfurl_domains"] == ["example.com"]
    assert {*SCOPES, "reactions:read"} == {*made["oauth_config"]["scopes"]["bot"]}
    assert made["oauth_config"]["scopes"]["user"] == ["chat:write"]
    assert {*EVENTS, "reaction_added"} == {*made["settings"]["event_subscriptions"]["bot_events"]}
    assert made["settings"]["token_rotation_enabled"] is True
    commands = [command["command"] for command in made["features"]["slash_commands"]]
    assert commands == ["/book", "/bookings", "/trattoria", "/weather"]
    assert merged(ours, made) == made


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        yield bench


async def synced(
    bench: Workbench, *, dry_run: bool = False, menu: Menu = MENU, **changes: Any
) -> str:
    """Run `sync` with the maker's token."""
    app = slack(bench).app
    table: Mapping[str, Any] = {
        "api_url": bench.emulator.connector_settings()["api_url"],
        "app_id": APP,
        "config_token": Secret(app.config_token),
        "transport": "webhook",
        **changes,
    }
    async with connect("slack", settings(**table)) as connector:
        assert isinstance(connector, Syncing)
        return "\n".join(await connector.sync(menu, dry_run=dry_run))


async def test_syncing_twice_changes_nothing_the_second_time(bench: Workbench) -> None:
    first = await synced(bench)
    held = slack(bench).manifests.held

    second = await synced(bench)

    assert "is updated" in first
    assert "install it again" in first
    assert "up to date" in second
    assert slack(bench).manifests.held == held
    assert held["settings"]["event_subscriptions"]["request_url"] == f"{URL}/slack/events"


async def test_a_dry_run_shows_the_manifest_and_sends_nothing(bench: Workbench) -> None:
    before = slack(bench).manifests.held

    told = await synced(bench, dry_run=True)

    assert '"/trattoria"' in told
    assert slack(bench).manifests.held == before
    assert slack(bench).app.config_token not in told


async def test_without_a_token_the_manifest_is_there_to_be_pasted(bench: Workbench) -> None:
    told = await synced(bench, config_token=None)

    assert json.loads(told.partition(":\n")[2])["features"]["bot_user"] == {
        "display_name": "Trattoria",
        "always_online": True,
    }


async def test_a_wrong_configuration_token_is_refused_without_being_told(bench: Workbench) -> None:
    with pytest.raises(PermanentSendError, match="invalid_auth") as refused:
        await synced(bench, config_token=Secret("xoxe.xoxp-1-wrong"))

    assert "xoxp" not in str(refused.value)


async def test_what_slack_does_not_take_of_a_manifest_is_named(bench: Workbench) -> None:
    spaced = NativeCommand(name="two words", summary="x")
    menu = Menu(title="T", commands={"": (spaced,)}, umbrella="t", public_url=URL)

    with pytest.raises(PermanentSendError, match="slash_commands/0/command: must begin"):
        await synced(bench, menu=menu)


async def test_slack_cannot_be_told_of_an_address_that_nobody_reaches(bench: Workbench) -> None:
    menu = Menu(title="T", commands={}, umbrella="t", public_url=None)

    with pytest.raises(ConnectorError, match="public_url"):
        await synced(bench, menu=menu)
