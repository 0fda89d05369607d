"""Who may use what: the table ``[roles]`` of bot.toml, by address."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.model.messages import Address
from bot.tables import dotted, remedy_for, shown

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
TERMINAL = "console"
"""The channel of ``threadline chat``: it is in no bot.toml, and its user owns the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Roles by (connector or account, user), as ``[roles]`` lists them.

    An entry is ``connector:user``, or ``connector/tenant:user`` where one connector serves several
    tenants whose user ids could be alike. A phone number that the platform vouches for counts as
    the user, too.
    """

    holders: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def of(self, addresses: Iterable[Address]) -> frozenset[str]:
        """Tell the roles of whom these addresses belong to: those of any of them."""
        if not self.holders:
            return frozenset()
        keys = (key for address in addresses for key in _keys(address))
        return frozenset().union(*(self.holders.get(key, frozenset()) for key in keys))


NOBODY = Roles()


def read_roles(table: object, connectors: object) -> tuple[Roles, list[str]]:
    """Read ``[roles]``; returns what could be read and the problems of the rest.

    ``connectors`` is the table of that name, as it stands in bot.toml.
    """
    names = list(connectors) if isinstance(connectors, Mapping) else []
    if not isinstance(table, Mapping):
        return NOBODY, [f"roles: expected a table, got {shown(table)}; write it as [roles]"]
    problems: list[str] = []
    holders: dict[tuple[str, str], frozenset[str]] = {}
    for role, entries in table.items():
        found = list(_problems(role, entries, names))
        problems += found
        for entry in () if found else entries:
            where, _, user = entry.partition(":")
            holders[where, user] = holders.get((where, user), frozenset()) | {role}
    return Roles(holders=holders), problems


def _keys(address: Address) -> Iterator[tuple[str, str]]:
    for user in filter(None, (address.user, address.phone)):
        yield address.connector, user
        yield address.account, user


def _problems(role: str, entries: object, connectors: Collection[str]) -> Iterator[str]:
    key = dotted("roles", role)
    if not _NAME.fullmatch(role):
        yield f"{key}: is no name for a role; use a-z, 0-9, - and _"
    if not isinstance(entries, list):
        yield f'{key}: expected a list, got {shown(entries)}; write it like ["slack:U123"]'
        return
    for entry in entries:
        yield from _entry_problems(key, entry, connectors)


def _entry_problems(key: str, entry: object, connectors: Collection[str]) -> Iterator[str]:
    if not isinstance(entry, str):
        yield f'{key}: expected texts, got {shown(entry)}; write them like "slack:U123"'
        return
    where, colon, user = entry.partition(":")
    if not colon or not user.strip() or not where.strip():
        yield f'{key}: "{entry}" names no address; write connector:user, like "slack:U123"'
        return
    name = where.partition("/")[0]
    if name not in {*connectors, TERMINAL}:
        otherwise = f"connectors here: {', '.join(sorted(connectors)) or 'none'}"
        remedy = remedy_for(name, connectors, otherwise=otherwise)
        yield f'{key}: "{entry}" is on no connector of bot.toml; {remedy}'
