"""Customers and the addresses that are theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.ids import CustomerId
from bot.model.messages import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person, over all linked channels.

    ``id`` is the root's: where customers were linked, everything of theirs is read through it.
    ``locale`` and ``time_zone`` are None until a channel or the customer tells them.
    """

    id: CustomerId
    name: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    profile: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[Address, ...] = ()
