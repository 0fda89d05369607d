"""Whose the commands are: roles of customers, abilities of channels, switches of operators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.authoring.signatures import CommandSpec
from bot.dialog.access import Offered, Standing, abilities_of
from bot.dialog.localising import Localised
from bot.model.customers import Customer
from bot.ports.connectors import Connector, Fetching
from bot.roles import NOBODY, Roles
from bot.runtime.switches import Switchboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Decides which commands are there for somebody; asked anew in every turn."""

    commands: Mapping[str, CommandSpec]
    board: Switchboard
    roles: Roles = NOBODY
    abilities: Mapping[str, frozenset[str]] = field(default_factory=dict)
    languages: Localised = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "languages", Localised(self.commands))

    def with_roles(self, customer: Customer) -> Customer:
        """Give a customer the roles that bot.toml gives to one of their addresses."""
        return replace(customer, roles=self.roles.of(customer.addresses))

    def offered(self, customer: Customer, channel: str, locale: str) -> Offered:
        """List what is there for a customer on a channel."""
        own = dict.fromkeys(address.connector for address in customer.addresses)
        offered = self._offered(self.roles.of(customer.addresses), channel, tuple(own))
        return Offered(self.languages.commands_in(locale), offered.standing)

    def to_anybody(self, channel: str) -> Offered:
        """List what is there for everybody on a channel: for its menus and palettes."""
        return self._offered(frozenset(), channel, ())

    def _offered(self, roles: frozenset[str], channel: str, own: Sequence[str]) -> Offered:
        standing = Standing(
            roles=roles, channel=channel, abilities=self.abilities, own=own, off=self.board.off
        )
        return Offered(self.commands, standing)


def abilities_by_name(connectors: Mapping[str, Connector]) -> dict[str, frozenset[str]]:
    """Tell what each channel can do."""
    return {
        name: abilities_of(one.kind, one.capabilities, fetches=isinstance(one, Fetching))
        for name, one in connectors.items()
    }
