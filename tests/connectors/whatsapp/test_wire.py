import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import (
    DeliveryReport,
    InboundMessage,
    Received,
    Reported,
    Tap,
    Unreadable,
    account_of,
)
from connectors.whatsapp.codes import told
from connectors.whatsapp.wire import MAX_ITEMS, Reader, find_challenge, is_signed
from tests.connectors.whatsapp.benches import PHONE, SAMPLES, SCOPED

NUMBER = "106540352242922"
ACCOUNT = account_of("shop", NUMBER)
READER = Reader(connector="shop", numbers=(NUMBER,))
CONTACT = {"profile": {"name": "Ada"}, "wa_id": PHONE, "user_id": SCOPED}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KINDS = st.sampled_from(["text", "button", "interactive", "image", "order", "odd"])
FIELDS = st.sampled_from(
    ["id", "from", "from_user_id", "group_id", "type", "text", "status", "timestamp", "errors"]
)


def value_of(*, number: str = NUMBER, **lists: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "15550783881", "phone_number_id": number}
    return {"messaging_product": "whatsapp", "metadata": metadata, **lists}


def body_of(*values: Any, field: str = "messages") -> bytes:
    changes = [{"value": value, "field": field} for value in values]
    entry = {"id": "1", "changes": changes}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def message(**fields: Any) -> dict[str, Any]:
    return {
        "from": PHONE, "id": "wamid.A", "timestamp": "1697043473", "type": "text",
        "text": {"body": "Hello"}, **fields,
    }  # fmt: skip


def read_one(item: Any, contacts: Any = (CONTACT,)) -> Received:
    return READER.read(body_of(value_of(messages=[item], contacts=list(contacts))))


def read_message(item: Any, contacts: Any = (CONTACT,)) -> InboundMessage:
    received = read_one(item, contacts)
    assert not received.unreadable
    (found,) = received.messages
    return found


def test_a_text_brings_words_sender_name_and_time() -> None:
    found = read_message(message())

    assert (found.event_id, found.text, found.tap, found.room) == ("wamid.A", "Hello", None, None)
    assert (found.sender.user, found.sender.place) == (SCOPED, SCOPED)
    assert (found.sender.phone, found.sender.account) == (PHONE, ACCOUNT)
    assert found.profile.name == "Ada"
    assert found.sent_at == datetime(2023, 10, 11, 16, 57, 53, tzinfo=UTC)


def test_the_scoped_id_of_the_message_goes_before_that_of_the_contact() -> None:
    contact = {**CONTACT, "user_id": "IT.parent"}

    assert read_message(message(from_user_id=SCOPED), [contact]).sender.user == SCOPED


def test_an_older_body_without_scoped_ids_is_known_by_its_phone() -> None:
    found = read_message(message(), [{"profile": {"name": "Ada"}, "wa_id": PHONE}])

    assert (found.sender.user, found.sender.phone) == (PHONE, PHONE)


def test_somebody_without_a_phone_is_known_by_the_scoped_id() -> None:
    item = message(from_user_id=SCOPED)
    del item["from"]

    found = read_message(item, [{"profile": {"name": "Ada"}, "user_id": SCOPED}])

    assert (found.sender.user, found.sender.phone, found.profile.name) == (SCOPED, None, "Ada")


def test_another_persons_contact_is_never_taken_for_the_senders() -> None:
    found = read_message(message(), [{"wa_id": "15551234567", "user_id": "US.other"}])

    assert (found.sender.user, found.sender.phone, found.profile.name) == (PHONE, PHONE, None)


def test_in_a_batch_everybody_has_their_own_contact() -> None:
    other = {"profile": {"name": "Bo"}, "wa_id": "15551234567", "user_id": "US.bo"}
    items = [message(), message(**{"from": "15551234567", "id": "wamid.B"})]

    received = READER.read(body_of(value_of(messages=items, contacts=[CONTACT, other])))

    assert [found.profile.name for found in received.messages] == ["Ada", "Bo"]
    assert [found.sender.user for found in received.messages] == [SCOPED, "US.bo"]


def test_a_message_in_a_group_is_answered_in_the_group() -> None:
    found = read_message(message(group_id="group-1"))

    assert (found.room, found.sender.place, found.sender.user) == ("group-1", "group-1", SCOPED)


