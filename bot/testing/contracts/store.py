"""What every store must do, whatever database is behind it.

::

    class TestMyStore(StoreContract):
        @pytest.fixture
        def open_store(self, tmp_path: Path) -> OpenStore:
            settings = StoreSettings(url=f"mydb:///{tmp_path}/store")
            return lambda: my_package.open_store(settings)

``open_store`` opens the test's own database, empty at first, the same one each time. The suites
in the modules beside this one may be used alone while a store is being built.
"""

from collections.abc import AsyncIterator

import pytest

from bot.ports.stores import Store
from bot.testing.contracts.store_bench import OpenStore
from bot.testing.contracts.store_delivery import DeliveryContract
from bot.testing.contracts.store_drafts import DraftContract
from bot.testing.contracts.store_edits import EditContract, ReportEditContract
from bot.testing.contracts.store_intake import IntakeContract
from bot.testing.contracts.store_linking import LinkContract
from bot.testing.contracts.store_misses import MissContract
from bot.testing.contracts.store_moving import MoveContract
from bot.testing.contracts.store_reach import ReachContract
from bot.testing.contracts.store_reports import ReportContract, SwitchContract
from bot.testing.contracts.store_turns import TurnContract
from bot.testing.contracts.store_waiting import WaitContract, WaitLinkContract

__all__ = ["OpenStore", "StoreContract"]


class StoreContract(
    IntakeContract,
    TurnContract,
    ReportContract,
    WaitContract,
    DeliveryContract,
    EditContract,
    ReportEditContract,
    DraftContract,
    ReachContract,
    MoveContract,
    LinkContract,
    WaitLinkContract,
    MissContract,
    SwitchContract,
):
    """Subclass it and give the fixture ``open_store``."""

    @pytest.fixture
    async def store(self, open_store: OpenStore) -> AsyncIterator[Store]:
        """Give a store on the test's own database."""
        async with open_store() as store:
            yield store
