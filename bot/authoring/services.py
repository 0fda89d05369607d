"""Services: what plugins provide to commands, actions and checks, found by type."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.model.messages import Address, Link

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Provider(Generic[T]):
    """A service as its author declared it; opened at start, closed at the end."""

    name: str
    function: Callable[..., AsyncIterator[T]]


def provide(function: Callable[..., AsyncIterator[T]]) -> Provider[T]:
    """Make a service of an async generator that yields it once.

    Its parameter ``settings``, if it has one, gets ``[services.NAME]`` of bot.toml, parsed into
    the parameter's type; NAME is the function's name.
    """
    return Provider(function.__name__, function)


class Linking(Protocol):
    """Provided by the core: joins and parts the addresses of one customer."""

    async def new_code(self) -> str:
        """Make a code, shown as XXXX-XXXX; good for 10 minutes, once."""
        ...

    async def invitations(self, code: str) -> list[Link]:
        """List links that open the other channels with a code; empty where none has any."""
        ...

    async def redeem(self, code: str) -> None:
        """Ask the side that made the code whether to join this address.

        Raises UserError: not good, locked, own code, or already joined.
        """
        ...

    async def join(self, request: str) -> str:
        """Join the address of a request that was said yes to; returns where it is, for people."""
        ...

    async def part(self) -> bool:
        """Part the address that is being spoken from; False if it stands alone."""
        ...

    def others(self) -> list[Address]:
        """List the customer's other addresses."""
        ...


class Switches(Protocol):
    """Provided by the core: commands that operators switch off and on while the bot runs."""

    def state(self) -> Mapping[str, bool]:
        """Tell of every command by name whether it is on; those that are always on left out."""
        ...

    async def switch(self, name: str, *, on: bool) -> str:
        """Switch a command for every process, durably; returns its full name.

        Open dialogs stay and wait. Raises UserError: no such command, or one that stays on.
        """
        ...


class Manual(Protocol):
    """Provided by the core: what can be typed here, made from signatures and docstrings."""

    def overview(self) -> str:
        """List the commands, each with its usage and first line."""
        ...

    def explain(self, name: str) -> str | None:
        """Explain one command: usage, parameters, examples; None if there is none."""
        ...

    def nearest(self, name: str) -> str | None:
        """Find the command that was probably meant."""
        ...
