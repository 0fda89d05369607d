"""The table of a WhatsApp number, and what is wrong with it in so many words."""

from datetime import timedelta
from typing import Any

import pytest

from bot import ConfigError, Secret
from bot.tables import parse_table
from connectors.whatsapp import Template, WhatsAppSettings

TABLE: dict[str, Any] = {
    "phone_number_id": "106540352242922",
    "access_token": "env:T",
    "app_secret": "env:S",
    "verify_token": "env:V",
}


def parsed(**more: Any) -> WhatsAppSettings:
    return parse_table(WhatsAppSettings, {**TABLE, **more}, "connectors.whatsapp", secrets=None)


def test_a_table_of_templates_is_read_by_name() -> None:
    settings = parsed(
        more_numbers=["2"],
        window=3600,
        templates={
            "news": {"name": "shop_news", "language": "it", "body": ["Trattoria", "{text}"]},
            "sure": {"name": "sure", "buttons": ["Yes", "No"], "max_text": 400},
        },
    )

    assert settings.numbers == ("106540352242922", "2")
    assert settings.window == timedelta(hours=1)
    assert settings.templates == {
        "news": Template(name="shop_news", language="it", body=("Trattoria", "{text}")),
        "sure": Template(name="sure", buttons=("Yes", "No"), max_text=400),
    }


@pytest.mark.parametrize(
    ("more", "key", "remedy"),
    [
        ({"phone_number_id": "+39 333"}, "phone_number_id", "copy them from the app's page"),
        ({"more_numbers": ["106540352242922"]}, "more_numbers", "leave it out once"),
        ({"window": 0}, "window", "above 0"),
        ({"ad_window": 60}, "ad_window", "not below window"),
        ({"ice_breakers": ["a", "b", "c", "d"]}, "ice_breakers", "leave some out"),
        ({"ice_breakers": ["x" * 81]}, "ice_breakers", "shorten it"),
        ({"templates": {"x": {}}}, "templates.x.name", "add the line"),
        ({"templates": {"x": {"name": "My News"}}}, "templates.x: name", "a-z, 0-9 and _"),
        ({"templates": {"x": {"name": "n", "language": "english"}}}, "language", '"en_US"'),
        ({"templates": {"x": {"name": "n", "body": ["Hi"]}}}, "body", "{text}"),
        ({"templates": {"x": {"name": "n", "max_text": 2000}}}, "max_text", "from 1 to 1024"),
        ({"templates": {"x": {"name": "n", "buttons": ["b"] * 11}}}, "buttons", "at most 10"),
        ({"templates": {"x": {"name": "n", "colour": "red"}}}, "templates.x.colour", "remove it"),
        ({"greets": "yes"}, "greets", "true or false"),
    ],
)
def test_what_is_wrong_is_told_with_its_key_and_remedy(
    more: dict[str, Any], key: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as wrong:
        parsed(**more)

    (problem,) = wrong.value.problems
    assert problem.startswith("connectors.whatsapp")
    assert key in problem
    assert remedy in problem


def test_no_secret_is_shown() -> None:
    secret = Secret("EAA-very-secret")
    settings = WhatsAppSettings(
        phone_number_id="1", access_token=secret, app_secret=secret, verify_token=secret
    )

    assert "EAA-very-secret" not in repr(settings)
