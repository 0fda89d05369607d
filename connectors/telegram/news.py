"""Updates that tell of the bot's standing: shut out, let in again, a group that moved. No I/O.

Bot API, types ChatMemberUpdated (``my_chat_member``) and Message (``migrate_…_chat_id``).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot import AccountId, Moved, Reach
from connectors.telegram.fields import integer, mapping, number, text

_OUTSIDE = frozenset({"left", "kicked"})
_ROOMS = frozenset({"group", "supergroup"})


def reach_of(account: AccountId, item: Mapping[str, Any]) -> Sequence[Reach]:
    """Read ``my_chat_member``: blocked or unblocked in private, taken out of a group or put in.

    A group's has no user: it is about everybody there.
    """
    chat, member = mapping(item, "chat"), mapping(item, "new_chat_member")
    kind, place = text(chat, "type"), str(integer(chat, "id"))
    is_open = _may_write(member)
    at = _moment(integer(item, "date"))
    if kind == "private":
        user = str(integer(mapping(item, "from"), "id"))
        return (Reach(account=account, user=user, is_open=is_open, place=place, at=at),)
    if kind in _ROOMS:
        return (Reach(account=account, user="", is_open=is_open, place=place, at=at),)
    return ()


def move_of(account: AccountId, item: Mapping[str, Any]) -> Sequence[Moved]:
    """Read the notice of a group that became a supergroup; both chats get one."""
    chat = integer(mapping(item, "chat"), "id")
    new, old = number(item, "migrate_to_chat_id"), number(item, "migrate_from_chat_id")
    if new is not None:
        return (Moved(account=account, place=str(chat), new_place=str(new)),)
    if old is not None:
        return (Moved(account=account, place=str(old), new_place=str(chat)),)
    return ()


def _may_write(member: Mapping[str, Any]) -> bool:
    status = text(member, "status")
    if status == "restricted":
        return member.get("is_member") is True and member.get("can_send_messages") is not False
    return status not in _OUTSIDE


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
