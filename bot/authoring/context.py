"""What a command, action, check or suggestion knows of its surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.authoring.replies import Reply
from bot.model.capabilities import Capabilities
from bot.model.customers import Customer
from bot.model.messages import Address

S = TypeVar("S")


class Shown(Protocol):
    """A reply that was said and can be said better."""

    async def update(self, reply: str | Reply) -> None:
        """Replace what was said."""
        ...


class Desk(Protocol):
    """What the runtime does for a command while it runs."""

    def service(self, wanted: type[S]) -> S:
        """Find the service of a type; raises PluginError if no plugin provides it."""
        ...

    async def say(self, reply: str | Reply) -> Shown:
        """Say something before the command ends."""
        ...

    async def perform(self, action: Any, context: "Context", arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an Action of any type
        """Carry an action out, once for its key."""
        ...

    async def undo(self, action: Any, context: "Context", key: str) -> bool:  # noqa: ANN401 - an Action of any type
        """Undo an effect; see `Action.undo`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The channel the customer speaks on: its name in bot.toml, its kind, what it can show."""

    name: str
    kind: str
    capabilities: Capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of one turn.

    Attributes:
        customer: who speaks, over all linked channels.
        channel: where.
        address: the exact address that the answer goes to.
        now: the moment the message is answered, aware, in `zone`.
        zone: the place's time zone by default, the customer's for ``zone="customer"``.
        event_id: the platform's id of the message; the same on redelivery.
        idempotency_key: inside an action, the key to hand to the service; "" elsewhere.
        frame: id of the open dialog, the same over every turn of it.
    """

    customer: Customer
    channel: Channel
    address: Address
    now: datetime
    zone: ZoneInfo
    event_id: str
    frame: str
    desk: Desk = field(repr=False)
    idempotency_key: str = ""
    attachments: tuple[Any, ...] = ()

    @property
    def today(self) -> date:
        """The date in `zone`."""
        return self.now.astimezone(self.zone).date()

    def service(self, wanted: type[S]) -> S:
        """Find the service of a type; raises PluginError if no plugin provides it."""
        return self.desk.service(wanted)

    async def say(self, reply: str | Reply) -> Shown:
        """Say something before the command ends."""
        return await self.desk.say(reply)
