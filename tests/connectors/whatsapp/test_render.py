import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Address, Body, Link, Option, OutboundMessage, account_of, units
from connectors.whatsapp.emulator.checks import check_message
from connectors.whatsapp.emulator.display import displayed
from connectors.whatsapp.markup import ZERO_WIDTH
from connectors.whatsapp.render import BLANK, CAPABILITIES, render
from tests.connectors.whatsapp.benches import PHONE, SAMPLES, SCOPED

ACCOUNT = account_of("shop", "1")
HERE = Address(account=ACCOUNT, user=SCOPED, place=SCOPED, phone=PHONE)

LABELS = st.text(min_size=1, max_size=30)
TEXTS = st.text(max_size=200) | st.text(alphabet="*_~` \nab", min_size=900, max_size=1200)
OPTIONS = st.lists(st.tuples(LABELS, st.text(max_size=80)), max_size=14).map(
    lambda drawn: tuple(
        Option(token=f"{number:013d}.{number}", label=label, description=description)
        for number, (label, description) in enumerate(drawn)
    )
)


def words_of(bodies: Sequence[Body]) -> list[str]:
    """Collect all visible words of requests: texts, titles, descriptions."""
    return " ".join(_strings(bodies)).replace(ZERO_WIDTH, "").split()


def _strings(part: Any) -> list[str]:
    match part:
        case Mapping():
            hidden = {"id", "messaging_product", "recipient_type", "to", "type"}
            return [s for key, value in part.items() if key not in hidden for s in _strings(value)]
        case str():
            return [part]
        case list() | tuple():
            return [found for item in part for found in _strings(item)]
        case _:
            return []


@given(TEXTS, OPTIONS)
def test_every_request_keeps_the_limits(text: str, options: tuple[Option, ...]) -> None:
    for body in render(OutboundMessage(text=text, options=options), HERE):
        check_message(body)


@given(TEXTS, OPTIONS)
def test_no_word_and_no_choice_is_lost(text: str, options: tuple[Option, ...]) -> None:
    shown = words_of(render(OutboundMessage(text=text, options=options), HERE))

    wanted = " ".join([text, *(f"{o.label} {o.description}" for o in options)])
    written = "".join(shown)
    assert all(word in written for word in wanted.replace(ZERO_WIDTH, "").split())


@given(st.text(alphabet="*_~`a \n", min_size=1, max_size=3000))
def test_breaking_marks_never_makes_a_text_too_long(text: str) -> None:
    message = OutboundMessage(text=text * 3, options=(Option(token="t", label="Yes"),))

    bodies = render(message, HERE)

    assert all(units(body["text"]["body"]) <= 4096 for body in bodies[:-1])
    assert units(bodies[-1]["interactive"]["body"]["text"]) <= 1024


@given(st.text(max_size=4000))
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    bodies = render(OutboundMessage(text=text), HERE)

    shown = [displayed(body["text"]["body"]) for body in bodies]
    assert "".join(shown).split() == text.replace(ZERO_WIDTH, "").split()


def test_three_options_are_buttons_and_four_a_list() -> None:
    options = tuple(Option(token=f"t{n}", label=f"Choice {n}") for n in range(4))

    (buttons,) = render(OutboundMessage(text="Which?", options=options[:3]), HERE)
    (rows,) = render(OutboundMessage(text="Which?", options=options), HERE)

    assert buttons["interactive"]["type"] == "button"
    assert buttons["interactive"]["action"]["buttons"][2]["reply"] == {
        "id": "t2",
        "title": "Choice 2",
    }
    assert rows["interactive"]["type"] == "list"
    assert rows["interactive"]["action"]["sections"][0]["rows"][3]["id"] == "t3"


def test_options_with_descriptions_are_a_list_however_few() -> None:
    options = (Option(token="t", label="Terrace", description="if it does not rain"),)

    (body,) = render(OutboundMessage(text="Where?", options=options), HERE)

    (row,) = body["interactive"]["action"]["sections"][0]["rows"]
    assert row == {"id": "t", "title": "Terrace", "description": "if it does not rain"}


