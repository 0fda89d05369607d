"""Groups, needs and names as they are checked when plugins are loaded."""

from pathlib import Path

import pytest

from bot.app import Options, open_bot
from bot.errors import ConfigError, PluginError
from bot.plugins import load_extensions
from bot.plugins.catalogue import read_commands, vocabulary
from bot.settings import load_settings
from tests.bot.cli.projects import write_project

GROUPS = """\
from bot import command

@command("status", group="uber", aliases=["where"])
def car() -> str:
    return "Around the corner."

@command("status", group="pizza", hidden=True)
def pizza() -> str:
    return "In the oven."

@command("uber")
def uber() -> str:
    return "What may it be?"
"""


def problems_of(folder: Path, plugin: str) -> tuple[str, ...]:
    settings = load_settings(write_project(folder, shop=plugin) / "bot.toml")
    with pytest.raises(PluginError) as caught:
        read_commands(load_extensions(settings))
    return caught.value.problems


def test_two_groups_may_have_commands_of_one_name(tmp_path: Path) -> None:
    settings = load_settings(write_project(tmp_path, shop=GROUPS) / "bot.toml")

    commands = read_commands(load_extensions(settings))

    assert commands["uber status"].handler.function() == "Around the corner."
    assert commands["pizza status"].handler.function() == "In the oven."
    assert commands["where"] is commands["uber where"] is commands["uber status"]
    assert commands["uber"].handler.function() == "What may it be?"
    assert "status" not in commands


def test_engines_learn_of_groups_and_schemas_and_nothing_of_what_is_hidden(tmp_path: Path) -> None:
    settings = load_settings(write_project(tmp_path, shop=GROUPS) / "bot.toml")

    entries = {
        entry.command: entry for entry in vocabulary(read_commands(load_extensions(settings)))
    }

    assert entries["uber status"].schema["name"] == "uber_status"
    assert "pizza status" not in entries


def command(arguments: str, function: str = "shop") -> str:
    return f"\n@command({arguments})\ndef {function}() -> str:\n    return ''\n"


@pytest.mark.parametrize(
    ("commands", "problem"),
    [
        (
            command('"a", group="g"') + command('"b", group="g", aliases=["a"]', "other"),
            "/g a: comes from plugins/shop.py:3 and from plugins/shop.py:7;",
        ),
        (command('"help", group="g"'), "plugins/shop.py:3: /g help explains the group;"),
        (command('"a", group="help"'), "plugins/shop.py:3: /help is the bot's own;"),
        (command('"a", group="cancel"'), "plugins/shop.py:3: /cancel is the bot's own;"),
        (
            command('"a", needs=["buttns"]'),
            'plugins/shop.py:3: /a needs "buttns", which no channel has; did you mean "buttons"?',
        ),
        (
            command('"a", needs=["smell"]'),
            'plugins/shop.py:3: /a needs "smell", which no channel has; use one of ',
        ),
    ],
)
def test_what_could_not_be_told_apart_or_shown_is_refused(
    tmp_path: Path, commands: str, problem: str
) -> None:
    problems = problems_of(tmp_path, f"from bot import command\n{commands}")

    assert problems[0].startswith(problem)
    assert len(problems) == 1


@pytest.mark.parametrize("need", ["buttons", "lists", "links", "forms", "files", "telegram"])
def test_a_need_is_an_ability_or_a_kind_of_channel(tmp_path: Path, need: str) -> None:
    plugin = f"from bot import command\n{command(f'needs=[{need!r}]')}"
    settings = load_settings(write_project(tmp_path, shop=plugin) / "bot.toml")

    assert read_commands(load_extensions(settings))["shop"].command.needs == (need,)


async def test_roles_of_bot_toml_reach_the_bot(tmp_path: Path) -> None:
    roles = '[roles]\noperator = ["web:w1"]\n'
    settings = load_settings(write_project(tmp_path, more=roles) / "bot.toml")

    async with open_bot(settings, load_extensions(settings), Options(secrets=False)) as bot:
        assert bot.settings.roles.holders == {("web", "w1"): {"operator"}}


def test_check_tells_of_a_role_on_a_connector_that_is_not_there(tmp_path: Path) -> None:
    roles = '[roles]\noperator = ["wbe:w1"]\n'

    with pytest.raises(ConfigError, match='did you mean "web"'):
        load_settings(write_project(tmp_path, more=roles) / "bot.toml")
