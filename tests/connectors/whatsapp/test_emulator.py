import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st

from bot import (
    Address,
    EmulatorSettings,
    Faults,
    OutboundMessage,
    PermanentSendError,
    Reported,
    account_of,
)
from bot.testing.contracts.workbench import NAME, Workbench
from connectors.whatsapp.codes import told
from connectors.whatsapp.emulator import open_emulator
from connectors.whatsapp.emulator.checks import check_message
from connectors.whatsapp.emulator.delivery import GIVE_UP_AFTER, pauses
from connectors.whatsapp.emulator.people import person_of
from connectors.whatsapp.emulator.phones import Phone
from connectors.whatsapp.emulator.refusals import RefusedError
from connectors.whatsapp.emulator.webhooks import Sent
from tests.connectors.whatsapp.benches import PHONE, SCOPED, emulator_of, open_bench

ANSWER = OutboundMessage(text="Booked.")


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_bench() as bench:
        yield bench


def states(bench: Workbench) -> list[tuple[Reported, str]]:
    return [(r.state, r.reason) for received in bench.received for r in received.reports]


def text(**fields: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp", "to": PHONE, "type": "text",
        "text": {"body": "Hello"}, **fields,
    }  # fmt: skip


def buttons(*titles: str, body: str = "Well?") -> dict[str, Any]:
    replies = [
        {"type": "reply", "reply": {"id": f"b{n}", "title": t}} for n, t in enumerate(titles)
    ]
    content = {"type": "button", "body": {"text": body}, "action": {"buttons": replies}}
    return text(type="interactive", interactive=content)


def rows(*rows: dict[str, str], button: str = "Choose", title: str = "") -> dict[str, Any]:
    section = {"rows": list(rows), **({"title": title} if title else {})}
    action = {"button": button, "sections": [section]}
    content = {"type": "list", "body": {"text": "Which?"}, "action": action}
    return text(type="interactive", interactive=content)


async def posted(bench: Workbench, body: Any, token: str | None = None) -> tuple[int, Any]:
    """Send a request as any client would."""
    table = bench.emulator.connector_settings()
    url = f"{table['api_url']}/{table['phone_number_id']}/messages"
    headers = {"Authorization": f"Bearer {token or table['access_token']}"}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        ClientSession() as http,
        http.post(url, data=raw, headers=headers) as response,
    ):
        return response.status, await response.json()


async def test_a_message_is_sent_then_delivered_then_read(bench: Workbench) -> None:
    message = await bench.hears("hello")
    await bench.answers(ANSWER, message)
    await bench.emulator.settled()
    await emulator_of(bench).looks(PHONE)

    assert [state for state, _ in states(bench)] == [
        Reported.SENT,
        Reported.DELIVERED,
        Reported.READ,
    ]


async def test_statuses_may_come_in_the_wrong_order(bench: Workbench) -> None:
    message = await bench.hears("hello")
    emulator_of(bench).swap_statuses(1)

    await bench.answers(ANSWER, message)
    await bench.emulator.settled()

    assert [state for state, _ in states(bench)] == [Reported.DELIVERED, Reported.SENT]


async def test_who_answers_has_read(bench: Workbench) -> None:
    message = await bench.hears("hello")
    await bench.answers(ANSWER, message)
    await bench.emulator.settled()

    await bench.hears("thanks")

    assert states(bench)[-1] == (Reported.READ, "")


async def test_after_a_day_an_answer_fails_with_a_report(bench: Workbench) -> None:
    message = await bench.hears("hello")
    emulator_of(bench).forward(timedelta(hours=24, seconds=1))

    receipt = await bench.answers(ANSWER, message)
    await bench.emulator.settled()

    assert receipt.provider_id
    assert not bench.replies
    assert states(bench) == [(Reported.FAILED, told("131047"))]


async def test_a_new_message_opens_the_window_again(bench: Workbench) -> None:
    await bench.hears("hello")
    emulator_of(bench).forward(timedelta(days=90))

    await bench.answers(ANSWER, await bench.hears("still there?"))

    assert len(bench.replies) == 1


async def test_a_template_needs_no_window(bench: Workbench) -> None:
    template = {"name": "hello_world", "language": {"code": "en_US"}}

    status, _ = await posted(bench, text(type="template", template=template))

    assert status == 200
    assert [seen.text for seen in bench.replies] == ["Welcome and congratulations!"]


async def test_a_scoped_id_in_to_is_accepted_and_dropped(bench: Workbench) -> None:
    await bench.emulator.says(SCOPED, "hello")

    status, answer = await posted(bench, text(to=SCOPED))
    await bench.emulator.settled()

    assert status == 200
    assert answer["messages"][0]["id"]
    assert len(bench.emulator.screen(SCOPED)) == 1
    assert not states(bench)


async def test_a_phone_goes_before_a_scoped_id(bench: Workbench) -> None:
    await bench.hears("hello")
    await bench.emulator.says(SCOPED, "hello")

    await posted(bench, text(recipient=SCOPED))

    assert len(bench.replies) == 1
    assert len(bench.emulator.screen(SCOPED)) == 1


