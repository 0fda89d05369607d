"""How a command's parameters are asked for and checked."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields
from typing import Any

from typing_extensions import override

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

    ``ge`` and ``le`` bound the amount of a `Money` and the number of a list's entries.

    Attributes:
        ask: the question; made from the parameter's name when left out.
        ge: smallest value allowed.
        le: largest value allowed.
        pattern: regular expression that a text must match as a whole.
        check: see `Check`. May name other parameters of the command, with the same type: then
            this one is asked after those and checked again when they change.
        suggest: see `Suggest`. The same holds; ``suggest(ctx, given)`` gets all answers.
        remember: the profile's key under which the answer is kept once the command has run: no
            other command that remembers the same asks for it again.
        was: the parameter's former name, so that open dialogs of an older release keep it.
        help: what is said when the customer asks why; else the command it is for.
        mask: never shown back, logged or kept in clear in the trail.
        synonyms: further words for the values of a Literal or an Enum: ``{"outside": "terrace"}``.
        currency: of a sum of money that names none, as an ISO 4217 code; else the locale's.
        types: of a file, as ``application/pdf`` or ``image/*``; any, where left out, of an `Image`
            any image.
        max_size: of a file, in bytes; 10 MiB where left out.
    """

    ask: str | None
    ge: Any
    le: Any
    pattern: str | None
    check: Check | None
    suggest: Suggest | None
    remember: str | None
    was: str | None
    help: str | None
    mask: bool
    synonyms: Mapping[str, Any] | None
    currency: str | None
    types: Sequence[str] | None
    max_size: int | None

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
        help: str | None = None,  # noqa: A002 - the word that authors look for
        mask: bool = False,
        synonyms: Mapping[str, Any] | None = None,
        currency: str | None = None,
        types: Sequence[str] | None = None,
        max_size: int | None = None,
    ) -> None:
        for name, value in (
            ("ask", ask), ("ge", ge), ("le", le), ("pattern", pattern), ("check", check),
            ("suggest", suggest), ("remember", remember), ("was", was), ("help", help),
            ("mask", mask),
            ("synonyms", synonyms), ("currency", currency), ("types", types),
            ("max_size", max_size),
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    @override
    def __hash__(self) -> int:
        return hash((self.ask, self.was))  # Annotated hashes it, and synonyms have no hash

    def over(self, inner: "Arg") -> "Arg":
        """Add what ``inner`` says where this says nothing."""
        merged = copy(inner)
        for field_ in fields(self):
            value = getattr(self, field_.name)
            if value is not None and value is not False:
                object.__setattr__(merged, field_.name, value)
        return merged
