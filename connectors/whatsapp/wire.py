"""Read Meta's webhooks: signature, verification, bodies; pure.

A body holds ``entry[] x changes[] x messages[]/statuses[]``, several of each at a time. What
carries a customer's words becomes a message, what tells of ours a report; known kinds without
either are passed over; all else is kept as unreadable, one by one, so that nothing is lost with
its neighbours.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot import (
    AccountId,
    Address,
    DeliveryReport,
    EventId,
    InboundMessage,
    Profile,
    Received,
    Reported,
    Tap,
    Unreadable,
)
from connectors.whatsapp.contents import FILES, attachments_of, words_of
from connectors.whatsapp.fields import (
    Json,
    MalformedError,
    error_code_of,
    first_match,
    id_in,
    list_in,
    moment_of,
    object_in,
    text_of,
    word_in,
)

Item: TypeAlias = InboundMessage | DeliveryReport | Unreadable

_OUR_TOKEN = re.compile(r"[A-Za-z0-9_-]{11}\.[0-9]{1,8}")  # prompt id, dot, index
_PHONE = re.compile(r"[0-9]{5,20}")
_SCOPED_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")  # Meta: business-scoped user ids
_MAX_NAME = 200

_STATES = {
    "sent": Reported.SENT,
    "delivered": Reported.DELIVERED,
    "read": Reported.READ,
    "played": Reported.READ,
    "failed": Reported.FAILED,
}
_PASSED_STATES = frozenset({"deleted", "warning"})
_WORDS = frozenset({"contacts", "location", "order"})
_PASSED_MESSAGES = frozenset({"edit", "reaction", "request_welcome", "revoke", "system"})


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
    """Reads bodies for one phone number."""

    account: AccountId
    phone_number_id: str

    def read(self, body: bytes) -> Received:
        """Read a genuine body; never raises, and the same body gives the same result."""
        try:
            items = list(self._items(json.loads(body)))
        except (ValueError, RecursionError):
            items = [self._unreadable("no webhook of WhatsApp", body)]
        return Received(
            messages=[item for item in items if isinstance(item, InboundMessage)],
            reports=[item for item in items if isinstance(item, DeliveryReport)],
            unreadable=[item for item in items if isinstance(item, Unreadable)],
        )

    def _items(self, document: Json) -> Iterator[Item]:
        for entry in list_in(document, "entry"):
            try:
                changes = list_in(entry, "changes")
            except MalformedError as error:
                yield self._unreadable(str(error), entry)
                continue
            for change in changes:
                yield from self._of_change(change)

    def _of_change(self, change: Json) -> Iterator[Item]:
        match change:
            case {"field": "messages", "value": {"metadata": {"phone_number_id": str(number)}}}:
                yield from self._of_value(change["value"], is_ours=number == self.phone_number_id)
            case {"field": str(field)} if field != "messages":
                return
            case _:
                yield self._unreadable("change without phone_number_id", change)

    def _of_value(self, value: Json, *, is_ours: bool) -> Iterator[Item]:
        if "errors" in value and not {"messages", "statuses"} & value.keys():
            yield self._unreadable(f"error {error_code_of(value)}".rstrip(), value)
        for key, read in (("messages", self._message), ("statuses", self._report)):
            items = value.get(key) or []
            for item in items if isinstance(items, list) else [items]:
                if not is_ours:
                    yield self._unreadable("another number", item)
                    continue
                try:
                    found = read(item, value)
                except MalformedError as error:
                    yield self._unreadable(str(error), item)
                    continue
                if found is not None:
                    yield found

    def _message(self, item: Json, value: Json) -> InboundMessage | None:
        kind = word_in(item, "type")
        if kind in _PASSED_MESSAGES:
            return None
        said = _said(kind, item)
        if said is None:
            return None
        contact = _contact(item, value)
        sender = self._sender(item, contact)
        return InboundMessage(
            event_id=EventId(id_in(item, "id")),
            sender=sender,
            text="" if isinstance(said, Tap) else said,
            tap=said if isinstance(said, Tap) else None,
            attachments=attachments_of(kind, item),
            room=sender.place if sender.place != sender.user else None,
            profile=_profile(contact),
            sent_at=moment_of(item.get("timestamp")),
        )

    def _sender(self, item: Json, contact: Json) -> Address:
        phone = first_match(_PHONE, item.get("from"), contact.get("wa_id"))
        user = first_match(_SCOPED_ID, item.get("from_user_id"), contact.get("user_id")) or phone
        if user is None:
            raise MalformedError("message without sender")
        group = item.get("group_id")
        place = id_in(item, "group_id") if group else user
        return Address(account=self.account, user=user, place=place, phone=phone)

    def _report(self, item: Json, _value: Json) -> DeliveryReport | None:
        status = word_in(item, "status")
        if status in _PASSED_STATES:
            return None
        if status not in _STATES:
            raise MalformedError("unknown status")
        return DeliveryReport(
            account=self.account,
            provider_id=id_in(item, "id"),
            state=_STATES[status],
            at=moment_of(item.get("timestamp")),
            reason=error_code_of(item),
        )

    def _unreadable(self, reason: str, item: Json) -> Unreadable:
        """Keep an item; its id is Meta's or, where it has none, the fingerprint of its bytes."""
        body = item if isinstance(item, bytes) else json.dumps(item).encode()
        try:
            event_id = f"{id_in(item, 'id')}{_suffix(item)}"
        except MalformedError:
            event_id = hashlib.sha256(body).hexdigest()
        return Unreadable(
            account=self.account, event_id=EventId(event_id), reason=reason, body=body
        )


def _said(kind: str, item: Json) -> str | Tap | None:
    """Find the words or the tap of a message; "" where it has none that we can read."""
    match kind:
        case "text":
            return text_of(object_in(item, "text").get("body"))
        case "button":
            return _quick_reply(object_in(item, "button"))
        case "interactive":
            return _interactive(object_in(item, "interactive"))
        case _ if kind in FILES:
            return text_of(object_in(item, kind).get("caption", ""))
        case _ if kind in _WORDS:
            return words_of(kind, item)
        case _:
            code = error_code_of(item) if isinstance(item, dict) else ""
            raise MalformedError(f"unknown kind of message {code}".rstrip())


def _quick_reply(button: Json) -> str | Tap:
    """Read the button of a template: its payload is a token only if it looks like ours."""
    payload, text = button.get("payload"), text_of(button.get("text"))
    if isinstance(payload, str) and _OUR_TOKEN.fullmatch(payload):
        return Tap(token=payload, label=text)
    return text


def _interactive(content: Json) -> str | Tap | None:
    match content.get("type"):
        case "button_reply" | "list_reply" as kind:
            reply = object_in(content, kind)
            return Tap(token=id_in(reply, "id"), label=text_of(reply.get("title", "")))
        case "nfm_reply":
            return ""
        case "call_permission_reply":
            return None
        case _:
            raise MalformedError("unknown kind of interactive message")


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
