"""Secrets: hidden in every representation."""

from dataclasses import dataclass

from typing_extensions import override


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A secret of bot.toml, given there as ``env:NAME`` or ``file:PATH``; `reveal` to use it."""

    value: str

    def reveal(self) -> str:
        """Give the secret out, to the one call that needs it."""
        return self.value

    @override
    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__
