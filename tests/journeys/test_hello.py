"""Three lines in one file are a command on every channel."""

from pathlib import Path

import pytest

from bot.testing import bot_for
from tests.bot.cli.shell import threadline

HELLO = """\
from bot import command

@command
def hello() -> str: return "Hello!"
"""
CHANNELS = {"slack": "U1", "telegram": "7", "whatsapp": "393331112222", "web": "w1"}


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "hello.py").write_text(HELLO)
    (tmp_path / "bot.toml").write_text('[bot]\nname = "Hello"\n')
    return folder


@pytest.mark.parametrize("said", ["/hello", "  /HELLO  "])
@pytest.mark.parametrize("channel", CHANNELS)
async def test_hello_is_answered_over_the_wire(plugins: Path, channel: str, said: str) -> None:
    async with bot_for(plugins_folder=plugins, wire=True) as bot:
        ada = bot.person("ada", **{channel: CHANNELS[channel]})

        await ada.channels[channel].says(said)

        ada.channels[channel].sees("Hello!")
        ada.channels[channel].sees_nothing()


def test_hello_is_answered_in_the_terminal(plugins: Path) -> None:
    told = threadline(plugins.parent, "chat", given="/hello\n")

    assert (told.code, told.out, told.err) == (0, "Hello!\n", "")


async def test_hello_is_in_the_help_of_every_channel(plugins: Path) -> None:
    async with bot_for(plugins_folder=plugins) as bot:
        for channel, user in CHANNELS.items():
            ada = bot.person("ada", **{channel: user})

            await ada.channels[channel].says("/help")

            ada.channels[channel].sees("/hello")
