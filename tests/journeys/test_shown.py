"""What connectors claim to show: the table of docs/connectors.md, and that nothing gets lost."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import (
    Address,
    BlobId,
    FormField,
    Link,
    Option,
    OutboundMessage,
    PromptId,
    SentFile,
    ShownCard,
    account_of,
)
from connectors.console.render import render as to_console
from connectors.slack.render import render as to_slack
from connectors.telegram.render import render as to_telegram
from connectors.whatsapp.render import render as to_whatsapp
from tests.journeys.shown import DOCUMENT, drawn, platforms, table_in

HERE = Address(account=account_of("shop"), user="39333", place="39333")
RENDERED: Mapping[str, Callable[[OutboundMessage], Any]] = {
    "slack": lambda message: [post.get("blocks", post) for post in to_slack(message, owner="U1")],
    "telegram": to_telegram,
    "whatsapp": lambda message: to_whatsapp(message, HERE),
    "console": to_console,
}

words = st.text(alphabet="abcä😀 \n*_<&@`~>-", max_size=300)
labels = st.text(alphabet="abc 😀*_&<", min_size=1, max_size=30).filter(str.strip)
urls = st.sampled_from([
    "https://example.com/a_b_c", "https://example.com/" + "q" * 500, "http://127.0.0.1:8080/y?z=1",
])  # fmt: skip
options = st.lists(
    st.builds(
        Option, token=st.integers(0, 99).map("p.{}".format), label=labels,
        description=st.just("") | labels,
    ),
    max_size=14, unique_by=lambda option: option.token,
)  # fmt: skip
sent_files = st.lists(
    st.builds(
        SentFile, blob=st.just(BlobId("0" * 64)), size=st.just(1),
        name=st.sampled_from(["a.png", "b.zip"]),
        mime=st.sampled_from(["image/png", "application/zip"]),
    ),
    max_size=2,
)  # fmt: skip
kinds = st.sampled_from(["date", "time", "phone", "place", "number", "email", "choice"])
messages = st.builds(
    OutboundMessage, text=words, options=options.map(tuple),
    links=st.lists(st.builds(Link, label=labels, url=urls), max_size=3).map(tuple),
    card=st.none() | st.builds(ShownCard, title=labels, text=words, image=st.none() | urls),
    asks=st.none() | kinds.map(lambda kind: FormField(name="it", label="It?", kind=kind)),
    files=sent_files.map(tuple), prompt=st.just(PromptId("AAAAAAAAAAA")),
)  # fmt: skip


def texts_in(rendered: Any) -> Iterator[str]:
    """List all texts in what a platform is sent."""
    match rendered:
        case str():
            yield rendered
        case list() | tuple():
            for one in rendered:
                yield from texts_in(one)
        case dict():
            yield from texts_in([one for key, one in rendered.items() if key != "type"])
        case _ if is_dataclass(rendered):
            yield from texts_in([getattr(rendered, field.name) for field in fields(rendered)])
        case _ if hasattr(rendered, "to_dict"):
            yield from texts_in(rendered.to_dict())


def all_words(message: OutboundMessage) -> list[str]:
    """List the words that a message brings, wherever they stand in it."""
    card = message.card
    told = [message.text, *([card.title, card.text, card.image or ""] if card else [])]
    told += [f"{link.label} {link.url}" for link in message.links]
    told += [f"{option.label} {option.description}" for option in message.options]
    told += [file.name for file in message.files]
    return " ".join(told).split()


def test_the_document_has_the_table_of_what_connectors_claim() -> None:
    written = table_in(DOCUMENT.read_text())

    assert written == drawn(platforms()), "run: python -m tests.journeys.shown"


@pytest.mark.parametrize("platform", RENDERED)
@settings(max_examples=40)
@given(message=messages)
def test_no_word_no_choice_and_no_address_is_lost(platform: str, message: OutboundMessage) -> None:
    shown = list(texts_in(RENDERED[platform](message)))
    # a zero-width space breaks markup; a word may be cut only where a message is full
    written = "".join("".join(shown).replace("\u200b", "").split())

    for word in all_words(message):
        assert word in written, shown
