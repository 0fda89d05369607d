"""Small projects for the tests of the command line."""

from pathlib import Path

HELLO = """\
from bot import command


@command
def hello() -> str:
    return "Hello!"
"""

BOOK = """\
from datetime import date
from typing import Annotated

from bot import Arg, Reply, command


@command(say=["book a table [for {guests}] [on {day}]"])
def book(
    day: Annotated[date, Arg("Which day?")], guests: Annotated[int, Arg("How many?")]
) -> Reply:
    \"\"\"Book a table.\"\"\"
    return Reply(f"Booked for {guests} on {day}.")
"""

SETTINGS = """\
[bot]
name = "Trattoria"
time_zone = "Europe/Rome"
[server]
port = 0
[plugins]
enabled = ["help", "session", "link"]
[connectors.web]
kind = "webchat"
allowed_origins = ["self"]
"""


def write_project(folder: Path, more: str = "", **plugins: str) -> Path:
    """Write a bot.toml and modules of the plugin folder; returns the folder."""
    (folder / "bot.toml").write_text(SETTINGS + more)
    (folder / "plugins").mkdir()
    for name, text in plugins.items():
        (folder / "plugins" / f"{name}.py").write_text(text)
    return folder
