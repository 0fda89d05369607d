"""What every connector must do, whatever its platform.

::

    class TestSlack(ConnectorContract):
        connector = SlackConnector

        @pytest.fixture
        async def bench(self) -> AsyncIterator[Workbench]:
            async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
                yield bench

        def signed(self, bench: Workbench, body: bytes) -> WebhookRequest:
            return …  # as the platform would sign this body

What differs on a platform is overridden: see `bot.testing.contracts.hooks.Platform`. The checks
stand in five parts, by what they are about.
"""

from bot.testing.contracts.claiming import ClaimContract
from bot.testing.contracts.enduring import TroubleContract
from bot.testing.contracts.proving import ProofContract
from bot.testing.contracts.reading import ReadingContract
from bot.testing.contracts.samples import AWKWARD, GARBAGE, options_of
from bot.testing.contracts.showing import ShowingContract

__all__ = ["AWKWARD", "GARBAGE", "ConnectorContract", "options_of"]


class ConnectorContract(
    ProofContract, ReadingContract, ShowingContract, ClaimContract, TroubleContract
):
    """Subclass it and give the fixture ``bench`` and the method `signed`."""
