"""Persons and the ids that Meta gives to them and to their messages."""

import base64
import re
import secrets
from dataclasses import dataclass

from bot import Body

_PHONE = re.compile(r"[1-9][0-9]{4,14}")  # E.164 without the plus
_SCOPED_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_COUNTRIES = {"1": "US", "33": "FR", "34": "ES", "39": "IT", "44": "GB", "49": "DE", "972": "IL"}
_ELSEWHERE = "XX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with WhatsApp; ``phone`` is None where Meta does not tell it to businesses."""

    scoped_id: str
    phone: str | None = None

    @property
    def name(self) -> str:
        """The profile's name, made from the id."""
        return f"Guest {(self.phone or self.scoped_id)[-4:]}"

    @property
    def contact(self) -> Body:
        """The entry of ``contacts`` in a webhook."""
        known = {"wa_id": self.phone} if self.phone else {}
        return {"profile": {"name": self.name}, **known, "user_id": self.scoped_id}


def person_of(name: str) -> Person:
    """Make a person of a phone number in digits, or of a business-scoped id.

    A phone's business-scoped id is made of its country and its digits: real ones do not show the
    phone, these do, so that a log can be read.
    """
    if is_scoped_id(name):
        return Person(scoped_id=name)
    if _PHONE.fullmatch(name):
        prefix = next((p for p in _COUNTRIES if name.startswith(p)), "")
        return Person(scoped_id=f"{_COUNTRIES.get(prefix, _ELSEWHERE)}.{name}", phone=name)
    raise ValueError(
        f"{name!r} is nobody on WhatsApp: give a phone number in digits (393331112222) or a "
        "business-scoped id (IT.abc123)"
    )


def is_scoped_id(name: str) -> bool:
    """Tell whether this has the form of a business-scoped id."""
    return _SCOPED_ID.fullmatch(name) is not None


def dialled(number: str) -> str | None:
    """Read a phone number as the API does, with or without plus, spaces and dashes."""
    digits = re.sub(r"[+() .-]", "", number)
    return digits if _PHONE.fullmatch(digits) else None


def new_message_id(person: Person) -> str:
    """Make an id as Meta does: opaque, with the other side's number inside."""
    owner = (person.phone or person.scoped_id).encode()[:30]
    inside = b"\x1d\x04" + bytes([len(owner)]) + owner + b"\x15\x02\x00" + secrets.token_bytes(12)
    return f"wamid.{base64.b64encode(inside).decode()}"
