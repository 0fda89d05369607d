"""Out and back: what the connector draws is shown and pressed in Slack's app, and read again."""

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import (
    Body,
    FormField,
    FormFilled,
    InboundMessage,
    Link,
    Option,
    OutboundMessage,
    PromptId,
    ShownCard,
)
from connectors.slack import wire
from connectors.slack.blocks.controls import rows
from connectors.slack.emulator import payloads
from connectors.slack.emulator.limits import find_problems
from connectors.slack.emulator.payloads import Webhook
from connectors.slack.emulator.shown import (
    Pressable,
    escaped,
    plain,
    pressables,
    words_shown,
)
from connectors.slack.emulator.workspace import BOT_USER, Message
from connectors.slack.hearing.asides import find_aside
from connectors.slack.hearing.options import Search, found
from connectors.slack.render import render

PROMPT = PromptId("AbCdEfGh123")
typed = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120)
labels = typed.map(str.strip).filter(bool)
options = st.lists(labels, max_size=14, unique=True) | st.just([f"Row {n}" for n in range(120)])
asks = st.sampled_from([
    None,
    FormField(name="day", label="?", kind="date", value="2026-11-20"),
    FormField(name="at", label="?", kind="time"),
    FormField(name="phone", label="?", kind="phone"),
])  # fmt: skip
cards = st.none() | st.builds(
    ShownCard,
    title=labels,
    text=typed,
    image=st.sampled_from([None, "https://x.test/1.png", "http://10.0.0.1/1.png"]),
)


links = st.builds(Link, label=labels, url=st.just("https://x.test/?a=1&b"))


