"""What Meta tells of persons besides their words: a new id, a message that reached nobody; pure.

Meta, "System messages webhook" and changelog (August 2026): a change of number brings a new
business-scoped id, told in the system message; where no phone may be told, only the id. The field
``user_id_update`` is what earlier documents announced for it; it is read as others describe it.
"""

import re
from collections.abc import Iterator

from bot import AccountId, Moved, Reach
from connectors.whatsapp.codes import CODES, Act
from connectors.whatsapp.fields import (
    Json,
    MalformedError,
    error_code_of,
    first_match,
    moment_of,
    object_in,
    word_in,
)

PHONE = re.compile(r"[0-9]{5,20}", re.ASCII)
SCOPED_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")  # Meta: business-scoped user ids

_MOVES = frozenset({"user_changed_number", "user_changed_user_id", "customer_changed_number"})


def moves_in(account: AccountId, item: Json) -> Iterator[Moved]:
    """Read a system message: none where it tells of no new id."""
    system = object_in(item, "system")
    if word_in(system, "type") not in _MOVES:
        return
    phone = first_match(PHONE, system.get("wa_id"), system.get("new_wa_id"))
    new = first_match(SCOPED_ID, system.get("user_id")) or phone
    old = (
        first_match(SCOPED_ID, system.get("previous_user_id"), item.get("from_user_id")),
        first_match(PHONE, item.get("from"), system.get("customer")),
    )
    if new is None or not any(old):
        raise MalformedError("a change of number without both ids")
    yield from _moves(account, old, new, phone)


def updates_in(account: AccountId, value: Json) -> Iterator[Moved]:
    """Read the field ``user_id_update``."""
    found = value.get("user_id_update")
    for each in found if isinstance(found, list) else [found]:
        match each:
            case {"user_id": {"previous": previous, "current": current}, **rest}:
                ids = first_match(SCOPED_ID, previous), first_match(SCOPED_ID, current)
            case {"previous_user_id": previous, "user_id": current, **rest}:
                ids = first_match(SCOPED_ID, previous), first_match(SCOPED_ID, current)
            case _:
                raise MalformedError("a new id without both ids")
        if None in ids:
            raise MalformedError("a new id without both ids")
        yield from _moves(account, ids[:1], str(ids[1]), first_match(PHONE, rest.get("wa_id")))


def _moves(
    account: AccountId, old: tuple[str | None, ...], new: str, phone: str | None
) -> Iterator[Moved]:
    """Move a person's chat, which is named after them, from whichever id it is known by."""
    for user in filter(None, dict.fromkeys(old)):
        if user != new:
            yield Moved(account=account, user=user, new_user=new, new_phone=phone)


def reach_in(account: AccountId, status: Json) -> Iterator[Reach]:
    """Read from a failed status that nothing gets through to a person; none for other failures.

    Who was first known by the phone is told of by both ids.
    """
    code = error_code_of(status)
    known = CODES.get(int(code)) if code else None
    if word_in(status, "status") != "failed" or known is None or known.act is not Act.BLOCKED:
        return
    at = moment_of(status.get("timestamp"))
    scoped = first_match(SCOPED_ID, status.get("recipient_user_id"))
    phone = first_match(PHONE, status.get("recipient_id"))
    for user in filter(None, (scoped, phone)):
        yield Reach(account=account, user=user, is_open=False, at=at)
