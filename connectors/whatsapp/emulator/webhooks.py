"""Webhooks as Meta sends them: bodies, batches, signature."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot import Body
from connectors.whatsapp.emulator.people import Person
from connectors.whatsapp.emulator.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """The business's number, as webhooks name it."""

    phone_number_id: str
    display_phone_number: str
    business_account_id: str


OURS = Number(
    phone_number_id="106540352242922",
    display_phone_number="15550783881",
    business_account_id="102290129340398",
)
"""The number that every business here has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Something to be told: ``kind`` is the list it stands in, messages or statuses."""

    kind: str
    item: Body
    person: Person
    number: Number = OURS


def message_update(
    person: Person, message_id: str, content: Body, at: datetime, *, number: Number = OURS
) -> Update:
    """Tell of a message; ``from`` is missing where Meta does not tell the phone."""
    sender = {"from": person.phone} if person.phone else {}
    item = {
        **sender,
        "from_user_id": person.scoped_id,
        "id": message_id,
        "timestamp": str(int(at.timestamp())),
        **content,
    }
    return Update(kind="messages", item=item, person=person, number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message of the business as its statuses tell of it."""

    id: str
    person: Person
    callback_data: str | None = None
    number: Number = OURS


def status_update(
    sent: Sent, status: str, at: datetime, *, failure: Refusal | None = None
) -> Update:
    """Tell what became of a message of the business."""
    item: dict[str, object] = {
        "id": sent.id,
        "status": status,
        "timestamp": str(int(at.timestamp())),
        "recipient_user_id": sent.person.scoped_id,
    }
    if sent.person.phone:
        item["recipient_id"] = sent.person.phone
    if sent.callback_data is not None:
        item["biz_opaque_callback_data"] = sent.callback_data
    if failure is not None:
        item["errors"] = [failure.report()]
    elif status in {"sent", "delivered"}:
        item["pricing"] = {"billable": False, "pricing_model": "PMP", "category": "service"}
    return Update(kind="statuses", item=item, person=sent.person, number=sent.number)


def webhook(updates: Sequence[Update]) -> Body:
    """Put updates into one body, in order: a change for each run of one kind and number."""
    changes = [
        {"value": _value(number, kind, list(run)), "field": "messages"}
        for (number, kind), run in groupby(updates, key=lambda each: (each.number, each.kind))
    ]
    entry = {"id": OURS.business_account_id, "changes": changes}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def _value(number: Number, kind: str, updates: Sequence[Update]) -> Body:
    # system messages come without contacts (Meta, "System messages webhook reference")
    told = [update for update in updates if update.item.get("type") != "system"]
    people = {update.person.scoped_id: update.person for update in told}
    contacts = {"contacts": [person.contact for person in people.values()]} if people else {}
    return {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.display_phone_number,
            "phone_number_id": number.phone_number_id,
        },
        **contacts,
        kind: [update.item for update in updates],
    }


def written(body: Body) -> bytes:
    """Write a body as Meta does: compact, non-ASCII characters escaped."""
    return json.dumps(body, separators=(",", ":")).encode()


def signed(app_secret: str, body: bytes) -> dict[str, str]:
    """Make the headers of a webhook."""
    signature = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