async def test_one_person_is_reached_by_phone_and_by_scoped_id(bench: Workbench) -> None:
    await bench.hears("hello")
    body = text(recipient=person_of(PHONE).scoped_id)
    del body["to"]

    await posted(bench, body)

    assert len(bench.replies) == 1


async def test_what_waits_is_sent_in_one_body(bench: Workbench) -> None:
    async with asyncio.TaskGroup() as group:
        for person in (PHONE, SCOPED, "15551234567"):
            group.create_task(bench.emulator.says(person, "hello"))

    assert len(bench.requests) == 1
    assert len(bench.messages) == 3
    assert len({message.sender.user for message in bench.messages}) == 3
    assert {message.profile.name for message in bench.messages} == {
        "Guest 2222",
        "Guest c123",
        "Guest 4567",
    }


async def test_messages_and_statuses_are_changes_of_their_own(bench: Workbench) -> None:
    message = await bench.hears("hello")
    await bench.answers(ANSWER, message)
    await bench.emulator.settled()

    await bench.hears("thanks")

    changes = json.loads(bench.requests[-1].body)["entry"][0]["changes"]
    assert [set(change["value"]) & {"messages", "statuses"} for change in changes] == [
        {"statuses"},
        {"messages"},
    ]


async def test_what_fails_does_not_hold_back_what_comes_after(bench: Workbench) -> None:
    bench.refuse = 1

    await bench.emulator.says(PHONE, "first")
    await bench.emulator.says(PHONE, "second")
    await bench.emulator.settled()

    assert {message.text for message in bench.messages} == {"first", "second"}


async def test_delayed_webhooks_arrive_all_the_same(bench: Workbench) -> None:
    bench.emulator.faults = Faults(delay=timedelta(milliseconds=20))
    before = asyncio.get_running_loop().time()

    await bench.emulator.says(PHONE, "hello")

    assert asyncio.get_running_loop().time() - before >= 0.015
    assert [message.text for message in bench.messages] == ["hello"]


def test_redelivery_slows_down_and_ends_after_a_week() -> None:
    waits = list(pauses())

    assert waits[:4] == [timedelta(seconds=s) for s in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert GIVE_UP_AFTER - timedelta(hours=1) <= sum(waits, timedelta()) <= GIVE_UP_AFTER


async def test_meta_verifies_the_webhook(bench: Workbench) -> None:
    assert await emulator_of(bench).verify()


@pytest.mark.parametrize("kind", ["image", "location", "sticker", "hologram"])
async def test_anything_can_be_shared(bench: Workbench, kind: str) -> None:
    await emulator_of(bench).shares(PHONE, kind, {"id": "1"})

    (received,) = bench.received
    assert len(received.messages) + len(received.unreadable) == 1


async def test_the_error_has_metas_shape(bench: Workbench) -> None:
    status, answer = await posted(bench, text(), token="wrong")

    error = answer["error"]
    assert status == 401
    assert (error["code"], error["type"]) == (190, "OAuthException")
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["error_data"]["details"]
    assert error["fbtrace_id"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"{}"])
async def test_garbage_is_refused(bench: Workbench, body: bytes) -> None:
    status, answer = await posted(bench, body)

    assert (status, answer["error"]["code"]) == (400, 100)


async def test_a_window_that_never_was_open_is_closed(bench: Workbench) -> None:
    address = Address(account=account_of(NAME, "1"), user=PHONE, place=PHONE, phone=PHONE)

    await bench.connector.send(ANSWER, address, {})
    await bench.emulator.settled()

    assert states(bench) == [(Reported.FAILED, told("131047"))]


async def test_a_group_is_refused_here(bench: Workbench) -> None:
    address = Address(account=account_of(NAME, "1"), user=PHONE, place="G1", phone=PHONE)

    with pytest.raises(PermanentSendError):
        await bench.connector.send(ANSWER, address, {})


@pytest.mark.parametrize(
    ("path", "status"), [("", 200), ("/media", 400), ("/messages", 400), ("0", 400)]
)
async def test_the_number_can_be_asked_for_and_nothing_else(
    bench: Workbench, path: str, status: int
) -> None:
    table = bench.emulator.connector_settings()
    headers = {"Authorization": f"Bearer {table['access_token']}"}
    url = f"{table['api_url']}/{table['phone_number_id']}{path}"

    async with ClientSession() as http, http.get(url, headers=headers) as response:
        answer = await response.json()

    assert response.status == status
    assert answer.get("id") == (table["phone_number_id"] if status == 200 else None)


async def test_only_a_message_that_came_in_can_be_marked_read(bench: Workbench) -> None:
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.none"}

    status, answer = await posted(bench, mark)

    assert (status, answer["error"]["code"]) == (400, 100)


