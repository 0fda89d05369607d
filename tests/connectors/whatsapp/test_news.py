"""New ids of persons, and who cannot be reached."""

from typing import Any

import pytest

from bot import Moved, Reach, Received, Reported
from connectors.whatsapp.codes import CODES
from tests.connectors.whatsapp.benches import PHONE, SCOPED
from tests.connectors.whatsapp.test_wire import ACCOUNT, READER, body_of, message, value_of

NEW_PHONE, NEW_SCOPED = "393335556666", "IT.new456"


def told(**system: Any) -> Received:
    """Read a system message, which comes without contacts."""
    item = message(type="system", system={"body": "changed", **system})
    return READER.read(body_of(value_of(messages=[item])))


def failed(code: int, **recipient: str) -> Received:
    item = {"id": "wamid.B", "status": "failed", "errors": [{"code": code}], **recipient}
    return READER.read(body_of(value_of(statuses=[item])))


def updated(*updates: Any) -> Received:
    return READER.read(body_of(value_of(user_id_update=list(updates)), field="user_id_update"))


def test_a_new_number_moves_whoever_was_known_by_the_old_one() -> None:
    received = told(type="user_changed_number", wa_id=NEW_PHONE)

    assert received.news == [
        Moved(account=ACCOUNT, user=PHONE, new_user=NEW_PHONE, new_phone=NEW_PHONE)
    ]
    assert not received.messages


def test_a_new_number_brings_a_new_scoped_id() -> None:
    received = told(
        type="user_changed_number", wa_id=NEW_PHONE, user_id=NEW_SCOPED, previous_user_id=SCOPED
    )

    assert received.news == [
        Moved(account=ACCOUNT, user=old, new_user=NEW_SCOPED, new_phone=NEW_PHONE)
        for old in (SCOPED, PHONE)
    ]


def test_a_new_scoped_id_may_come_without_any_phone() -> None:
    item = message(
        type="system",
        system={
            "type": "user_changed_user_id", "user_id": NEW_SCOPED, "previous_user_id": SCOPED,
        },
    )  # fmt: skip
    del item["from"]

    received = READER.read(body_of(value_of(messages=[item])))

    assert received.news == [Moved(account=ACCOUNT, user=SCOPED, new_user=NEW_SCOPED)]


@pytest.mark.parametrize("system", [{}, {"wa_id": "soon"}, {"user_id": "no id"}])
def test_a_change_that_does_not_say_to_what_is_kept(system: dict[str, Any]) -> None:
    received = told(type="user_changed_number", **system)

    assert not received.news
    assert len(received.unreadable) == 1


def test_a_change_of_keys_is_nothing() -> None:
    assert told(type="customer_identity_changed").news == []


@pytest.mark.parametrize(
    "update",
    [
        {"user_id": {"previous": SCOPED, "current": NEW_SCOPED}, "wa_id": NEW_PHONE},
        {"previous_user_id": SCOPED, "user_id": NEW_SCOPED, "wa_id": NEW_PHONE},
    ],
)
def test_the_field_of_new_ids_moves_a_person(update: Any) -> None:
    assert updated(update).news == [
        Moved(account=ACCOUNT, user=SCOPED, new_user=NEW_SCOPED, new_phone=NEW_PHONE)
    ]


@pytest.mark.parametrize("update", [None, {}, {"user_id": NEW_SCOPED}, "x"])
def test_the_field_of_new_ids_without_them_is_kept(update: Any) -> None:
    received = updated(update)

    assert not received.news
    assert len(received.unreadable) == 1


def test_who_cannot_be_reached_is_told_of_by_both_ids() -> None:
    received = failed(131026, recipient_id=PHONE, recipient_user_id=SCOPED)

    assert received.news == [
        Reach(account=ACCOUNT, user=user, is_open=False) for user in (SCOPED, PHONE)
    ]
    assert [report.state for report in received.reports] == [Reported.FAILED]


@pytest.mark.parametrize("code", [131047, 131049, 131050, 130472, 131053, 131056, 190])
def test_any_other_failure_shuts_nobody_out(code: int) -> None:
    received = failed(code, recipient_id=PHONE)

    assert received.news == []
    assert received.reports[0].reason == f"{code}: {CODES[code].why}"


def test_marketing_preferences_say_nothing_about_answers() -> None:
    preferences = [{"wa_id": PHONE, "category": "marketing_messages", "value": "stop"}]
    body = body_of(value_of(user_preferences=preferences), field="user_preferences")

    assert READER.read(body) == Received(messages=[], reports=[], unreadable=[], news=[])
