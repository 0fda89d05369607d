"""What a turn puts aside for the trainer: sentences that were missed, and what was meant."""

from dataclasses import dataclass, field
from typing import assert_never

from bot.dialog.misses import Chose, Keep
from bot.model.ids import ConnectorName, MissId
from bot.model.misses import Missed


@dataclass(slots=True)
class Overheard:
    """Collects for the turn's commit."""

    missed: list[Missed] = field(default_factory=list)
    chosen: dict[MissId, str] = field(default_factory=dict)

    def take(self, wish: Keep | Chose, *, channel: ConnectorName, locale: str) -> None:
        """Grant a wish."""
        match wish:
            case Keep():
                missed = Missed(
                    id=wish.id, kind=wish.kind, proposal=wish.proposal, command=wish.command,
                    argument=wish.argument, channel=channel, locale=locale,
                )  # fmt: skip
                self.missed.append(missed)
            case Chose(miss=miss, command=command):
                self.chosen.setdefault(miss, command)
            case _:
                assert_never(wish)
