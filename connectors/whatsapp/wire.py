"""Read Meta's webhooks: signature, verification, bodies; pure.

A body holds ``entry[] x changes[] x messages[]/statuses[]``, several of each at a time. What
carries a customer's words becomes a message, what tells of ours a report, what tells of a person's
address news; known kinds without any of these are passed over; all else is kept as unreadable, one
by one, so that nothing is lost with its neighbours.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from bot import (
    AccountId,
    Address,
    DeliveryReport,
    EventId,
    InboundMessage,
    Moved,
    Profile,
    Reach,
    Received,
    Reported,
    Unreadable,
    account_of,
)
from connectors.whatsapp.codes import told
from connectors.whatsapp.fields import (
    Json,
    MalformedError,
    error_code_of,
    first_match,
    id_in,
    list_in,
    moment_of,
    text_of,
    word_in,
)
from connectors.whatsapp.news import PHONE, SCOPED_ID, moves_in, reach_in, updates_in
from connectors.whatsapp.said import MESSAGE, said_in

Item: TypeAlias = InboundMessage | DeliveryReport | Unreadable | Reach | Moved

MAX_ITEMS = 3000
"""Of one body: Meta batches up to 1,000 updates, and some of them are two things to us."""

_MAX_NAME = 200

_STATES = {
    "sent": Reported.SENT,
    "delivered": Reported.DELIVERED,
    "read": Reported.READ,
    "played": Reported.READ,
    "failed": Reported.FAILED,
}
_PASSED_STATES = frozenset({"deleted", "warning"})


def is_signed(secret: str, body: bytes, header: str) -> bool:
    """Tell whether ``X-Hub-Signature-256`` was made with the app's secret over these bytes."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return _are_equal(f"sha256={expected}", header)


def find_challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """Find what to answer to Meta's verification; None if it does not know the token."""
    is_known = _are_equal(query.get("hub.verify_token", ""), verify_token)
    is_wanted = is_known and query.get("hub.mode") == "subscribe"
    return query.get("hub.challenge") if is_wanted else None


