"""Updates that are no messages: where the bot may write, and groups that moved."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot import Moved, Reach, account_of
from connectors.telegram.wire import parse_update
from tests.connectors.telegram.updates import ADA, GROUP, PRIVATE_CHAT, SHOP_BOT, body, message

ACCOUNT = account_of("telegram", "42")
AT = 1_763_700_000


def member(status: str, **changes: Any) -> dict[str, Any]:
    return {"user": SHOP_BOT, "status": status} | changes


def changed(new: dict[str, Any], chat: dict[str, Any] = PRIVATE_CHAT) -> bytes:
    told = {"chat": chat, "from": ADA, "date": AT, "old_chat_member": member("member")}
    return body(my_chat_member=told | {"new_chat_member": new})


@pytest.mark.parametrize(("status", "is_open"), [("kicked", False), ("member", True)])
def test_a_person_shuts_the_bot_out_and_lets_it_in(status: str, *, is_open: bool) -> None:
    received = parse_update(ACCOUNT, changed(member(status)))

    moment = datetime.fromtimestamp(AT, UTC)
    assert received.news == (
        Reach(account=ACCOUNT, user="7", place="7", is_open=is_open, at=moment),
    )
    assert not received.messages


@pytest.mark.parametrize(
    ("new", "is_open"),
    [
        (member("left"), False),
        (member("kicked"), False),
        (member("member"), True),
        (member("administrator"), True),
        (member("restricted", is_member=True, can_send_messages=True), True),
        (member("restricted", is_member=True, can_send_messages=False), False),
        (member("restricted", is_member=False, can_send_messages=True), False),
    ],
)
def test_a_group_is_news_for_everybody_in_it(new: dict[str, Any], *, is_open: bool) -> None:
    (found,) = parse_update(ACCOUNT, changed(new, GROUP)).news

    assert isinstance(found, Reach)
    assert (found.user, found.place, found.is_open) == ("", "-100123", is_open)


def test_a_channel_is_nobodys_chat() -> None:
    received = parse_update(ACCOUNT, changed(member("left"), {"id": -1, "type": "channel"}))

    assert received.news == ()


def test_both_notices_of_a_group_that_moved_say_the_same() -> None:
    said = message(chat={"id": -5, "type": "group"}, migrate_to_chat_id=-1005)
    heard = message(chat={"id": -1005, "type": "supergroup"}, migrate_from_chat_id=-5)

    found = [parse_update(ACCOUNT, body(message=one)) for one in (said, heard)]

    assert [one.news for one in found] == [
        (Moved(account=ACCOUNT, place="-5", new_place="-1005"),)
    ] * 2
    assert not any(one.messages for one in found)


@pytest.mark.parametrize(
    "spoilt",
    [
        changed(member("kicked"))[:-2],
        changed({"user": SHOP_BOT}),
        changed(member("kicked"), {"type": "private"}),
    ],
)
def test_news_of_another_shape_are_kept_as_a_dead_letter(spoilt: bytes) -> None:
    received = parse_update(ACCOUNT, spoilt)

    assert (len(received.unreadable), received.news) == (1, ())


def test_a_moment_beyond_the_calendar_is_none() -> None:
    late = changed(member("kicked")).replace(str(AT).encode(), str(2**60).encode())

    (found,) = parse_update(ACCOUNT, late).news

    assert isinstance(found, Reach)
    assert found.at is None
