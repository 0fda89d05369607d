"""What `threadline new` writes, file by file."""

from string import Template

SETTINGS = Template("""\
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

ENGINES = """
[nlu]
engines = ["rules", "classifier"]        # templates; then what is like the commands' examples
"""

PLUGINS = '''\
"""What this bot can do: every module in this folder is loaded."""
'''

HELLO = '''\
"""A first command: customers type /hello."""

from bot import command


@command
def hello() -> str:
    """Say hello."""
    return "Hello!"
'''

COFFEE = '''\
"""A flow: it asks, does something once, and tells how it went. Customers say "a coffee please"."""

from typing import Literal

from bot import Context, Effect, Talk, action, flow


async def cancel_order(ctx: Context, effect: Effect) -> None:
    """Take an order back: here you would call your till."""


@action(undo=cancel_order, timeout=8)
async def place_order(ctx: Context, size: str, name: str) -> str:
    """Place an order: here you would call your till, and give it ctx.idempotency_key.

    Whatever changes the world is an action: it happens once for each dialog, over double taps,
    crashes and channels, and its result is remembered.
    """
    return f"{size} coffee for {name}"


@flow("coffee", say=["[a] coffee [please]", "order [a] coffee"])
async def coffee(talk: Talk) -> str:
    """Order a coffee."""
    size = await talk.ask("size", Literal["small", "large"], "Which size?")
    name = await talk.ask("name", str, "For whom?")
    if not await talk.confirm("sure", f"A {size} coffee for {name}?"):
        return "Nothing was ordered."
    ordered = await talk.do(place_order, size=size, name=name)
    return f"Ordered: {ordered}."
'''

SCRIPT = """\
title: A coffee is ordered on Slack and confirmed on Telegram

ada on slack: a coffee please => coffee
bot: Which size? [small] [large]
ada taps large => size=large
bot: For whom?
restart
ada on telegram: Ada => name=Ada
bot: A large coffee for Ada? [Yes] [No]
duplicate
ada: yes => yes
bot: Ordered: large coffee for Ada.
expect place_order size=large name=Ada
expect no dialog
"""

TEST = '''\
"""Talks to the bot as customers do, on several channels."""

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


def test_a_coffee_is_ordered_once_however_often_yes_is_said() -> None:
    async def talk() -> None:
        async with bot_for(plugins_folder=PLUGINS) as bot:
            ada = bot.person("ada", telegram="7", whatsapp="393331112222")

            await ada.telegram.says("/coffee")
            await ada.telegram.taps("small")
            await bot.restart()
            await ada.whatsapp.says("Ada")
            ada.whatsapp.sees("A small coffee for Ada?", buttons=["Yes", "No"])
            assert bot.calls("place_order") == []
            await ada.whatsapp.taps("Yes", twice=True)

            ada.whatsapp.sees("Ordered: small coffee for Ada.")
            assert len(bot.calls("place_order")) == 1
            assert bot.asked_twice == []

    asyncio.run(talk())
'''

README = Template("""\
# $name

A bot on Threadline: one conversation, whichever channel a customer writes on.

    threadline sandbox     # http://127.0.0.1:8080/ with emulated platforms; no account needed
    threadline chat        # in the terminal: say /hello, or "a coffee please"
    threadline check       # what is wrong in bot.toml or the plugins, and what to do
    threadline run --reload    # the real thing, reading plugins anew when they change
    threadline test        # plays the conversations in tests/*.txt
    pytest                 # the tests in tests/*.py; both need `pip install "threadline[testing]"`

Commands and flows are in `plugins/`; each module there is loaded. `bot.toml` has the settings.

- `plugins/hello.py`: a command in three lines
- `plugins/coffee.py`: a flow that asks, wants a yes and does something once
- `tests/coffee.txt`: a conversation over two channels, as anybody can read and write it
- `tests/test_bot.py`: conversations in Python
""")

IGNORED = """\
/bot.models/
*.db
*.db-*
*.db.*
__pycache__/
.pytest_cache/
"""
