import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import EmulatorSettings
from bot.sandbox.overlay import find_connectors, lay_over
from bot.sandbox.serving import Site, bot_command, write_overlay
from bot.settings import load_settings
from tests.sandbox.fake_platform import FakePlatform

KINDS = ["slack", "telegram", "whatsapp"]
SERVER = {"host": "127.0.0.1", "port": 9, "public_url": "http://127.0.0.1:8080"}


def laid(tables: dict[str, dict[str, Any]], *, known: frozenset[str] = frozenset()) -> Any:
    plan = find_connectors(tables, KINDS)
    emulators = {name: {"api_url": f"http://x/{name}", "token": "t"} for name in plan.emulated}
    return lay_over(
        plan,
        emulators,
        server=SERVER,
        keep=lambda connector, key, value: f"file:/{connector}.{key}.{value}",
        is_known=known.__contains__,
    )


def test_an_empty_file_gets_each_platform_and_a_web_chat() -> None:
    overlay = laid({})

    assert {name: table["kind"] for name, table in overlay["connectors"].items()} == {
        "slack": "slack",
        "telegram": "telegram",
        "whatsapp": "whatsapp",
        "web": "webchat",
    }
    assert overlay["server"] == SERVER


def test_every_connector_of_a_kind_is_pointed_to_an_emulator() -> None:
    overlay = laid({"north": {"kind": "slack"}, "south": {"kind": "slack"}})["connectors"]

    assert overlay["north"]["api_url"] == "http://x/north"
    assert overlay["south"]["api_url"] == "http://x/south"
    assert "slack" not in overlay


def test_secrets_are_referred_to_and_other_keys_are_written_out() -> None:
    slack = laid({})["connectors"]["slack"]

    assert slack["token"] == "file:/slack.token.t"
    assert slack["api_url"] == "http://x/slack"


def test_secrets_and_transport_of_the_real_platform_are_removed() -> None:
    overlay = laid(
        {
            "slack": {
                "kind": "slack",
                "app_token": "env:REAL",
                "token": "env:REAL_TOO",
                "transport": "socket",
                "client_id": "1.2",
                "team": "T1",
            }
        }
    )["connectors"]["slack"]

    assert overlay["app_token"] is None
    assert overlay["transport"] is None
    assert overlay["client_id"] is None
    assert overlay["token"] == "file:/slack.token.t"
    assert "team" not in overlay


def test_a_web_chat_loses_only_the_lines_whose_variable_is_not_set() -> None:
    table = {"kind": "webchat", "identity_secret": "env:SET", "site_key": "env:UNSET"}

    overlay = laid({"shop": table}, known=frozenset({"env:SET"}))["connectors"]

    assert overlay["shop"] == {"kind": "webchat", "site_key": None}
    assert "web" not in overlay


@given(
    st.dictionaries(
        st.sampled_from(["slack", "telegram", "whatsapp", "web", "a", "b"]),
        st.sampled_from([*KINDS, "webchat", "console"]).map(lambda kind: {"kind": kind}),
    )
)
def test_every_kind_is_there_and_no_connector_changes_its_kind(
    tables: dict[str, dict[str, str]],
) -> None:
    connectors = laid(tables)["connectors"]

    kinds = {table["kind"] for table in connectors.values()}
    assert kinds == {*KINDS, "webchat"}
    assert all(
        connectors[name]["kind"] == table["kind"]
        for name, table in tables.items()
        if name in connectors
    )


async def test_written_secrets_are_private_and_the_settings_accept_the_overlay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SANDBOX_TEST_KEY", raising=False)
    toml = tmp_path / "bot.toml"
    toml.write_text(
        '[connectors.slack]\nkind = "slack"\napp_token = "env:NOT_SET"\n'
        '[connectors.web]\nkind = "webchat"\nsite_key = "env:SANDBOX_TEST_KEY"\n'
    )
    settings = load_settings(toml)
    plan = find_connectors(
        {table.name: {**table.table, "kind": table.kind} for table in settings.connectors},
        ["slack"],
    )
    emulator = FakePlatform("slack", EmulatorSettings(webhook_url="", base_url="http://x"))
    folder = tmp_path / "private"
    folder.mkdir()

    path = write_overlay(
        folder,
        plan,
        {"slack": emulator},
        settings=settings,
        site=Site(host="127.0.0.1", port=8080, child_port=9),
    )

    overlay = json.loads(path.read_text())
    merged = {t.name: t.table for t in load_settings(toml, overlay=overlay).connectors}
    assert merged["slack"] == {
        "api_url": "http://x",
        "token": f"file:{folder / 'slack.token'}",
    }
    assert merged["web"] == {}
    assert (folder / "slack.token").read_text() == "slack-token"
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_the_page_of_a_server_on_every_address_is_called_by_loopback() -> None:
    assert Site(host="0.0.0.0", port=80, child_port=1).url == "http://127.0.0.1:80"  # noqa: S104 - what a user may write
    assert Site(host="::1", port=80, child_port=1).url == "http://[::1]:80"
    assert Site(host="localhost", port=80, child_port=1).url == "http://localhost:80"


def test_the_bot_is_started_with_the_overlay_and_away_from_the_users_folders() -> None:
    command = list(bot_command(Path("bot.toml"), Path("o.json"), 1234))

    assert command[1:] == [
        *("-P", "-m", "bot", "run"),
        *("--config", "bot.toml", "--overlay", "o.json", "--port", "1234"),
    ]
