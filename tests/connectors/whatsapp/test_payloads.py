"""Every webhook body in ../shared, from three libraries' own tests, signed and given twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot import Moved, Received, RequestRejectedError
from tests.connectors.whatsapp.benches import (
    APP_SECRET,
    SAMPLES,
    connect_plainly,
    signed_request,
)

PATHS = sorted(SAMPLES.glob("payloads/*/*.json"))
SAID = (
    "audio", "button", "contacts", "document", "edit", "image", "interactive_button",
    "interactive_list", "interactive_nfm", "location", "order", "sticker", "text", "video",
)  # fmt: skip
NOT_THERE = "no ../shared: it holds the payloads"


def body_in(path: Path) -> bytes:
    """Read a sample; a bare value is put into the envelope that Meta sends around it."""
    sample: Any = json.loads(path.read_text())
    if "entry" in sample:
        return json.dumps(sample).encode()
    change = {"field": "messages", "value": sample}
    entry = {"id": "1", "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def number_of(body: bytes) -> str:
    """Tell whose number a sample is about; those about none are anybody's."""
    value = json.loads(body)["entry"][0]["changes"][0]["value"]
    return str(value.get("metadata", {}).get("phone_number_id", "1"))


def items_in(body: bytes) -> int:
    """Count messages and statuses, whatever they are."""
    changes = [change for entry in json.loads(body)["entry"] for change in entry["changes"]]
    values = [change["value"] for change in changes if change["field"] == "messages"]
    return sum(len(v.get("messages", [])) + len(v.get("statuses", [])) for v in values)


async def received_of(body: bytes, *, secret: str = APP_SECRET) -> Received:
    table = {
        "phone_number_id": number_of(body),
        "access_token": "t",
        "app_secret": APP_SECRET,
        "verify_token": "v",
        "api_url": "http://127.0.0.1:1",
    }
    async with connect_plainly("shop", table) as connector:
        return await connector.receive(signed_request(secret, body))


def test_the_samples_are_there() -> None:
    if not SAMPLES.exists():
        pytest.skip(NOT_THERE)

    assert len(PATHS) > 100


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.name}")
async def test_a_real_body_is_read_the_same_way_twice(path: Path) -> None:
    body = body_in(path)

    first = await received_of(body)
    second = await received_of(body)

    found = [*first.messages, *first.reports, *first.unreadable]
    assert first == second
    assert first.response.status == 200
    assert len(found) <= items_in(body)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.name}")
async def test_a_real_body_with_a_wrong_signature_is_rejected(path: Path) -> None:
    with pytest.raises(RequestRejectedError) as rejected:
        await received_of(body_in(path), secret="another")

    assert rejected.value.status == 401


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.name}")
async def test_what_is_not_understood_is_only_what_meta_does_not_support(path: Path) -> None:
    body = body_in(path)

    received = await received_of(body)

    understood = not path.name.startswith(("unsupported", "interactive_x"))
    assert bool(received.unreadable) is not understood


@pytest.mark.parametrize(
    "path",
    [path for path in PATHS if path.name.startswith(SAID)],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
async def test_customers_messages_are_messages(path: Path) -> None:
    received = await received_of(body_in(path))

    (message,) = received.messages
    assert message.sender.user
    assert message.sent_at is not None
    assert message.text or message.tap or message.attachments
    assert message.hints["message"] == message.event_id


def sample(name: str) -> Path:
    path = SAMPLES / "payloads/pywa" / name
    if not path.exists():
        pytest.skip(NOT_THERE)
    return path


async def test_a_real_order_flow_and_edit_are_the_words_in_them() -> None:
    names = ("order_bsuid.01.json", "interactive_nfm_reply_bsuid.02.json", "edit_bsuid.01.json")

    found = [(await received_of(body_in(sample(name)))).messages[0].text for name in names]

    assert found == [
        "3 x HAMBURGER (30 ILS), 2 x FRENCH_FRIES (35 ILS), 2 x SODA (10 ILS)",
        (
            "comment_text: Comment Text, delivery_rating: 4, purchase_rating: 2, "
            "recommend_radio: 0, cs_rating: 0"
        ),
        "Updated image caption",
    ]


async def test_a_real_change_of_number_is_news() -> None:
    received = await received_of(body_in(sample("system.01.json")))

    (moved,) = received.news
    assert isinstance(moved, Moved)
    assert (moved.user, moved.new_user) == ("972987654321", "972912345678")


@pytest.mark.parametrize(
    "path",
    [path for path in PATHS if path.name.startswith("status")],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
async def test_statuses_are_reports(path: Path) -> None:
    received = await received_of(body_in(path))

    (report,) = received.reports
    assert report.at is not None
    assert bool(report.reason) is (report.state == "failed")
