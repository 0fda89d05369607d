"""The /book of the contract runs unchanged; its `tables_api` is the test's own fake."""

import re
import sys
from datetime import date, time
from pathlib import Path

import pytest

from bot.testing import Harness, bot_for

CONTRACT = Path(__file__).parents[2] / "../shared/contract.md"


class Tables:
    """The fake service: what was reserved, by key."""

    def __init__(self) -> None:
        self.reserved: dict[str, tuple[date, time, int, str]] = {}

    async def reserve(self, day: date, at: time, guests: int, area: str, *, key: str) -> str:
        self.reserved[key] = (day, at, guests, area)
        return f"T{len(self.reserved)}"


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    if not CONTRACT.is_file():
        pytest.skip("the contract is not beside the repository (../shared/contract.md)")
    section = CONTRACT.read_text().split("## 6. Authoring interface")[1]
    code = next(iter(re.findall(r"```python\n(.*?)```", section, re.DOTALL)))
    (tmp_path / "contract_book.py").write_text(code)
    return tmp_path


def with_fake(bot: Harness) -> Tables:
    """Give the module of the running bot its service."""
    assert "book" in bot.bot.commands
    tables = Tables()
    vars(sys.modules["bot_project.contract_book"])["tables_api"] = tables
    return tables


async def test_the_contracts_command_books_once_over_two_channels(plugins: Path) -> None:
    async with bot_for(plugins_folder=plugins, now="2026-11-18T10:00+01:00") as bot:
        tables = with_fake(bot)
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/book")
        alice.slack.sees("Which day?", buttons=["Today", "Tomorrow"])
        await alice.telegram.says("tomorrow")
        alice.telegram.sees("What time?", buttons=["18:00", "19:00", "20:30"])
        await alice.slack.says("7pm")
        alice.slack.sees("How many guests?")
        await alice.slack.says("40")
        alice.slack.sees("It must be 12 or less")
        await alice.slack.says("four")
        alice.slack.sees("Book a table for 4 on Thursday at 19:00 (inside)?")
        await alice.telegram.says("terrace please")
        alice.telegram.sees("Book a table for 4 on Thursday at 19:00 (terrace)?")
        await alice.telegram.says("yes")
        alice.telegram.sees("Booked: T1.")
        wanted = (date(2026, 11, 19), time(19), 4, "terrace")
        assert list(tables.reserved.values()) == [wanted]
        assert bot.asked_twice == []


@pytest.mark.parametrize(
    "words",
    [
        "/book 4 tomorrow 7pm",
        "/book guests=4 at=19:00 day=tomorrow",
        "book a table for 4 on thursday at 7pm",
        "please reserve a table for four people tomorrow at half past six in the evening",
    ],
)
async def test_one_message_says_all_of_the_contracts_command(plugins: Path, words: str) -> None:
    async with bot_for(plugins_folder=plugins, now="2026-11-18T10:00+01:00") as bot:
        tables = with_fake(bot)
        alice = bot.person("alice", slack="U1")
        await alice.slack.says(words)
        alice.slack.sees("Book a table for 4 on Thursday at 1")
        await alice.slack.taps("Yes")
        alice.slack.sees("Booked: T1.")
        assert len(tables.reserved) == 1
