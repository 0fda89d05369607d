"""What of the bot's commands is there for one customer, on one channel, now.

For whom a command is not, it does not exist: it is not listed, offered, suggested or understood
from words. Only who types its exact name is told why.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from typing_extensions import override

from bot.authoring.signatures import CommandSpec
from bot.model.capabilities import Capabilities

FILES = "files"
"""What a channel can do beside showing: fetch what customers send."""
ABILITIES: Mapping[str, Callable[[Capabilities], bool]] = {
    "buttons": lambda can: can.max_buttons > 0,
    "lists": lambda can: can.max_rows > 0,
    "links": lambda can: can.links,
    "forms": lambda can: can.forms,
    FILES: lambda _: False,
}
"""What ``needs`` of a command may name beside the kinds of connectors."""


class Refusal(StrEnum):
    """Why a command is not there."""

    ROLE = "role"  # it is for others
    OFF = "off"  # an operator switched it off
    CHANNEL = "channel"  # this channel cannot show what it needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who speaks, and where.

    Attributes:
        roles: the customer's.
        channel: the connector that speaks.
        abilities: what each of the bot's channels can do, by connector; see `Command.needs`. A
            channel that is not named can do everything.
        own: the connectors on which the customer has an address.
        off: names of commands that are switched off.
    """

    roles: frozenset[str] = frozenset()
    channel: str = ""
    abilities: Mapping[str, frozenset[str]] = field(default_factory=dict)
    own: Sequence[str] = ()
    off: frozenset[str] = frozenset()

    def refusal(self, spec: CommandSpec) -> Refusal | None:
        """Tell why a command is not there; None where it is."""
        roles = spec.command.roles
        if roles and self.roles.isdisjoint(roles):
            return Refusal.ROLE
        if spec.name in self.off:
            return Refusal.OFF
        return None if self._can(self.channel, spec) else Refusal.CHANNEL

    def works_on(self, spec: CommandSpec) -> list[str]:
        """Name the channels that can show a command: the customer's own, else the bot's."""
        able = [name for name in self.abilities if self._can(name, spec)]
        return [name for name in able if name in self.own] or able

    def _can(self, channel: str, spec: CommandSpec) -> bool:
        abilities = self.abilities.get(channel)
        return abilities is None or abilities.issuperset(spec.command.needs)


def abilities_of(kind: str, capabilities: Capabilities, *, fetches: bool) -> frozenset[str]:
    """Tell what a channel of a kind can do, by the names that ``needs`` may have."""
    found = {name for name, has in ABILITIES.items() if has(capabilities)}
    return frozenset({kind, *found, *([FILES] if fetches else [])})


class Offered(Mapping[str, CommandSpec]):
    """The commands that are there for somebody, by name and alias; looked at one by one.

    ``known`` are all commands, also those that are not there for them.
    """

    __slots__ = ("known", "standing")

    def __init__(self, known: Mapping[str, CommandSpec], standing: Standing) -> None:
        self.known = known
        self.standing = standing

    @override
    def __getitem__(self, name: str) -> CommandSpec:
        spec = self.known[name]
        if self.standing.refusal(spec) is not None:
            raise KeyError(name)
        return spec

    @override
    def __iter__(self) -> Iterator[str]:
        return (name for name, spec in self.known.items() if self.standing.refusal(spec) is None)

    @override
    def __len__(self) -> int:
        return sum(1 for _ in self)
