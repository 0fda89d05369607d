"""The way that updates come, chosen where nobody has chosen it."""

import pytest
from structlog.testing import capture_logs

from bot import Listener, Secret
from connectors.telegram import TelegramSettings, connect
from connectors.telegram.settings import choose_transport, find_problems

HERE = "http://127.0.0.1:8080"
THERE = "https://bot.example"


def settings(**changes: str) -> TelegramSettings:
    secret = Secret(changes.pop("secret", ""))
    return TelegramSettings(token=Secret("42:abc"), webhook_secret=secret, **changes)  # type: ignore[arg-type]  # plain strings, as bot.toml has them


@pytest.mark.parametrize(
    ("given", "polls", "reason"),
    [
        (settings(), True, "neither a public_url nor a webhook_secret"),
        (settings(secret="x"), False, "webhook_secret"),
        (settings(public_url=HERE), True, "this machine"),
        (settings(public_url="http://localhost:1", secret="x"), True, "this machine"),
        (settings(public_url=THERE, secret="x"), False, "public_url"),
        (settings(public_url=HERE, secret="x", api_url=HERE), True, "this machine"),
        (settings(secret="x", api_url=HERE), False, "webhook_secret"),
        (settings(public_url=HERE, secret="x", transport="webhook"), False, "written so"),
        (settings(public_url=THERE, transport="polling"), True, "written so"),
    ],
)
def test_updates_are_polled_where_no_webhook_can_come(
    given: TelegramSettings, *, polls: bool, reason: str
) -> None:
    way = choose_transport(given)

    assert (way.kind == "polling") is polls
    assert reason in way.reason
    assert list(find_problems(given)) == []


def test_a_webhook_without_a_secret_is_refused() -> None:
    (problem,) = find_problems(settings(public_url=THERE))

    assert problem.startswith("webhook_secret: ")


async def test_what_was_chosen_is_said_once_and_done() -> None:
    with capture_logs() as logs:
        async with connect("shop", settings(public_url=HERE)) as connector:
            assert isinstance(connector, Listener)

    assert logs == [
        {
            "event": "transport.chosen",
            "log_level": "info",
            "connector": "shop",
            "transport": "polling",
            "reason": "Telegram cannot reach public_url: it is this machine",
        }
    ]


async def test_what_is_written_is_not_chosen() -> None:
    with capture_logs() as logs:
        async with connect("shop", settings(transport="polling")) as connector:
            assert isinstance(connector, Listener)

    assert logs == []