async def test_header_body_and_footer_are_read_top_to_bottom(bench: Workbench) -> None:
    await bench.hears("hello")
    action = {
        "name": "cta_url",
        "parameters": {"display_text": "Menu", "url": "https://example.test/"},
    }
    content = {
        "type": "cta_url",
        "header": {"type": "text", "text": "Lunch"},
        "body": {"text": "*Today*"},
        "footer": {"text": "Trattoria"},
        "action": action,
    }

    status, _ = await posted(bench, text(type="interactive", interactive=content))

    (seen,) = bench.replies
    assert status == 200
    assert (seen.text, seen.buttons) == ("Lunch\nToday\nTrattoria", ("Menu",))


async def test_a_webhook_that_is_not_there_is_not_verified() -> None:
    settings = EmulatorSettings(
        webhook_url="http://127.0.0.1:1/shop", base_url="http://127.0.0.1:1"
    )

    async with open_emulator(settings) as emulator:
        assert not await emulator.verify()


ROW = {"id": "r", "title": "Row"}


@pytest.mark.parametrize(
    "body",
    [
        text(messaging_product="sms"),
        text(recipient_type="business_scoped_user_id"),
        text(recipient="393331112222"),
        {key: value for key, value in text().items() if key != "to"},
        text(type="hologram"),
        text(text={"body": ""}),
        text(text={"body": "x" * 4097}),
        text(text={"body": "🇮" * 2049}),
        text(text={"body": "x", "colour": "red"}),
        text(biz_opaque_callback_data="x" * 513),
        text(type="image", image={"id": "1", "link": "https://example.test/"}),
        text(type="image", image={"id": "1", "caption": "x" * 1025}),
        text(type="template", template={"name": "x"}),
        buttons(),
        buttons("1", "2", "3", "4"),
        buttons("x" * 21),
        buttons("Yes", "Yes"),
        buttons("Yes", body="x" * 1025),
        buttons("Yes", body=" "),
        rows(),
        rows(*[{"id": f"r{n}", "title": "Row"} for n in range(11)]),
        rows(ROW, ROW),
        rows({"id": " r", "title": "Row"}),
        rows({"id": "r", "title": "x" * 25}),
        rows({"id": "r" * 201, "title": "Row"}),
        rows({"id": "r", "title": "Row", "description": "x" * 73}),
        rows(ROW, button="x" * 21),
        rows(ROW, title="x" * 25),
        text(type="interactive", interactive={"type": "flow", "body": {"text": "x"}, "action": {}}),
    ],
)
def test_what_breaks_a_limit_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        check_message(body)

    assert refused.value.refusal.code in {100, 131009, 131051}


@pytest.mark.parametrize(
    "body",
    [
        text(text={"body": "x" * 4096, "preview_url": True}),
        text(recipient="IT.ENT.abc"),
        buttons("x" * 20, "No", "Maybe", body="x" * 1024),
        rows(*[{"id": f"r{n}", "title": "x" * 24, "description": "x" * 72} for n in range(10)]),
        text(type="image", image={"link": "https://example.test/", "caption": "A dog"}),
        text(type="location", location={"latitude": 1, "longitude": 2}),
    ],
)
def test_what_keeps_the_limits_is_accepted(body: dict[str, Any]) -> None:
    check_message(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = ("type", "text", "recipient", "recipient_type", "context", "interactive", "image")
WHOLE = [text(), buttons("Yes"), rows(ROW), text(type="image", image={"id": "1"})]


def with_changes(body: Any, key: str, value: Any) -> Any:
    """Put a value wherever a key stands, at any depth."""
    match body:
        case dict():
            return {k: value if k == key else with_changes(v, key, value) for k, v in body.items()}
        case list():
            return [with_changes(item, key, value) for item in body]
        case _:
            return body


@given(
    st.sampled_from(WHOLE),
    st.dictionaries(st.sampled_from(KEYS), JSON),
    st.sampled_from(["action", "body", "buttons", "id", "reply", "rows", "sections", "title"]),
    JSON,
)
def test_any_request_is_refused_or_shown(
    whole: dict[str, Any], changes: dict[str, Any], key: str, value: Any
) -> None:
    phone = Phone(person=person_of(PHONE))

    for body in ({**whole, **changes}, with_changes(whole, key, value)):
        try:
            check_message(body)
        except RefusedError:
            continue
        phone.show(Sent(id="wamid.1", person=phone.person), body)

    assert len(phone.seen) <= 2


@pytest.mark.parametrize("name", ["alice", "", "U1", "+39333", "it.abc", "IT."])
def test_nobody_is_on_whatsapp_under_another_platforms_name(name: str) -> None:
    with pytest.raises(ValueError, match="nobody on WhatsApp"):
        person_of(name)


async def test_a_button_that_is_not_there_cannot_be_tapped(bench: Workbench) -> None:
    message = await bench.hears("hello")
    await bench.answers(ANSWER, message)

    with pytest.raises(ValueError, match="no button"):
        await bench.emulator.taps(PHONE, bench.replies[0].id, "Yes")
