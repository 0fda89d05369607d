"""The subcommand new: a project that works as it is written."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from bot.errors import BotError, ConfigError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OURS = frozenset({"bot", "commands", "connectors", "nlu", "state"})

_SETTINGS = Template("""\
# `threadline check` reads this file and every extension, and prints each problem with its remedy.

[bot]
name = "$name"
locale = "en"
time_zone = "UTC"                        # the place's, like "Europe/Rome"

[server]
host = "127.0.0.1"
port = 8080

[state]
url = "sqlite+aiosqlite:///bot.db"       # beside this file

[plugins]
folder = "plugins"                       # every module in it is loaded
enabled = ["help", "session", "link"]

[connectors.web]                         # the chat on http://127.0.0.1:8080/
kind = "webchat"
allowed_origins = ["self"]

# [connectors.telegram]                  # secrets never stand here: env:NAME or file:PATH
# kind = "telegram"
# token = "env:TELEGRAM_TOKEN"
# webhook_secret = "env:TELEGRAM_WEBHOOK_SECRET"
""")

_PLUGINS = '''\
"""What this bot can do: every module in this folder is loaded."""
'''

_HELLO = '''\
"""A first command: customers type /hello."""

from bot import command


@command
def hello() -> str:
    """Say hello."""
    return "Hello!"
'''

_TEST = '''\
"""Talks to the bot as a customer does, on several channels."""

import asyncio
from pathlib import Path

from bot.testing import bot_for

PLUGINS = Path(__file__).parents[1] / "plugins"


def test_hello_is_answered_on_every_channel() -> None:
    async def talk() -> None:
        async with bot_for(plugins_folder=PLUGINS) as bot:
            ada = bot.person("ada", slack="U1", telegram="7", whatsapp="393331112222", web="w1")

            for channel in ada.channels.values():
                await channel.says("/hello")
                channel.sees("Hello!")

    asyncio.run(talk())
'''

_README = Template("""\
# $name

A bot on Threadline: one conversation, whichever channel a customer writes on.

    threadline sandbox     # http://127.0.0.1:8080/ with emulated platforms; no account needed
    threadline chat        # in the terminal: say /hello
    threadline check       # what is wrong in bot.toml or the plugins, and what to do
    threadline run         # the real thing
    pytest                 # needs `pip install "threadline[testing]"`

Commands are in `plugins/`; each module there is loaded. `bot.toml` has the settings.
""")

_IGNORED = """\
*.db
*.db-*
*.db.*
__pycache__/
.pytest_cache/
"""


def new(
    name: Annotated[str, typer.Argument(help="The project's name; its folder is made here.")],
) -> None:
    """Write a working project: settings, a command, a test."""
    if not _NAME.fullmatch(name):
        raise ConfigError(f"NAME: {name!r} names no folder; use letters, digits, - and _")
    if name in _OURS:
        raise ConfigError(
            f"NAME: a folder {name} would hide Threadline's own package; choose another name"
        )
    folder = Path(name)
    try:
        folder.mkdir()
    except FileExistsError:
        raise ConfigError(f"NAME: {folder} is there already; choose another name") from None
    except OSError as error:
        raise BotError(f"{folder} cannot be made ({error.strerror}); try another folder") from error
    for path, text in _files(name).items():
        target = folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{folder}/ is ready: cd {folder}, then `threadline sandbox`\n")


def _files(name: str) -> Mapping[str, str]:
    return {
        ".gitignore": _IGNORED,
        "README.md": _README.substitute(name=name),
        "bot.toml": _SETTINGS.substitute(name=name),
        "plugins/__init__.py": _PLUGINS,
        "plugins/hello.py": _HELLO,
        "tests/test_hello.py": _TEST,
    }
