"""Customers and the addresses that are theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.ids import CustomerId
from bot.model.messages import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person, over all linked channels.

    ``id`` is the root's: where customers were linked, everything of theirs is read through it.
    ``ids`` holds it and the ids of all customers merged into it: what others kept under one of
    them is this customer's. ``locale`` and ``time_zone`` are None until a channel or the customer
    tells them. ``roles`` are those that bot.toml gives to one of their addresses. ``aloof`` are
    the addresses where nothing is said unasked: shut by the customer, or in a room.
    """

    id: CustomerId
    name: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    profile: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[Address, ...] = ()
    merged: tuple[CustomerId, ...] = ()
    roles: frozenset[str] = frozenset()
    aloof: frozenset[Address] = frozenset()

    @property
    def ids(self) -> tuple[CustomerId, ...]:
        """All ids of this customer, the root's first."""
        return (self.id, *self.merged)
