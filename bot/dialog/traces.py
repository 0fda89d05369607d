"""What a replay of a flow came to, as decisions see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.authoring.replies import Reply
from bot.authoring.signatures import Parameter
from bot.authoring.steps import Asking, Confirming, Doing, Guarding, Handing, Waiting
from bot.model.conversation import Answer, Frame

UNDO = "/undo"
"""The argument of a prompt that asks whether to undo what a changed answer made wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """Effects that were done for answers that have changed since; ids of their steps.

    ``left`` tells that the flow has come to its end by another way.
    """

    steps: tuple[str, ...]
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The flow returned."""


Stop: TypeAlias = Asking | Confirming | Doing | Guarding | Waiting | Handing | Outdated | Finished


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One replay of a flow.

    Attributes:
        answers: what it was replayed against.
        memo: what its other steps came to, with what this replay added.
        parameters: its questions, in the order in which they were reached; the open one is last.
        stop: where it waits.
        refused: an answer that no longer fits: its name and why.
        renamed: answers to be kept under another name: new to old.
        replies: what it says, in order; what it returned comes last.
    """

    answers: Mapping[str, Answer]
    memo: Mapping[str, Any]
    parameters: tuple[Parameter, ...] = ()
    stop: Stop
    refused: tuple[str, str] | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    replies: tuple[Reply, ...] = ()


def standing_of(frame: Frame) -> list[tuple[str, str]]:
    """List what a flow did and did not undo: the steps and what they are called."""
    return [
        (step, told["label"])
        for step, told in frame.memo.items()
        if isinstance(told, Mapping) and "action" in told and told["effect"]
    ]
