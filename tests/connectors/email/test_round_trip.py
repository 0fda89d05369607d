"""What is rendered, seen in a mailbox and answered there comes back as it was meant."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import Address, InboundMessage, Link, Option, OutboundMessage, Seen, ShownCard
from connectors.email.arrivals import Arrival
from connectors.email.emulator.mailboxes import PROVIDER, Mailboxes, vouched
from connectors.email.render import Letterhead, render
from connectors.email.wire import read_letter
from tests.connectors.email.written import ANN, BOT, BOX, MARKS

HEAD = Letterhead(address=BOT, name="Shop", subject="A message", marks=MARKS)
HERE = Address(account=BOX.account, user=ANN, place=ANN)
LABELS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=40).filter(str.strip)
MESSAGES = st.builds(
    OutboundMessage,
    text=LABELS.map(lambda text: f"{text}\n{text}"),
    options=st.lists(LABELS, max_size=12, unique=True).map(
        lambda labels: tuple(
            Option(token=f"p.{number}", label=label) for number, label in enumerate(labels)
        )
    ),
    links=st.lists(
        st.builds(Link, label=LABELS, url=st.just("https://x.test/?a=1&b")), max_size=2
    ).map(tuple),
    card=st.none() | st.builds(ShownCard, title=LABELS, text=LABELS),
)


def mailbox(message: OutboundMessage) -> tuple[Mailboxes, Seen]:
    """Put a mail into a mailbox."""
    boxes = Mailboxes()
    boxes.put(ANN, render(message, HERE, {"client_id": "AAAAAAAAAAA"}, HEAD).as_bytes())
    return boxes, boxes.seen[ANN][-1]


def answered(boxes: Mailboxes, words: str) -> InboundMessage:
    """Answer the last mail, quoting it, and read that."""
    raw = vouched(boxes.write(ANN, words), ANN)
    letter = read_letter(Arrival(raw=raw), BOX)
    assert letter.message is not None
    return letter.message


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=40, deadline=None)
@given(MESSAGES)
@example(OutboundMessage(text="> quoted", options=(Option(token="p.0", label="-- "),)))
def test_every_word_and_every_choice_is_seen_and_comes_back(message: OutboundMessage) -> None:
    boxes, seen = mailbox(message)
    text = squeezed(seen.text)

    assert squeezed(message.text) in text
    for link in message.links:
        assert squeezed(link.label) in text
        assert link.url in text
    if message.card is not None:
        assert squeezed(message.card.title) in text
        assert squeezed(message.card.text) in text
    for number, option in enumerate(message.options, start=1):
        assert re.search(rf"(?m)^{number}\b", seen.text)
        assert squeezed(option.label) in text
    last = str(len(message.options))
    assert answered(boxes, last).text == last


@settings(max_examples=15, deadline=None)
@given(MESSAGES)
def test_an_answer_comes_from_where_the_mail_went(message: OutboundMessage) -> None:
    boxes, _ = mailbox(message)

    heard = answered(boxes, "the second")

    assert heard.text == "the second"
    assert heard.sender == HERE
    assert PROVIDER not in heard.text
