"""Misses: sentences that were not read right, kept for who trains the engines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import ConnectorName, ConversationId, CustomerId, MissId
from bot.model.understanding import Alternative

OUT_OF_SCOPE = "oos"
"""The meaning of sentences that mean no command (contract.md §8)."""


class MissKind(StrEnum):
    """How a sentence was missed."""

    UNREAD = "unread"  # nothing was understood, and nothing near it
    OFFERED = "offered"  # "did you mean": what the customer chose is `Miss.chosen`
    REFUSED = "refused"  # a command was proposed, and its first question for a yes got a no


class MissState(StrEnum):
    """What a trainer made of a miss."""

    OPEN = "open"
    LABELLED = "labelled"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A sentence, and what the engines made of it.

    Attributes:
        text: as it was typed.
        guesses: the commands that it may have meant, the likeliest first.
        engine: who read it.
        model: what that engine had learnt; see `Interpretation.model`.
        data: the mark of the vocabulary that the engines were opened with.
    """

    text: str
    guesses: tuple[Alternative, ...] = ()
    engine: str = ""
    model: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A miss as a turn tells it.

    ``command`` and ``argument`` name the question that was open. A sentence that was said while
    a masked parameter was asked for is never one.
    """

    id: MissId
    kind: MissKind
    proposal: Proposal
    command: str = ""
    argument: str = ""
    channel: ConnectorName
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A miss as it is kept.

    Attributes:
        missed: what was not read right.
        at: when it was said.
        customer: whose it is; it goes when they are erased.
        conversation: where it was said.
        chosen: the command that the customer turned to next; "" where none was, yet.
        state: what a trainer made of it.
        meaning: as what it was labelled: a command, another meaning, or `OUT_OF_SCOPE`.
        sentence: as what it is learnt then, in the notation of examples: ``for [four](guests)``.
    """

    missed: Missed
    at: datetime
    customer: CustomerId
    conversation: ConversationId
    chosen: str = ""
    state: MissState = MissState.OPEN
    meaning: str = ""
    sentence: str = ""

    @property
    def id(self) -> MissId:
        """The miss's id."""
        return self.missed.id

    @property
    def text(self) -> str:
        """What was said."""
        return self.missed.proposal.text

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the customer chose one of the offered commands: perhaps no miss at all."""
        guesses = self.missed.proposal.guesses
        offered = self.missed.kind is MissKind.OFFERED
        return offered and any(one.command == self.chosen for one in guesses)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissGroup:
    """Misses of the same words, whatever their case and spacing; ``misses`` newest first."""

    misses: Sequence[Miss]

    @property
    def text(self) -> str:
        """What was said last of it."""
        return self.misses[0].text


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A labelled miss as engines learn it.

    ``marked``: ``sentence`` is in the notation of examples, and not as somebody typed it.
    """

    meaning: str
    sentence: str
    marked: bool = False
