"""Patterns: what a dialog does when customers do what customers do, as an author may change it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

PatternName: TypeAlias = Literal[
    "cancel", "back", "summary", "why", "repeat", "skip", "restart", "help", "human", "chitchat",
    "greeting", "welcome_back", "correction", "clarification", "cannot_handle", "search",
    "continued", "completed", "invalid", "internal_error", "code_change",
]  # fmt: skip

PATTERNS: Mapping[str, str] = {
    "cancel": "the customer wants to drop the open dialog",
    "back": "the customer takes the last answer back",
    "summary": "the customer asks what is known so far",
    "why": "the customer asks what a question is for",
    "repeat": "the customer wants the question once more",
    "skip": "the customer wants to leave a question out",
    "restart": "the customer wants to begin the dialog anew",
    "help": "the customer asks what can be typed",
    "human": "the customer asks for a person",
    "chitchat": "the customer says thanks, asks how you are, says good-bye",
    "greeting": "the customer says hello and no dialog is open",
    "welcome_back": "the customer writes again after a day or more, or from another channel",
    "correction": "the customer changes an earlier answer",
    "clarification": "it is not sure which command was meant",
    "cannot_handle": "words were not understood",
    "search": "a question was not understood: an answer may be found elsewhere",
    "continued": "a dialog has ended, and the one below it goes on",
    "completed": "a command is done, and no other dialog is open",
    "invalid": "an answer cannot be taken",
    "internal_error": "a command failed for a reason of ours",
    "code_change": "the command of an open dialog is no longer there",
}
"""The patterns that can be written anew, and when each is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDialog:
    """What a pattern knows of the dialog it interrupts.

    Attributes:
        command: whose dialog is open; None where none is.
        answers: given so far, typed, by parameter; masked ones are left out.
        question: the open question as it was shown.
        words: what the customer wrote; "" for a tap, and where a masked answer is asked for.
    """

    command: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    question: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Pattern(Generic[P, R]):
    """An author's own way with a pattern; calling it calls the function."""

    name: str
    function: Callable[P, R]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the decorated function."""
        return self.function(*args, **kwargs)


def pattern(
    name: PatternName,
) -> Callable[[Callable[P, Awaitable[Any]]], Pattern[P, Awaitable[Any]]]:
    """Have a function speak for a pattern: ``async def f(ctx: Context, dialog: OpenDialog)``.

    What it returns is said in place of the core's own words, and the open question is shown
    again; None leaves the pattern to the core. It may look things up, but perform no action.
    """

    def decorate(function: Callable[P, Awaitable[Any]]) -> Pattern[P, Awaitable[Any]]:
        return Pattern(name, function)

    return decorate
