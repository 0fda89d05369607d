"""Cards, one link, a request for a place: drawn where WhatsApp can, written where it cannot."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import (
    Address,
    Body,
    FormField,
    Link,
    Option,
    OutboundMessage,
    ShownCard,
    account_of,
)
from bot.testing.contracts.sent_files import MENU
from connectors.whatsapp.emulator.checks import check_message
from connectors.whatsapp.markup import ZERO_WIDTH
from connectors.whatsapp.render import render, with_media
from tests.connectors.whatsapp.benches import PHONE, SCOPED
from tests.connectors.whatsapp.test_render import HERE, words_of

GROUP = Address(account=account_of("shop", "1"), user=SCOPED, place="group-1", phone=PHONE)
PICTURE = "https://example.test/pasta.png"
CARD = ShownCard(title="Pasta", text="with sage", image=PICTURE)
BUY = (Option(token="AbCdEfGhIjK.0", label="Buy"),)
FOUR = tuple(Option(token=f"AbCdEfGhIjK.{n}", label=f"Choice {n}") for n in range(4))
WHERE = FormField(name="to", label="Where to?", kind="place")


def bodies_of(message: OutboundMessage, to: Address = HERE) -> list[Body]:
    rendered = render(message, to)
    bodies = [with_media(body, "1") if "file" in body else body for body in rendered]
    for body in bodies:
        check_message(body)
    return bodies


def test_a_card_with_buttons_has_its_picture_on_top() -> None:
    (body,) = bodies_of(OutboundMessage(text="Today:", card=CARD, options=BUY))

    assert body["interactive"]["header"] == {"type": "image", "image": {"link": PICTURE}}
    assert body["interactive"]["body"]["text"] == "Today:\nPasta\nwith sage"


def test_a_card_without_buttons_is_a_picture_with_words() -> None:
    (body,) = bodies_of(OutboundMessage(text="", card=CARD))

    assert body["image"] == {"link": PICTURE, "caption": "Pasta\nwith sage"}


def test_above_a_list_the_picture_is_a_message_of_its_own() -> None:
    picture, rows = bodies_of(OutboundMessage(text="Today:", card=CARD, options=FOUR))

    assert picture["image"] == {"link": PICTURE}
    assert rows["interactive"]["type"] == "list"
    assert "header" not in rows["interactive"]


def test_words_that_no_caption_holds_follow_their_picture() -> None:
    picture, words = bodies_of(OutboundMessage(text="word " * 300, card=CARD))

    assert picture["image"] == {"link": PICTURE}
    assert words["text"]["body"].endswith("Pasta\nwith sage")


def test_a_title_stands_on_top_where_nothing_comes_before_it() -> None:
    plain = ShownCard(title="*Pasta*", text="with sage")

    (top,) = bodies_of(OutboundMessage(text="", card=plain, options=BUY))
    (below,) = bodies_of(OutboundMessage(text="Today:", card=plain, options=BUY))

    assert top["interactive"]["header"] == {"type": "text", "text": "*Pasta*"}
    assert top["interactive"]["body"]["text"] == "with sage"
    assert "header" not in below["interactive"]


def test_a_long_title_is_a_line_of_the_words() -> None:
    card = ShownCard(title="t" * 61)

    (body,) = bodies_of(OutboundMessage(text="", card=card, options=BUY))

    assert body["interactive"]["body"]["text"] == "t" * 61


@pytest.mark.parametrize("image", ["http://example.test/a.png", f"https://x.test/{'a' * 2000}"])
def test_a_picture_that_meta_does_not_fetch_is_a_link(image: str) -> None:
    (body,) = bodies_of(OutboundMessage(text="", card=ShownCard(title="Pasta", image=image)))

    assert body["text"]["body"] == f"Pasta\n{image}"


def test_a_question_for_a_place_has_whatsapps_own_button() -> None:
    (body,) = bodies_of(OutboundMessage(text="Where to?", asks=WHERE))

    assert body["interactive"] == {
        "type": "location_request_message",
        "body": {"text": "Where to?"},
        "action": {"name": "send_location"},
    }


@pytest.mark.parametrize(
    "message",
    [
        OutboundMessage(text="Where to?", asks=WHERE, options=BUY),
        OutboundMessage(text="Where to?", asks=WHERE, files=(MENU,)),
        OutboundMessage(text="When?", asks=FormField(name="day", label="When?", kind="date")),
    ],
)
def test_other_questions_have_none(message: OutboundMessage) -> None:
    kinds = [body.get("interactive", {}).get("type") for body in bodies_of(message)]

    assert "location_request_message" not in kinds


def test_a_group_gets_words_and_pictures_but_no_buttons() -> None:
    link = Link(label="Menu", url="https://example.test/")

    (place,) = bodies_of(OutboundMessage(text="Where to?", asks=WHERE), GROUP)
    (page,) = bodies_of(OutboundMessage(text="Here.", links=(link,)), GROUP)
    (card,) = bodies_of(OutboundMessage(text="", card=CARD, options=BUY), GROUP)

    assert place["text"]["body"] == "Where to?"
    assert page["text"]["body"] == "Here.\nMenu: https://example.test/"
    assert card["image"]["caption"] == "Pasta\nwith sage\n1. Buy"


def test_the_words_above_a_link_keep_the_limit_of_buttons() -> None:
    link = Link(label="Menu", url="https://example.test/")

    *first, last = bodies_of(OutboundMessage(text="*word* " * 400, links=(link,)))

    assert first
    assert all(body["type"] == "text" for body in first)
    assert last["interactive"]["type"] == "cta_url"


WORDS = st.text(max_size=80)
CARDS = st.builds(
    ShownCard, title=st.text(min_size=1, max_size=70), text=WORDS,
    image=st.none() | st.sampled_from([PICTURE, "http://example.test/a.png"]),
)  # fmt: skip
LINKS = st.lists(
    st.builds(Link, label=st.text(min_size=1, max_size=25), url=st.just("https://example.test/a")),
    max_size=2,
)


@settings(max_examples=60)
@given(
    text=WORDS | st.text(alphabet="*_ab \n", min_size=1000, max_size=1100),
    card=st.none() | CARDS,
    links=LINKS,
    options=st.sampled_from([(), BUY, FOUR]),
    asks=st.sampled_from([None, WHERE]),
    to=st.sampled_from([HERE, GROUP]),
)
def test_no_word_of_a_card_or_link_is_lost(
    text: str,
    card: ShownCard | None,
    links: list[Link],
    options: tuple[Option, ...],
    asks: FormField | None,
    to: Address,
) -> None:
    message = OutboundMessage(text=text, card=card, links=tuple(links), options=options, asks=asks)

    shown = "".join(words_of(bodies_of(message, to)))

    parts = [text, *(option.label for option in options), *(link.label for link in links)]
    parts += [card.title, card.text, card.image or ""] if card else []
    parts += [link.url for link in links]
    wanted = " ".join(parts).replace(ZERO_WIDTH, "")
    assert all(word in shown for word in wanted.split())