@pytest.mark.parametrize("kind", ["button_reply", "list_reply"])
def test_a_reply_to_options_is_a_tap(kind: str) -> None:
    content = {"type": kind, kind: {"id": "AbCdEfGhIjK.2", "title": "Four"}}

    found = read_message(message(type="interactive", interactive=content))

    assert found.tap == Tap(token="AbCdEfGhIjK.2", label="Four")
    assert found.text == ""


def test_a_templates_button_is_a_tap_only_if_it_holds_our_token() -> None:
    ours = {"payload": "AbCdEfGhIjK.2", "text": "Four"}
    theirs = {"payload": "SIM", "text": "Sim"}

    assert read_message(message(type="button", button=ours)).tap == Tap(
        token="AbCdEfGhIjK.2", label="Four"
    )
    assert read_message(message(type="button", button=theirs)).text == "Sim"


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "sticker"])
def test_media_bring_their_caption_or_nothing(kind: str) -> None:
    with_words = message(type=kind, **{kind: {"id": "1", "caption": "A dog"}})
    without = message(type=kind, **{kind: {"id": "1"}})

    assert read_message(with_words).text == "A dog"
    assert read_message(without).text == ""


@pytest.mark.parametrize("kind", ["location", "contacts", "order"])
def test_what_has_no_words_still_asks_for_an_answer(kind: str) -> None:
    assert read_message(message(type=kind, **{kind: {}})).text == ""


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("reaction", {"message_id": "wamid.B"}),
        ("reaction", {"message_id": "wamid.B", "emoji": ""}),
        ("reaction", {"message_id": "wamid.B", "emoji": "😮"}),
        ("revoke", {"original_message_id": "wamid.B"}),
        ("system", {"type": "customer_identity_changed"}),
        ("edit", {"message": {"type": "reaction", "reaction": {}}}),
        ("interactive", {"type": "call_permission_reply"}),
    ],
)
def test_known_kinds_that_are_no_message_are_passed_over(kind: str, content: Any) -> None:
    assert read_one(message(type=kind, **{kind: content})) == Received(
        messages=[], reports=[], unreadable=[], news=[]
    )


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (message(type="hologram"), "unknown kind of message"),
        (message(type="unsupported", errors=[{"code": 131051}]), "unknown kind of message 131051"),
        (message(text={}), "no text"),
        (message(text=None), "no object text"),
        (message(id=""), "no id"),
        (message(**{"from": "nobody"}), "message without sender"),
        (message(type="interactive"), "no object interactive"),
        (message(type="interactive", interactive={"type": "x"}), "unknown kind of interactive"),
        ("hello", "unknown kind of message"),
    ],
)
def test_what_cannot_be_understood_is_kept(item: Any, reason: str) -> None:
    received = read_one(item, [])

    assert not received.messages
    (letter,) = received.unreadable
    assert letter.reason.startswith(reason)
    assert json.loads(letter.body) == item


def test_one_bad_item_takes_nothing_with_it() -> None:
    items = [message(), message(id="wamid.B", type="hologram"), message(id="wamid.C")]
    statuses = [{"id": "wamid.D", "status": "sent"}]

    received = READER.read(
        body_of(
            value_of(messages=items, statuses=statuses), "what?", value_of(messages=[message()])
        )
    )

    assert [found.event_id for found in received.messages] == ["wamid.A", "wamid.C", "wamid.A"]
    assert [report.provider_id for report in received.reports] == ["wamid.D"]
    assert len(received.unreadable) == 2


def test_another_numbers_messages_are_kept_apart() -> None:
    value = value_of(number="1", messages=[message()], statuses=[{"id": "w", "status": "sent"}])

    received = READER.read(body_of(value))

    assert not received.messages
    assert not received.reports
    assert [letter.reason for letter in received.unreadable] == ["another number"] * 2


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("sent", Reported.SENT),
        ("delivered", Reported.DELIVERED),
        ("read", Reported.READ),
        ("played", Reported.READ),
    ],
)
@pytest.mark.parametrize("timestamp", ["1697043473", 1697043473])
def test_statuses_are_reports(status: str, state: Reported, timestamp: object) -> None:
    item = {"id": "wamid.A", "status": status, "timestamp": timestamp, "recipient_id": PHONE}

    received = READER.read(body_of(value_of(statuses=[item])))

    assert received.reports == [
        DeliveryReport(
            account=ACCOUNT,
            provider_id="wamid.A",
            state=state,
            at=datetime(2023, 10, 11, 16, 57, 53, tzinfo=UTC),
        )
    ]


