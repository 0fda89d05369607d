"""What a command, action, check or suggestion knows of its surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.authoring.kinds import File
from bot.authoring.replies import Reply
from bot.authoring.sagas import OpeningSaga
from bot.locale.catalogues import NOTHING, Catalogue
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

    def emit(self, event: str, data: Mapping[str, Any]) -> None:
        """Tell that something happened; see `Context.emit`."""
        ...

    async def notify(self, customer: Customer, reply: Reply, *, purpose: str, key: str) -> None:
        """Say something elsewhere; see `Context.notify`."""
        ...

    async def fetch(self, file: File) -> bytes:
        """Read a file that a customer sent; see `File.read`."""
        ...

    async def undo(self, action: Any, context: "Context", key: str) -> bool:  # noqa: ANN401 - an Action of any type
        """Undo an effect; see `Action.undo`."""
        ...

    def saga(self, name: str, context: "Context") -> OpeningSaga:
        """Open a saga; see `Context.saga`."""
        ...

    async def progress(self, text: str, context: "Context") -> None:
        """Show a text now; see `Context.progress`."""
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
        attachments: the files that came with the message that is answered.
        locale: in what language the customer is answered: theirs, else the bot's.
        texts: the catalogue that `gettext` looks into.
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
    attachments: tuple[File, ...] = ()
    locale: str = "en"
    texts: Catalogue = NOTHING

    def gettext(self, message: str, /, **values: Any) -> str:  # noqa: ANN401 - written by format()
        """Write a text in the customer's language, from the catalogue beside the plugin.

        ``{name}`` is filled with the value of that name; ``{day:%A}`` names days and months in that
        language, too. Where there is no translation the text stays as it is.
        """
        return self.texts.text(self.locale, message, **values)

    def ngettext(self, one: str, many: str, n: int, /, **values: Any) -> str:  # noqa: ANN401 - written by format()
        """Write a text in which a number stands, as ``{n}``, in the customer's language."""
        return self.texts.count(self.locale, one, many, n, **values)

    @property
    def today(self) -> date:
        """The date in `zone`."""
        return self.now.astimezone(self.zone).date()

    def service(self, wanted: type[S]) -> S:
        """Find the service of a type; raises PluginError if no plugin provides it."""
        return self.desk.service(wanted)

    def emit(self, name: str, **data: Any) -> None:  # noqa: ANN401 - JSON
        """Tell that something happened: to flows that wait for it, and to subscribers (`on`).

        Goes out with the turn's commit, once. ``key=`` in the data tells which of the waiting
        flows is meant (`Talk.wait`); the data is kept as JSON.
        """
        self.desk.emit(name, data)

    async def notify(
        self, customer: Customer, reply: str | Reply, *, purpose: str, key: str
    ) -> None:
        """Say something to a customer outside this turn, on their own channel.

        Args:
            customer: who is told; their open dialog stays as it is.
            reply: what is said.
            purpose: why, in a word: ``reminder``, ``delay``.
            key: said once for this purpose, key and customer.

        Raises:
            UserError: there is no channel to reach the customer on.
        """
        spoken = Reply(reply) if isinstance(reply, str) else reply
        await self.desk.notify(customer, spoken, purpose=purpose, key=key)

    async def say(self, reply: str | Reply) -> Shown:
        """Say something before the command ends."""
        return await self.desk.say(reply)

    def saga(self, name: str) -> OpeningSaga:
        """Open a block whose effects stand together: ``async with ctx.saga("trip") as saga``.

        See `Saga`. The name tells a command's sagas apart and is kept in the ledger.
        """
        return self.desk.saga(name, self)

    async def progress(self, text: str) -> None:
        """Show a text at once, before the command has ended, in the same place.

        A command that runs again after a crash shows nothing twice. Raises PluginError in a check
        or a suggestion: these are asked again and again.
        """
        await self.desk.progress(text, self)
