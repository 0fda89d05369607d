"""How a command's parameters are asked for and checked."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, fields
from typing import Any

Check = Callable[..., Any]
"""``check(ctx, value, **others)`` returns None or the text to show; may be async."""

Suggest = Callable[..., Any]
"""``suggest(ctx, **others)`` returns values or Choices; may be async."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A suggested value with a label of its own."""

    value: Any
    label: str | None = None


@dataclass(frozen=True, slots=True, init=False)
class Arg:
    """What `Annotated` says of a parameter.

    Attributes:
        ask: the question; made from the parameter's name when left out.
        ge: smallest value allowed.
        le: largest value allowed.
        pattern: regular expression that a text must match as a whole.
        check: see `Check`. May name other parameters of the command, with the same type: then
            this one is asked after those and checked again when they change.
        suggest: see `Suggest`. The same holds; ``suggest(ctx, given)`` gets all answers.
        remember: reserved for the profile's key to remember the answer under.
        was: the parameter's former name, so that open dialogs of an older release keep it.
        mask: never shown back, logged or kept in clear in the trail.
    """

    ask: str | None
    ge: Any
    le: Any
    pattern: str | None
    check: Check | None
    suggest: Suggest | None
    remember: str | None
    was: str | None
    mask: bool

    def __init__(
        self,
        ask: str | None = None,
        *,
        ge: Any = None,  # noqa: ANN401 - whatever type the parameter has
        le: Any = None,  # noqa: ANN401 - whatever type the parameter has
        pattern: str | None = None,
        check: Check | None = None,
        suggest: Suggest | None = None,
        remember: str | None = None,
        was: str | None = None,
        mask: bool = False,
    ) -> None:
        for name, value in (
            ("ask", ask), ("ge", ge), ("le", le), ("pattern", pattern), ("check", check),
            ("suggest", suggest), ("remember", remember), ("was", was), ("mask", mask),
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    def over(self, inner: "Arg") -> "Arg":
        """Add what ``inner`` says where this says nothing."""
        merged = copy(inner)
        for field_ in fields(self):
            value = getattr(self, field_.name)
            if value is not None and value is not False:
                object.__setattr__(merged, field_.name, value)
        return merged
