"""Joining and parting addresses by proof: a code made on one side, a yes there.

The command plugin `link` gives it words; the promises are contract.md §7.3.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.authoring.context import Context
from bot.dialog.phrases import Phrases, phrases_in
from bot.errors import UserError
from bot.model.ids import ConnectorName, CustomerId, EventId
from bot.model.messages import Address, Link
from bot.ports.connectors import Connector, Inviting
from bot.ports.lines import Shelf
from bot.ports.records import Posted, Signal
from bot.ports.stores import Customers, LinkCode, Store

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
LENGTH = 8
LIFETIME = timedelta(minutes=10)
_LOOKALIKES = str.maketrans("ILO", "110")
_ADDRESS: TypeAdapter[Address] = TypeAdapter(Address)


@dataclass(slots=True)
class Joins:
    """What a turn's linking adds to its commit."""

    posted: list[Posted] = field(default_factory=list)
    join: CustomerId | None = None
    part: Address | None = None


@dataclass(frozen=True, slots=True)
class LinkingDesk:
    """See `bot.authoring.services.Linking`; one for each run of a command."""

    store: Store
    context: Context
    joins: Joins
    labels: Mapping[str, str]
    connectors: Mapping[str, Connector]

    @property
    def phrases(self) -> Phrases:
        """The bot's own sentences, in the customer's language."""
        return phrases_in(self.context.locale)

    async def new_code(self) -> str:
        """See `bot.authoring.services.Linking.new_code`."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        kept = LinkCode(
            hash=await self._hash(code), address=self.context.address,
            customer=self.context.customer.id, expires=self.context.now + LIFETIME,
        )  # fmt: skip
        await self._customers.keep_code(kept)
        return f"{code[:4]}-{code[4:]}"

    async def invitations(self, code: str) -> list[Link]:
        """See `bot.authoring.services.Linking.invitations`."""
        here = self.context.address.connector
        plain = code.replace("-", "")
        urls = {
            name: await connector.invitation(plain)
            for name, connector in self.connectors.items()
            if isinstance(connector, Inviting) and name != here
        }
        return [
            Link(
                label=self.phrases.tell("Continue on {where}", where=self.labels.get(name, name)),
                url=url,
            )
            for name, url in urls.items()
            if url is not None
        ]

    async def redeem(self, code: str) -> None:
        """See `bot.authoring.services.Linking.redeem`."""
        context = self.context
        now = context.now
        locked = await self._customers.locked_until(context.address, now=now)
        if locked is not None:
            minutes = max(1, -(-int((locked - now).total_seconds()) // 60))
            raise UserError(
                self.phrases.count(
                    "Too many wrong codes. Try again in {n} minute.",
                    "Too many wrong codes. Try again in {n} minutes.",
                    minutes,
                )
            )
        plain = code.upper().replace("-", "").replace(" ", "").translate(_LOOKALIKES)
        digest = await self._hash(plain)
        found = await self._customers.redeem(
            digest, context.address, now=now, event=context.event_id
        )
        if found is None:
            raise UserError(
                self.phrases.tell(
                    "That code is not right, or it has expired. "
                    "Type /link on the other channel for a new one."
                )
            )
        if found.customer in context.customer.ids:
            raise UserError(self.phrases.tell("These two are linked already."))
        await self._request(found, digest[:16])

    async def join(self, request: str) -> str:
        """See `bot.authoring.services.Linking.join`."""
        kept = await self._shelf.get(f"request:{request}")
        if kept is None or kept["host"] not in self.context.customer.ids:
            told = self.phrases.tell("That request has expired. Type /link for a new code.")
            raise UserError(told)
        guest = _ADDRESS.validate_python(kept["guest_address"])
        self.joins.join = CustomerId(kept["guest"])
        here = self._label(self.context.address)
        note = self.phrases.tell("You are linked with {where} now.", where=here)
        payload = {"note": note}
        self._post(self.context.address, f"joined:{request}", "resumed", payload, answer_at=guest)
        self.context.emit("linked", connector=guest.connector, with_=self.context.channel.name)
        return self._label(guest)

    async def part(self) -> bool:
        """See `bot.authoring.services.Linking.part`."""
        if not self.others():
            return False
        self.joins.part = self.context.address
        return True

    def others(self) -> list[Address]:
        """See `bot.authoring.services.Linking.others`."""
        here = self.context.address
        return [
            address
            for address in self.context.customer.addresses
            if (address.account, address.user) != (here.account, here.user)
        ]

    @property
    def _customers(self) -> Customers:
        return self.store.customers

    @property
    def _shelf(self) -> Shelf:
        return self.store.upkeep.shelf(ConnectorName("threadline"))

    async def _request(self, found: LinkCode, request: str) -> None:
        """Ask the side that made the code."""
        context = self.context
        kept: dict[str, Any] = {
            "host": found.customer, "guest": context.customer.id,
            "guest_address": _ADDRESS.dump_python(context.address, mode="json"),
        }  # fmt: skip
        expires: datetime = context.now + LIFETIME
        await self._shelf.put(f"request:{request}", kept, expires=expires)
        name = f" ({context.customer.name})" if context.customer.name else ""
        arguments = {"request": request, "who": f"{self._label(context.address)}{name}"}
        payload = {"command": "joining", "arguments": arguments}
        self._post(found.address, f"link:{request}", "started", payload)

    def _post(
        self,
        to: Address,
        event_id: str,
        name: str,
        payload: dict[str, Any],
        *,
        answer_at: Address | None = None,
    ) -> None:
        signal = Signal(
            event_id=EventId(event_id), name=name, payload=payload, address=answer_at or to
        )
        self.joins.posted.append(Posted(to=to, signal=signal))

    def _label(self, address: Address) -> str:
        return self.labels.get(address.connector, address.connector)

    async def _hash(self, code: str) -> str:
        """Key the hash, so that the table alone does not tell the codes."""
        kept = await self._shelf.get("link-key")
        if kept is None:
            kept = await self._shelf.keep("link-key", {"key": secrets.token_hex(32)})
        return hmac.new(str(kept["key"]).encode(), code.encode(), hashlib.sha256).hexdigest()