def test_a_failure_says_its_code() -> None:
    item = {"id": "wamid.A", "status": "failed", "errors": [{"code": 131047, "title": "x"}]}

    (report,) = READER.read(body_of(value_of(statuses=[item]))).reports

    assert (report.state, report.at) == (Reported.FAILED, None)
    assert report.reason == told("131047")
    assert "only a template" in report.reason


@pytest.mark.parametrize("timestamp", [None, "", "soon", -1, 1 << 60, "9" * 99, 1.5, "١٢"])
def test_an_impossible_time_is_no_time(timestamp: object) -> None:
    assert read_message(message(timestamp=timestamp)).sent_at is None


def test_other_fields_are_passed_over() -> None:
    assert READER.read(body_of({"event": "x"}, field="account_update")).unreadable == []


def test_an_error_of_the_account_is_kept() -> None:
    (letter,) = READER.read(body_of(value_of(errors=[{"code": 130429}]))).unreadable

    assert letter.reason == "error 130429"


def test_letters_that_no_database_keeps_are_cleaned() -> None:
    assert read_message(message(text={"body": "a\0b\ud800c"})).text == "ab?c"


def test_deep_nesting_is_no_crash() -> None:
    (letter,) = READER.read(b"[" * 100_000).unreadable

    assert letter.reason == "no webhook of WhatsApp"


def test_a_body_without_end_is_kept_whole_once_it_is_too_long() -> None:
    body = json.dumps({"entry": [[]] * (MAX_ITEMS + 7)}).encode()

    *_, letter = READER.read(body).unreadable

    assert len(READER.read(body).unreadable) == MAX_ITEMS + 1
    assert (letter.reason, letter.body) == ("too many items", body)


@given(st.binary(max_size=60) | JSON.map(lambda found: json.dumps(found).encode()))
def test_any_body_can_be_read_twice_with_the_same_result(body: bytes) -> None:
    assert READER.read(body) == READER.read(body)


@given(JSON, JSON, KINDS)
def test_any_item_becomes_one_thing_at_most(content: Any, extra: Any, kind: str) -> None:
    item = message(**{"type": kind, kind: content, "timestamp": extra, "from_user_id": extra})

    received = READER.read(body_of(value_of(messages=[item], contacts=extra, statuses=[content])))

    found: list[InboundMessage | Unreadable] = [*received.messages, *received.unreadable]
    assert 1 <= len(found) + len(received.reports) <= 2


@given(JSON, st.dictionaries(FIELDS, JSON))
def test_no_form_of_an_item_is_a_crash(item: Any, fields: dict[str, Any]) -> None:
    items = [item, fields, {**message(), **fields}]
    entries = [item, {"changes": item}, {"changes": [item, {"field": "messages", "value": item}]}]
    valued = body_of(value_of(messages=items, statuses=items, contacts=items))
    enveloped = json.dumps({"entry": entries}).encode()

    for body in (valued, enveloped):
        received = READER.read(body)
        assert received.response.status == 200
        assert received == READER.read(body)


def test_the_signature_is_over_the_bytes() -> None:
    path = SAMPLES / "specs/signature-vector.json"
    if not path.exists():
        pytest.skip("no ../shared: it holds the vector")
    vector = json.loads(path.read_text())
    secret, body, signature = vector["secret"], vector["body"].encode(), vector["signature"]

    assert is_signed(secret, body, signature)
    assert not is_signed(secret, body + b" ", signature)
    assert not is_signed("other", body, signature)


@given(st.text(alphabet=st.characters(), max_size=80) | st.just("sha256=\udcff"))
def test_any_header_can_be_compared(header: str) -> None:
    assert not is_signed("secret", b"body", header)


@pytest.mark.parametrize(
    ("query", "challenge"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": "v", "hub.challenge": "7"}, "7"),
        ({"hub.mode": "subscribe", "hub.verify_token": "w", "hub.challenge": "7"}, None),
        ({"hub.mode": "subscribe", "hub.verify_token": "\udcff", "hub.challenge": "7"}, None),
        ({"hub.mode": "subscribe", "hub.verify_token": "é", "hub.challenge": "7"}, None),
        ({"hub.mode": "other", "hub.verify_token": "v", "hub.challenge": "7"}, None),
        ({}, None),
    ],
)
def test_only_who_knows_the_token_gets_the_challenge(
    query: dict[str, str], challenge: str | None
) -> None:
    assert find_challenge(query, "v") == challenge
