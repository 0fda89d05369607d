"""The composition root: what opens in which order, and what a failure leaves behind."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.app import Options, open_bot, umbrella_of
from bot.errors import ConfigError, StoreError
from bot.plugins import Extensions, load_extensions
from bot.settings import Settings, load_settings
from tests.bot.served_bot import keep_secrets

FAST = Options(synchronous="OFF")

SERVICE = """
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot import command, provide


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesSettings:
    file: Path


class Notes:
    pass


@provide
async def notes(settings: NotesSettings) -> AsyncIterator[Notes]:
    settings.file.write_text("open")
    yield Notes()
    settings.file.write_text("closed")
"""


def read(folder: Path, toml: str, **plugins: str) -> tuple[Settings, Extensions]:
    (folder / "bot.toml").write_text(toml)
    (folder / "plugins").mkdir(exist_ok=True)
    for name, text in plugins.items():
        (folder / "plugins" / f"{name}.py").write_text(text)
    settings = load_settings(folder / "bot.toml")
    return settings, load_extensions(settings)


async def test_a_bot_opens_with_nothing_but_its_defaults(tmp_path: Path) -> None:
    async with open_bot(*read(tmp_path, ""), FAST) as bot:
        health = await bot.store.upkeep.health(now=bot.clock.now())

        assert health.migrated
        assert "help" in bot.commands
        assert bot.connectors == {}


async def test_a_bot_that_cannot_start_leaves_no_database(tmp_path: Path) -> None:
    toml = (
        '[connectors.tg]\nkind = "telegram"\ntoken = "env:TEST_NOT_SET"\n'
        'webhook_secret = "env:TEST_NOT_SET"\n'
    )

    with pytest.raises(ConfigError) as raised:
        async with open_bot(*read(tmp_path, toml), FAST):
            pass

    assert len(raised.value.problems) == 2
    assert all(one.startswith("connectors.tg.") for one in raised.value.problems)
    assert not (tmp_path / "bot.db").exists()


async def test_a_database_has_one_owner_at_a_time(tmp_path: Path) -> None:
    given = read(tmp_path, "")

    async with open_bot(*given, FAST):
        with pytest.raises(ConfigError, match=f"process id {os.getpid()}"):
            async with open_bot(*given, FAST):
                pass
    async with open_bot(*given, FAST) as bot:
        assert await bot.workers.idle()


async def test_a_service_lives_as_long_as_the_bot(tmp_path: Path) -> None:
    given = read(tmp_path, '[services.notes]\nfile = "state.txt"\n', notes=SERVICE)

    async with open_bot(*given, FAST):
        opened = (tmp_path / "state.txt").read_text()

    assert opened == "open"
    assert (tmp_path / "state.txt").read_text() == "closed"


async def test_a_failure_while_opening_closes_what_was_open(tmp_path: Path) -> None:
    broken = SERVICE.replace("yield Notes()", 'raise RuntimeError("no")\n    yield Notes()')
    toml = '[services.notes]\nfile = "state.txt"\n'

    with pytest.raises(RuntimeError, match="no"):
        async with open_bot(*read(tmp_path, toml, notes=broken), FAST):
            pass

    async with open_bot(*read(tmp_path, toml, notes=SERVICE), FAST) as bot:
        assert await bot.workers.idle()


async def test_a_closed_bot_takes_nothing_any_more(tmp_path: Path) -> None:
    async with open_bot(*read(tmp_path, ""), FAST) as bot:
        pass

    with pytest.raises(StoreError):
        await bot.store.upkeep.health(now=bot.clock.now())


@pytest.mark.parametrize(
    ("name", "umbrella"),
    [("Trattoria", "trattoria"), ("Da Luigi & Figli", "daluigifigli"), ("a-b_c 1", "a-b_c1")],
)
def test_the_umbrella_command_keeps_what_slack_allows(name: str, umbrella: str) -> None:
    assert umbrella_of(name) == umbrella


NAMES: Mapping[str, str] = {"support": "telegram", "sales": "telegram"}


async def test_several_connectors_of_a_kind_have_their_own_routes(tmp_path: Path) -> None:
    keep_secrets(tmp_path, token="42:abc", hook="hook-secret")
    toml = "".join(
        f'[connectors.{name}]\nkind = "{kind}"\ntoken = "file:token"\n'
        'webhook_secret = "file:hook"\n'
        for name, kind in NAMES.items()
    )

    async with open_bot(*read(tmp_path, toml), FAST) as bot:
        routes = {route.resource.canonical for route in bot.site.application().router.routes()
                  if route.resource is not None}  # fmt: skip

    assert {"/support/webhook", "/sales/webhook"} <= routes