def _are_equal(one: str, other: str) -> bool:
    """Compare in constant time whatever a header may hold, undecodable bytes included."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads bodies for the phone numbers of one connector.

    ``numbers`` are Meta's ids; what is about none of them is kept under the first one's account.
    """

    connector: str
    numbers: Sequence[str]

    def read(self, body: bytes) -> Received:
        """Read a genuine body; never raises, and the same body gives the same result."""
        try:
            found = list(islice(self._items(json.loads(body)), MAX_ITEMS + 1))
            too_many = [self.keep("too many items", body)] if len(found) > MAX_ITEMS else []
            items: Sequence[Item] = [*found[:MAX_ITEMS], *too_many]
        except (ValueError, RecursionError):
            items = [self.keep("no webhook of WhatsApp", body)]
        return Received(
            messages=[item for item in items if isinstance(item, InboundMessage)],
            reports=[item for item in items if isinstance(item, DeliveryReport)],
            unreadable=[item for item in items if isinstance(item, Unreadable)],
            news=[item for item in items if isinstance(item, Reach | Moved)],
        )

    def _items(self, document: Json) -> Iterator[Item]:
        for entry in list_in(document, "entry"):
            try:
                changes = list_in(entry, "changes")
            except MalformedError as error:
                yield self.keep(str(error), entry)
                continue
            for change in changes:
                yield from self._of_change(change)

    def _of_change(self, change: Json) -> Iterator[Item]:
        match change:
            case {
                "field": "messages" | "user_id_update" as field,
                "value": {"metadata": {"phone_number_id": str(number)}},
            }:
                part = _Change(reader=self, value=change["value"], number=number)
                yield from part.messages() if field == "messages" else part.updates()
            case {"field": str(field)} if field != "messages":
                return
            case _:
                yield self.keep("change without phone_number_id", change)

    def keep(self, reason: str, item: Json, number: str | None = None) -> Unreadable:
        """Keep an item; its id is Meta's or, where it has none, the fingerprint of its bytes."""
        body = item if isinstance(item, bytes) else json.dumps(item).encode()
        try:
            event_id = f"{id_in(item, 'id')}{_suffix(item)}"
        except MalformedError:
            event_id = hashlib.sha256(body).hexdigest()
        account = account_of(self.connector, number or self.numbers[0])
        return Unreadable(account=account, event_id=EventId(event_id), reason=reason, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What one change tells about one number."""

    reader: Reader
    value: Json
    number: str

    @property
    def account(self) -> AccountId:
        return account_of(self.reader.connector, self.number)

    def messages(self) -> Iterator[Item]:
        if "errors" in self.value and not {"messages", "statuses"} & self.value.keys():
            yield self._kept(f"error {error_code_of(self.value)}".rstrip(), self.value)
        for key in ("messages", "statuses"):
            items = self.value.get(key) or []
            for item in items if isinstance(items, list) else [items]:
                yield from self._safely(key, item)

    def updates(self) -> Iterator[Item]:
        yield from self._safely("updates", self.value)

    def _safely(self, key: str, item: Json) -> Iterator[Item]:
        """Read one item whole, or keep it whole."""
        if self.number not in self.reader.numbers:
            yield self.reader.keep("another number", item)
            return
        try:
            found = tuple(self._read(key, item))
        except MalformedError as error:
            found = (self._kept(str(error), item),)
        yield from found

    def _read(self, key: str, item: Json) -> Iterator[Item]:
        match key:
            case "messages" if word_in(item, "type") == "system":
                yield from moves_in(self.account, item)
            case "messages":
                yield from self._message(item)
            case "statuses":
                yield from self._report(item)
            case _:
                yield from updates_in(self.account, item)

    def _message(self, item: Json) -> Iterator[InboundMessage]:
        said = said_in(item)
        if said is None:
            return
        contact = _contact(item, self.value)
        sender = self._sender(item, contact)
        event_id = id_in(item, "id")
        yield InboundMessage(
            event_id=EventId(event_id),
            sender=sender,
            text=said.text,
            tap=said.tap,
            form=said.form,
            attachments=said.attachments,
            room=sender.place if sender.place != sender.user else None,
            profile=_profile(contact),
            sent_at=moment_of(item.get("timestamp")),
            hints={**said.hints, MESSAGE: event_id},
        )

    def _sender(self, item: Json, contact: Json) -> Address:
        phone = first_match(PHONE, item.get("from"), contact.get("wa_id"))
        user = first_match(SCOPED_ID, item.get("from_user_id"), contact.get("user_id")) or phone
        if user is None:
            raise MalformedError("message without sender")
        group = item.get("group_id")
        place = id_in(item, "group_id") if group else user
        return Address(account=self.account, user=user, place=place, phone=phone)

    def _report(self, item: Json) -> Iterator[DeliveryReport | Reach]:
        status = word_in(item, "status")
        if status in _PASSED_STATES:
            return
        if status not in _STATES:
            raise MalformedError("unknown status")
        yield DeliveryReport(
            account=self.account,
            provider_id=id_in(item, "id"),
            state=_STATES[status],
            at=moment_of(item.get("timestamp")),
            reason=told(error_code_of(item)),
        )
        yield from reach_in(self.account, item)

    def _kept(self, reason: str, item: Json) -> Unreadable:
        return self.reader.keep(reason, item, self.number)


def _contact(item: Json, value: Json) -> Json:
    """Find the contact of a message's sender; {} if none is surely the sender's."""
    contacts = value.get("contacts")
    known = [c for c in contacts if isinstance(c, dict)] if isinstance(contacts, list) else []
    ids = {"wa_id": item.get("from"), "user_id": item.get("from_user_id")}
    for key in ("user_id", "wa_id"):
        for contact in known:
            if ids[key] and contact.get(key) == ids[key]:
                return contact
    # a lone contact that lacks the id to compare by is the sender's all the same
    lone = known[0] if len(known) == 1 else {}
    denied = any(ids[key] and lone.get(key) for key in ids)
    return {} if denied else lone


def _profile(contact: Json) -> Profile:
    match contact:
        case {"profile": {"name": str(name)}}:
            return Profile(name=text_of(name)[:_MAX_NAME] or None)
        case _:
            return Profile()


def _suffix(item: Json) -> str:
    status = word_in(item, "status")
    return f"/{status[:20]}" if status.isprintable() and status else ""