@pytest.mark.parametrize(
    "labels", [("Yes", "Yes"), ("Yes", " Yes"), (" ", "No"), ("one\ntwo", "three")]
)
def test_titles_that_meta_refuses_become_numbered_text(labels: tuple[str, str]) -> None:
    options = tuple(Option(token=f"t{n}", label=label) for n, label in enumerate(labels))

    (body,) = render(OutboundMessage(text="Well?", options=options), HERE)

    assert body["type"] == "text"
    assert f"1. {labels[0]}" in body["text"]["body"]


def test_options_without_words_still_have_a_body() -> None:
    (body,) = render(OutboundMessage(text=" ", options=(Option(token="t", label="Yes"),)), HERE)

    assert body["interactive"]["body"]["text"] == BLANK


def test_nothing_to_show_is_no_request() -> None:
    assert not render(OutboundMessage(text="\n"), HERE)


def test_one_link_is_a_button_and_two_are_text() -> None:
    links = tuple(Link(label=f"Menu {n}", url=f"https://example.test/_menu_{n}") for n in (1, 2))

    (button,) = render(OutboundMessage(text="Here.", links=links[:1]), HERE)
    (text,) = render(OutboundMessage(text="Here.", links=links), HERE)

    assert button["interactive"] == {
        "type": "cta_url",
        "body": {"text": "Here."},
        "action": {
            "name": "cta_url",
            "parameters": {"display_text": "Menu 1", "url": "https://example.test/_menu_1"},
        },
    }
    assert text["text"]["body"] == (
        "Here.\nMenu 1: https://example.test/_menu_1\nMenu 2: https://example.test/_menu_2"
    )


@pytest.mark.parametrize("label", ["a label of 21 letters", "two\nlines", " "])
def test_a_link_that_no_button_can_show_is_text(label: str) -> None:
    link = Link(label=label, url="https://example.test/")

    (body,) = render(OutboundMessage(text="Here.", links=(link,)), HERE)

    assert f"{label}: https://example.test/" in body["text"]["body"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (HERE, {"recipient_type": "individual", "to": PHONE}),
        (
            Address(account=ACCOUNT, user=SCOPED, place=SCOPED),
            {"recipient_type": "individual", "recipient": SCOPED},
        ),
        (
            Address(account=ACCOUNT, user=PHONE, place=PHONE),
            {"recipient_type": "individual", "to": PHONE},
        ),
        (
            Address(account=ACCOUNT, user=SCOPED, place="group-1", phone=PHONE),
            {"recipient_type": "group", "to": "group-1"},
        ),
    ],
)
def test_a_scoped_id_never_stands_in_to(address: Address, expected: Mapping[str, str]) -> None:
    (body,) = render(OutboundMessage(text="Hello"), address)

    assert {k: v for k, v in body.items() if k in {"to", "recipient", "recipient_type"}} == expected


def test_a_group_gets_no_buttons() -> None:
    group = Address(account=ACCOUNT, user=SCOPED, place="group-1", phone=PHONE)

    (body,) = render(
        OutboundMessage(text="Well?", options=(Option(token="t", label="Yes"),)), group
    )

    assert body["text"]["body"] == "Well?\n1. Yes"


def test_the_client_id_comes_along_for_the_reports() -> None:
    (body,) = render(OutboundMessage(text="Hello"), HERE, "c1")

    assert body["biz_opaque_callback_data"] == "c1"


def test_the_limits_are_those_of_the_published_schema() -> None:
    path = SAMPLES / "specs/messages-request.fixed.json"
    if not path.exists():
        pytest.skip("no ../shared: it holds Meta's schema")
    schemas = json.loads(path.read_text())["components"]["schemas"]

    actions = schemas["ActionObject"]["anyOf"]
    rows = schemas["SectionObject"]["properties"]["rows"]
    buttons = next(a for a in actions if "buttons" in a["required"])["properties"]["buttons"]
    assert schemas["BodyObject"]["properties"]["text"]["maxLength"] == (
        CAPABILITIES.max_text_with_options
    )
    assert buttons["maxItems"] == CAPABILITIES.max_buttons
    assert buttons["items"]["properties"]["reply"]["properties"]["title"]["maxLength"] == (
        CAPABILITIES.max_button_label
    )
    assert rows["maxItems"] == CAPABILITIES.max_rows
    assert rows["items"]["properties"]["title"]["maxLength"] == CAPABILITIES.max_row_label
    assert rows["items"]["properties"]["description"]["maxLength"] == (
        CAPABILITIES.max_row_description
    )
