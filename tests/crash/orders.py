"""What the parent tells the nursery: one bot to be started, and where it is to die."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

START = datetime.fromisoformat("2026-11-18T10:00+01:00")
"""The bots' clock begins here, so that "tomorrow" is a Thursday in every run."""

LIST = "LIST"


class SteadyClock:
    """Goes on from `START` at the pace of the machine's monotonic clock, over all processes.

    ``origin`` is what that clock showed at `START`: a bot that is started again goes on where the
    dead one was.
    """

    def __init__(self, origin: float) -> None:
        self._origin = origin

    def now(self) -> datetime:
        """See `bot.Clock.now`."""
        return START + timedelta(seconds=monotonic() - self._origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One bot to be started.

    Attributes:
        folder: holds bot.toml; the bot's output and its notes are written there.
        overlay: laid over bot.toml.
        port: where it listens.
        origin: see `SteadyClock`.
        crash: "" to live, `LIST` to write down every point that is passed, ``name:k`` to die at
            the k-th pass of a point.
        mutant: a defect to be built in, of `tests.crash.mutants`; "" for none.
    """

    folder: str
    port: int
    origin: float
    overlay: dict[str, Any] = field(default_factory=dict)
    crash: str = ""
    mutant: str = ""

    @property
    def passed(self) -> Path:
        """The file in which `LIST` writes points down."""
        return Path(self.folder) / "passed"

    @property
    def died(self) -> Path:
        """The file that names the point at which a bot killed itself."""
        return Path(self.folder) / "died"

    @property
    def output(self) -> Path:
        """The file that gets the bot's output."""
        return Path(self.folder) / "output"

    def dump(self) -> bytes:
        """Write as a line."""
        return json.dumps(asdict(self)).encode() + b"\n"


def load_order(line: str) -> Order:
    """Read a line that `Order.dump` wrote."""
    return Order(**json.loads(line))
