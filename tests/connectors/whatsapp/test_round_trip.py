"""What is rendered, shown by the emulated app and tapped there comes back as it was meant."""

import json
from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import Body, InboundMessage, Option, OutboundMessage, Tap, account_of
from connectors.whatsapp.emulator.checks import check_message
from connectors.whatsapp.emulator.people import person_of
from connectors.whatsapp.emulator.phones import Phone
from connectors.whatsapp.emulator.webhooks import OURS, Sent, message_update, webhook, written
from connectors.whatsapp.markup import ZERO_WIDTH
from connectors.whatsapp.render import render
from connectors.whatsapp.wire import Reader
from tests.connectors.webchat.memory import START
from tests.connectors.whatsapp.benches import PHONE
from tests.connectors.whatsapp.test_render import HERE, LABELS, OPTIONS, TEXTS

READER = Reader(connector="shop", numbers=(OURS.phone_number_id,))


def shown(message: OutboundMessage) -> Phone:
    """Show a message on a phone, as the platform would after its checks."""
    phone = Phone(person=person_of(PHONE))
    for number, body in enumerate(render(message, HERE)):
        check_message(json.loads(json.dumps(body)))
        phone.show(Sent(id=f"wamid.{number}", person=phone.person), body)
    return phone


def heard(phone: Phone, kind: str, content: Body) -> InboundMessage:
    update = message_update(phone.person, "wamid.in", {"type": kind, kind: content}, START)
    (message,) = READER.read(written(webhook([update]))).messages
    return message


def kept(text: str) -> str:
    """Leave out what no database keeps."""
    return text.replace("\0", "").encode(errors="replace").decode()


def taps(phone: Phone) -> Iterator[InboundMessage]:
    """Tap everything there is to tap."""
    for choices in phone.choices.values():
        for kind, content in choices.values():
            yield heard(phone, kind, content)


@settings(max_examples=60)
@given(TEXTS, OPTIONS)
@example("", (Option(token="0000000000000.0", label="\0"),))
def test_every_word_is_seen_and_every_choice_comes_back(
    text: str, options: tuple[Option, ...]
) -> None:
    phone = shown(OutboundMessage(text=text, options=options))

    seen = "".join("".join(each.text.split()) for each in phone.seen)
    assert all(word in seen for word in text.replace(ZERO_WIDTH, "").split())
    found = [message.tap for message in taps(phone)]
    if found:
        assert found == [Tap(token=each.token, label=kept(each.label)) for each in options]
    else:
        labels = " ".join(option.label for option in options).replace(ZERO_WIDTH, "")
        assert all(word in seen for word in labels.split())


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=300) | LABELS)
def test_every_text_of_a_person_comes_in_as_it_was_typed(text: str) -> None:
    message = heard(Phone(person=person_of(PHONE)), "text", {"body": text})

    assert message.text == kept(text)
    assert message.sender.account == account_of("shop", OURS.phone_number_id)
