import pytest

from bot import StoreSettings
from bot.testing.contracts.store import OpenStore, StoreContract
from state.sql import open_store


class TestSqlOnSqlite(StoreContract):
    @pytest.fixture
    def open_store(self, migrated_sqlite_url: str) -> OpenStore:
        return lambda: open_store(StoreSettings(url=migrated_sqlite_url, synchronous="OFF"))
