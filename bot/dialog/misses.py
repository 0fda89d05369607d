"""What a decision wishes to be kept for who trains the engines; see `bot.model.misses`."""

from dataclasses import dataclass

from bot.model.ids import MissId
from bot.model.misses import MissKind, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Keep a sentence that was not read right; ``command`` and ``argument`` were being asked."""

    id: MissId
    kind: MissKind
    proposal: Proposal
    command: str = ""
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chose:
    """Note what a customer turned to after a miss."""

    miss: MissId
    command: str
