"""Which tables are refused, and which transport follows from the others."""

from typing import Any

import pytest

from bot import ConfigError, Secret
from connectors.slack import SlackSettings, connect
from connectors.slack.settings import check_settings, transport_of

GOOD: dict[str, Any] = {"bot_token": Secret("xoxb-1"), "signing_secret": Secret("s")}
APP_TOKEN = Secret("xapp-1-A1")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"transport": "socket"}, "app_token"),
        ({"signing_secret": None}, "signing_secret"),
        ({"signing_secret": None, "transport": "webhook", "app_token": APP_TOKEN}, "signing_sec"),
        ({"bot_token": None}, "bot_token"),
        ({"client_id": "1.2"}, "client_secret"),
        ({"client_secret": Secret("c")}, "client_id"),
        ({"config_token": Secret("xoxe.xoxp-1")}, "app_id"),
    ],
)
def test_a_table_that_lacks_something_says_which_line_to_add(
    changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        SlackSettings(**{**GOOD, **changes})


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"app_token": Secret(" ")}, "app_token: is empty"),
        ({"app_token": Secret("xoxb-2")}, "begins with xapp-"),
        ({"public_url": "bot.example"}, "public_url"),
        ({"api_url": "http://["}, "api_url"),
        (
            {"signing_secret": None, "app_token": APP_TOKEN, "public_url": "https://b.example"},
            "signing_secret: webhooks need it",
        ),
    ],
)
def test_a_value_that_cannot_work_is_refused_with_its_key(
    changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem) as refused:
        check_settings("shop", SlackSettings(**{**GOOD, **changes}))

    assert str(refused.value).startswith("connectors.shop.")
    assert "xoxb" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "webhook"),
        ({"app_token": APP_TOKEN}, "socket"),
        ({"app_token": APP_TOKEN, "public_url": "http://127.0.0.1:8080"}, "socket"),
        ({"app_token": APP_TOKEN, "public_url": "http://localhost"}, "socket"),
        ({"app_token": APP_TOKEN, "public_url": "https://bot.example"}, "webhook"),
        ({"app_token": APP_TOKEN, "api_url": "http://127.0.0.1:1/api/"}, "socket"),
        ({"api_url": "http://127.0.0.1:1/api/"}, "webhook"),
        ({"app_token": APP_TOKEN, "transport": "webhook"}, "webhook"),
        (
            {"app_token": APP_TOKEN, "transport": "socket", "public_url": "https://bot.example"},
            "socket",
        ),
        ({"public_url": "http://127.0.0.1:8080"}, "webhook"),
    ],
)
def test_the_transport_follows_from_who_can_reach_whom(changes: dict[str, Any], kind: str) -> None:
    assert transport_of(SlackSettings(**{**GOOD, **changes})).kind == kind


def test_only_where_nothing_can_arrive_there_is_a_remedy() -> None:
    lost = transport_of(SlackSettings(**GOOD, public_url="http://127.0.0.1:8080"))
    found = transport_of(SlackSettings(**GOOD, public_url="https://bot.example"))

    emulated = transport_of(SlackSettings(**GOOD, api_url="http://127.0.0.1:1/api/"))

    assert "app_token" in lost.remedy
    assert not found.remedy
    assert not emulated.remedy


async def test_with_socket_mode_nothing_needs_a_signing_secret() -> None:
    settings = SlackSettings(bot_token=Secret("xoxb-1"), app_token=APP_TOKEN)

    async with connect("shop", settings) as connector:
        assert connector.kind == "slack"
