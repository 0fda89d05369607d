"""What a decision leads to: a turn ends with a question, an offer, or where nothing need follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

from bot.dialog.drafts import Draft
from bot.dialog.events import Ask, Check, Consult, Notify, Override, Replay, Run, Suggest, Wish
from bot.model.conversation import PromptKind, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The turn ended with a menu of what can be done."""

    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Nothing need follow; ``hint`` says why, for operators."""

    hint: str


Pending: TypeAlias = Check | Suggest | Run | Replay | Notify | Override | Consult
"""Wishes that are granted before the turn can end."""

Next: TypeAlias = Ask | Offer | Done | Pending


class Decision(tuple[State, tuple[Wish, ...]]):  # noqa: SLOT001 - a tuple holds no slots of its own
    """A state and wishes, to be unpacked, with what they lead to: nobody is left without."""

    next: Next

    def __new__(cls, state: State, wishes: Sequence[Wish], leads_to: Next) -> Self:
        """Make the pair; ``leads_to`` cannot be left out."""
        made = super().__new__(cls, (state, tuple(wishes)))
        made.next = leads_to
        return made


def next_of(draft: Draft) -> Next | None:
    """Tell where a draft leads; None where it leaves the customer at a loss."""
    for wish in reversed(draft.wishes):
        match wish:
            case Check() | Suggest() | Run() | Replay() | Notify() | Override() | Consult():
                return wish
            case Ask(prompt=prompt):
                return Offer(ask=wish) if prompt.kind is PromptKind.MENU else wish
            case _:
                continue
    return Done(hint=draft.ended) if draft.ended else None
