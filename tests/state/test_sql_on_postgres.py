import pytest

from bot import StoreSettings
from bot.testing.contracts.store import OpenStore, StoreContract
from state.sql import open_store


class TestSqlOnPostgres(StoreContract):
    @pytest.fixture
    def open_store(self, swept_postgres_url: str) -> OpenStore:
        return lambda: open_store(StoreSettings(url=swept_postgres_url))
