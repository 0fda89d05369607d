"""The settings we show people, read by the extensions we ship."""

import re
from pathlib import Path

import pytest

from bot.plugins import load_extensions, settings_type
from bot.plugins.entries import CONNECTORS, find_entries
from bot.settings import Settings, load_settings, parse_table

REPOSITORY = Path(__file__).parents[2]
CONTRACT = REPOSITORY / "../shared/contract.md"


def read_connectors(settings: Settings) -> list[str]:
    """Parse every connector's table as its connector does."""
    offered, _ = find_entries()
    read = []
    for connector in settings.connectors:
        wanted = settings_type(offered[CONNECTORS][connector.kind].load())
        assert wanted is not None
        parsed = parse_table(
            wanted, connector.table, connector.key, secrets=None, folder=settings.folder
        )
        read.append(type(parsed).__name__)
    return read


def test_the_example_bot_is_loaded_whole() -> None:
    settings = load_settings(REPOSITORY / "bot.toml")

    extensions = load_extensions(settings)

    assert {"help", "book"} <= {each.command.name for each in extensions.commands}
    assert "tables" in {each.provider.name for each in extensions.providers}
    assert set(settings.nlu.engines) <= set(extensions.engines)
    assert len(read_connectors(settings)) == 4


def test_the_service_of_the_example_reads_its_table() -> None:
    settings = load_settings(REPOSITORY / "bot.toml")
    (tables,) = load_extensions(settings).providers

    wanted = settings_type(tables.provider.function)

    assert wanted is not None
    read = parse_table(
        wanted, settings.services["tables"], "services.tables", secrets=None, folder=settings.folder
    )
    assert f"{settings.folder}/services.db" in read.url


def test_the_promised_settings_file_is_read(tmp_path: Path) -> None:
    if not CONTRACT.exists():
        pytest.skip(f"the contract is not beside the repository: put it at {CONTRACT}")
    found = re.search(r"```toml\n(.*?)```", CONTRACT.read_text(), re.DOTALL)
    assert found is not None
    (tmp_path / "bot.toml").write_text(found[1])

    settings = load_settings(tmp_path / "bot.toml")

    assert set(settings.nlu.tables) == {"rasa", "llm"}
    assert len(read_connectors(settings)) == 4
