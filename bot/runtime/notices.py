"""What a turn tells beyond its own conversation: events, and messages to other customers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_jsonable_python

from bot.authoring.happenings import Subscription
from bot.authoring.replies import Reply, dump_reply
from bot.errors import UserError
from bot.model.customers import Customer
from bot.model.ids import EventId
from bot.model.messages import Address
from bot.ports.records import Emitted, Posted, Signal, Snapshot
from bot.runtime.scene import address_of


@dataclass(slots=True, kw_only=True)
class Notices:
    """Collected while a turn is made; sent with its commit, each once however often it runs."""

    snapshot: Snapshot
    subscribers: Mapping[str, Subscription]
    emitted: list[Emitted] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)

    def emit(self, event: str, data: Mapping[str, Any]) -> None:
        """See `bot.authoring.context.Context.emit`."""
        plain: dict[str, Any] = to_jsonable_python(dict(data))
        key = plain.get("key")
        emitted = Emitted(
            id=f"{self.snapshot.entry.id}:{len(self.emitted)}", event=event,
            key=None if key is None else str(key), data=plain,
        )  # fmt: skip
        self.emitted.append(emitted)
        for name, subscription in self.subscribers.items():
            if subscription.event == event:
                payload = {"subscriber": name, "event": event, "data": plain}
                self._post(f"noticed:{emitted.id}:{name}", "noticed", payload, self._here)

    def notify(self, customer: Customer, reply: Reply, *, purpose: str, key: str) -> None:
        """See `bot.authoring.context.Context.notify`."""
        if not customer.addresses:
            raise UserError("There is no channel on which that person can be reached.")
        payload = {"reply": dump_reply(reply), "purpose": purpose}
        self._post(f"told:{purpose}:{key}:{customer.id}", "told", payload, customer.addresses[0])

    @property
    def _here(self) -> Address:
        return address_of(self.snapshot)

    def _post(self, event_id: str, name: str, payload: Mapping[str, Any], to: Address) -> None:
        signal = Signal(event_id=EventId(event_id), name=name, payload=payload, address=to)
        self.posted.append(Posted(to=to, signal=signal))