@st.composite
def messages(draw: st.DrawFn) -> OutboundMessage:
    return OutboundMessage(
        text=draw(labels) * draw(st.sampled_from([1, 1, 40])),
        options=tuple(
            Option(token=f"p.{number}", label=label) for number, label in enumerate(draw(options))
        ),
        links=draw(st.lists(links, max_size=3).map(tuple)),
        prompt=PROMPT,
        card=draw(cards),
        asks=draw(asks),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A message on the screen, in order of its parts."""

    parts: list[Message]

    @property
    def text(self) -> str:
        return "\n".join(words_shown(part.text, part.blocks) for part in self.parts)

    @property
    def pressable(self) -> list[tuple[Message, Pressable]]:
        return [(part, one) for part in self.parts for one in pressables(part.blocks)]


def show(message: OutboundMessage, place: str = "D1") -> Shown:
    posts = render(message, owner="U1", searches=True)
    assert [problem for post in posts for problem in find_problems(post["blocks"])] == []
    return Shown(parts=[
        Message(ts=f"{n}.0", channel=place, user=BOT_USER, text=post["text"],
                blocks=[{"block_id": f"b{n}-{m}", **one} for m, one in enumerate(post["blocks"])])
        for n, post in enumerate(posts)
    ])  # fmt: skip


def read(webhook: Webhook) -> InboundMessage | None:
    """Parse what Slack would deliver."""
    body = wire.read_body(webhook.body)
    received = wire.parse("shop", body, webhook.body)
    assert not received.unreadable
    return received.messages[0] if received.messages else None


def press(at: Message, pressed: Pressable, **held: Any) -> InboundMessage | None:
    return read(
        payloads.block_actions(
            at, pressed, "U1", held=held, response_url="https://hooks.slack.com/1",
            trigger="1.2.a", ts="3.4",
        )
    )  # fmt: skip


def search(at: Message, pressed: Pressable, words: str) -> Search:
    webhook = payloads.block_suggestion(at, pressed, "U1", typed=words)
    aside = find_aside("shop", wire.read_body(webhook.body), webhook.body)
    assert isinstance(aside, Search)
    return aside


def squeezed(text: str) -> str:
    """Leave out the blanks: long words are cut where a message ends."""
    return "".join(text.split())


@settings(max_examples=60, deadline=None)
@given(messages())
def test_every_word_is_shown(message: OutboundMessage) -> None:
    shown = show(message)
    text = squeezed(shown.text)
    pictures = [block.get("image_url") for part in shown.parts for block in part.blocks]

    assert squeezed(message.text) in text
    card = message.card
    if card is not None:
        assert squeezed(card.title) in text
        assert squeezed(card.text) in text
        assert card.image is None or card.image in pictures or card.image in text


@settings(max_examples=25, deadline=None)
@given(messages(), st.sampled_from(["D1", "C1"]))
def test_every_choice_comes_back_as_the_tap_it_stands_for(
    message: OutboundMessage, place: str
) -> None:
    shown = show(message, place)
    heard = [press(at, one) if one.option is None else press(at, one, selected_option=one.option)
             for at, one in shown.pressable if "url" not in one.element]  # fmt: skip
    back = {(one.tap.token, one.tap.label) for one in heard if one is not None and one.tap}

    for at, one in shown.pressable:
        if one.element["type"] != "external_select":
            continue
        asked = search(at, one, "")
        assert (asked.prompt, asked.field) == (PROMPT, "")
        assert (asked.address.user, asked.address.place) == ("U1", place)
        for row in rows(message.options):
            chosen = press(at, one, selected_option=row)
            assert chosen is not None
            back |= {(chosen.tap.token, chosen.tap.label)} if chosen.tap else set()
    for number, option in enumerate(message.options[:100], start=1):
        is_written = squeezed(f"{number}. {option.label}") in squeezed(shown.text)
        assert (option.token, option.label) in back or is_written


@settings(max_examples=30, deadline=None)
@given(messages(), st.dates().map(str), st.times().map(lambda at: at.isoformat("minutes")))
def test_what_is_picked_answers_its_question(message: OutboundMessage, day: str, at: str) -> None:
    asked = message.asks
    shown = show(message)
    pickers = [one for one in shown.pressable if one[1].element["type"].endswith("picker")]

    assert bool(pickers) == (asked is not None and asked.kind in {"date", "time"})
    for where, one in pickers:
        key, value = {"day": ("selected_date", day), "at": ("selected_time", at)}[asked.name]  # type: ignore[union-attr] # see above
        heard = press(where, one, **{key: value})
        assert heard is not None
        assert heard.form == FormFilled(prompt=PROMPT, values={asked.name: value})  # type: ignore[union-attr] # see above
        assert press(where, one, **{key: None}) is None


@settings(max_examples=60, deadline=None)
@given(typed.filter(str.strip))
@example("<!channel> &amp; <@U1> *b* https://x.test/?a=1&b=2")
def test_what_a_person_types_is_read_as_typed(text: str) -> None:
    written = Message(ts="1.2", channel="D1", user="U1", text=escaped(text))

    heard = read(payloads.event("message", written, channel_type="im"))

    assert heard is not None
    assert heard.text == text


@settings(max_examples=60, deadline=None)
@given(typed.filter(lambda text: bool(text.strip()) and not set("*_~`") & set(text)))
def test_the_notification_reads_as_meant(text: str) -> None:
    (part,) = show(OutboundMessage(text=text)).parts

    assert plain(part.text) == text


def test_a_search_is_answered_with_tokens_or_with_words() -> None:
    one = Option(token="p.0", label="Street <1>")
    sender = wire.sender_of("shop", {"team_id": "T1"}, "U1", "D1")
    plainly = Search(address=sender, prompt=PROMPT, typed="")

    def answered(search: Search) -> Body:
        (row,) = json.loads(found(search, [one]).body)["options"]
        return {"text": row["text"]["text"], "value": row["value"]}

    assert answered(plainly) == {"text": "Street <1>", "value": "p.0"}
    in_a_form = Search(address=sender, prompt=PROMPT, typed="", field="street")
    assert answered(in_a_form) == {"text": "Street <1>", "value": "Street <1>"}


def test_a_press_of_a_link_says_nothing() -> None:
    shown = show(OutboundMessage(text="x", links=(Link(label="Menu", url="https://x.test"),)))
    ((at, link),) = shown.pressable

    assert press(at, link) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | typed,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(typed, inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from([
    "type", "event", "view", "user", "id", "channel", "tab", "message", "previous_message", "text",
    "ts", "value", "block_id", "action_id", "actions", "container", "private_metadata", "state",
    "callback_id", "values", "subtype", "team_id", "edited", "place", "assistant_thread",
    "user_id", "channel_id", "thread_ts", "channel_type",
])  # fmt: skip
kinds = st.sampled_from([
    "block_suggestion", "block_actions", "view_submission", "event_callback", "message",
    "app_home_opened", "home", "message_changed", "assistant_thread_started", "threadline-form",
    "search", "im",
])  # fmt: skip
bodies = st.recursive(
    json_values | kinds | st.just('{"place": "D1", "prompt": "p"}'),
    lambda inner: st.dictionaries(keys, inner | kinds, max_size=8) | st.lists(inner, max_size=2),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(keys, bodies | kinds, max_size=10))
def test_any_body_is_sorted_without_an_error(body: dict[str, Any]) -> None:
    find_aside("shop", body, b"x")
    received = wire.parse("shop", body, b"x")

    assert not (received.messages and received.unreadable)
    assert [letter.body for letter in received.unreadable] in ([], [b"x"])
