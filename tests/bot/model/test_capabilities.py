"""Lowering a message to a platform: every limit kept, no word and no choice lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.capabilities import (
    Capabilities,
    Fitted,
    Layout,
    card_as_text,
    fit,
    shortened,
    units,
)
from bot.model.ids import BlobId
from bot.model.messages import (
    Form,
    FormField,
    Link,
    Option,
    OutboundMessage,
    SentFile,
    ShownCard,
)

few = settings(max_examples=60)
KINDS = ("date", "time", "phone", "place", "number", "email", "choice")
words = st.text(alphabet="abcäß😀 \n", max_size=120)
labels = st.text(alphabet="abc 😀", min_size=1, max_size=25).filter(str.strip)
options = st.lists(
    st.builds(Option, token=st.text(max_size=5), label=labels, description=st.just("") | labels),
    max_size=12,
)
links = st.lists(st.builds(Link, label=labels, url=st.just("https://example.com/a")), max_size=2)
platforms = st.builds(
    Capabilities,
    max_text=st.integers(30, 80), max_buttons=st.integers(0, 5),
    max_button_label=st.integers(0, 20), max_rows=st.integers(0, 10),
    max_row_label=st.integers(0, 24), max_row_description=st.integers(0, 24),
    max_text_with_options=st.none() | st.integers(20, 80), links=st.booleans(),
    files=st.booleans(), max_caption=st.integers(0, 40), cards=st.booleans(), forms=st.booleans(),
    controls=st.frozensets(st.sampled_from(KINDS)),
)  # fmt: skip
sent_files = st.lists(
    st.builds(
        SentFile, blob=st.just(BlobId("0" * 64)), name=labels, mime=st.just("image/png"),
        size=st.just(1),
    ),
    max_size=3,
)  # fmt: skip
cards = st.builds(
    ShownCard, title=labels, text=words,
    image=st.none() | st.just("https://example.com/picture.png"),
)  # fmt: skip
asked = st.sampled_from(KINDS).map(lambda kind: FormField(name="it", label="It?", kind=kind))
forms = asked.map(lambda field: Form(title="All", fields=(field,)))
messages = st.builds(
    OutboundMessage, text=words, options=options.map(tuple), links=links.map(tuple),
    ephemeral=st.booleans(), files=sent_files.map(tuple), card=st.none() | cards,
    form=st.none() | forms, asks=st.none() | asked,
)  # fmt: skip


def letters(text: str) -> str:
    return "".join(text.split())


def shown_words(part: Fitted) -> str:
    """Give all words of a part, in the order in which they are read."""
    card = part.card
    told = [part.text, card.title, card.text] if card else [part.text]
    return "\n".join(filter(None, told))


@few
@given(messages, platforms)
def test_every_limit_is_kept(message: OutboundMessage, platform: Capabilities) -> None:
    for part in fit(message, platform):
        limit = platform.max_text
        if part.options and platform.max_text_with_options is not None:
            limit = min(limit, platform.max_text_with_options)
        if part.file is not None:
            limit = platform.max_caption
        if part.card is not None and part.card.image and platform.max_caption:
            limit = min(limit, platform.max_caption)
        assert units(shown_words(part)) <= limit
        if part.layout is Layout.BUTTONS:
            assert len(part.options) <= platform.max_buttons
            assert all(units(o.label) <= platform.max_button_label for o in part.options)
        if part.layout is Layout.LIST:
            assert len(part.options) <= platform.max_rows
            assert all(units(o.label) <= platform.max_row_label for o in part.options)
            assert all(units(o.description) <= platform.max_row_description for o in part.options)


@few
@given(messages, platforms)
def test_nothing_is_shown_that_the_platform_has_not(
    message: OutboundMessage, platform: Capabilities
) -> None:
    for part in fit(message, platform):
        assert part.card is None or platform.cards
        assert part.form is None or platform.forms
        assert part.file is None or platform.files
        assert not part.links or platform.links
        assert part.asks is None or part.asks.kind in platform.controls


@few
@given(messages, platforms)
def test_no_word_and_no_choice_is_lost(message: OutboundMessage, platform: Capabilities) -> None:
    parts = fit(message, platform)
    text = letters("".join(map(shown_words, parts)))
    drawn = parts[-1].card
    held = [option for part in parts for option in part.options]

    assert text.startswith(letters(message.text))
    brought = [part.file for part in parts if part.file is not None]
    assert brought == (list(message.files) if platform.files else [])
    assert platform.files or all(letters(file.name) in text for file in message.files)
    assert not any(part.file and (part.options or part.links or part.card) for part in parts)
    assert held in ([], list(message.options))
    for option in message.options:
        assert option in held or letters(option.label) in text
        if option not in held or parts[-1].layout is Layout.BUTTONS:
            assert letters(option.description) in text
    for link in card_as_text(message).links:
        pictured = drawn is not None and drawn.image == link.url
        assert pictured or link in parts[-1].links or letters(f"{link.label}: {link.url}") in text


@few
@given(messages, platforms)
def test_words_stay_in_their_order(message: OutboundMessage, platform: Capabilities) -> None:
    parts = fit(message, platform)
    text = letters("".join(map(shown_words, parts)))
    card, since = message.card, 0
    in_order = [message.text, *([card.title, card.text] if card else [])]
    if not any(part.options for part in parts):
        in_order += [f"{number}. {one.label}" for number, one in enumerate(message.options, 1)]

    for words_ in map(letters, in_order):
        at = text.find(words_, since)
        assert at >= since
        since = at + len(words_)


@few
@given(messages, platforms)
def test_what_is_tapped_stands_under_the_last_part(
    message: OutboundMessage, platform: Capabilities
) -> None:
    *others, final = fit(message, platform)

    for part in others:
        assert not any([part.options, part.links, part.card, part.form, part.asks])
        assert part.layout is Layout.NONE
    assert {part.ephemeral for part in (*others, final)} == {message.ephemeral}
    assert bool(final.options) == (final.layout in {Layout.BUTTONS, Layout.LIST})
    assert final.form == (message.form if platform.forms else None)
    known = message.asks is not None and message.asks.kind in platform.controls
    assert final.asks == (message.asks if known else None)


@few
@given(messages, platforms)
def test_what_fits_is_left_as_it_is(message: OutboundMessage, platform: Capabilities) -> None:
    for part in fit(message, platform):
        again = OutboundMessage(
            text=part.text, options=part.options, links=part.links, ephemeral=part.ephemeral,
            form=part.form, files=(part.file,) if part.file else (), card=part.card, asks=part.asks,
        )  # fmt: skip
        kept = Layout.NONE if part.layout is Layout.NUMBERED else part.layout

        assert fit(again, platform) == (replace(part, layout=kept),)


@few
@given(messages, platforms)
def test_a_control_that_is_not_there_changes_nothing_else(
    message: OutboundMessage, platform: Capabilities
) -> None:
    without = replace(platform, controls=frozenset())

    assert fit(message, without) == fit(replace(message, asks=None), without)


@few
@given(messages)
def test_a_card_is_lost_in_no_text(message: OutboundMessage) -> None:
    text = card_as_text(message)

    assert text.card is None
    assert text.options == message.options
    assert card_as_text(text) == text
    card = message.card
    if card is None:
        assert text == message
    else:
        lines = filter(None, [message.text, card.title, card.text])
        assert text.text == "\n".join(lines)
        image = (Link(label=card.title, url=card.image),) if card.image else ()
        assert text.links == (*message.links, *image)


@few
@given(messages, platforms)
def test_no_part_is_blank_beside_others(message: OutboundMessage, platform: Capabilities) -> None:
    parts = fit(message, platform)
    spoken = [part for part in parts if part.file is None]
    last = spoken[-1] if spoken else None
    held = last is not None and any([last.options, last.links, last.card, last.form, last.asks])

    for part in spoken[:-1]:
        assert part.text.strip()
    assert len(parts) == 1 or last is None or last.text.strip() or held


def test_a_card_stands_below_its_words_where_one_message_holds_them() -> None:
    card = ShownCard(title="Rosa", text="By the sea", image="https://example.com/a.png")
    book = Option(token="t", label="Book")
    message = OutboundMessage(text="Found one.", options=(book,), card=card)
    platform = Capabilities(
        max_text=99, max_buttons=3, max_button_label=20, cards=True, links=True, max_caption=30
    )

    (part,) = fit(message, platform)
    assert (part.text, part.card, part.options) == ("Found one.", card, (book,))
    above, below = fit(replace(message, text="Found one by the sea."), platform)
    assert (above.text, above.card, below.text, below.card) == (
        "Found one by the sea.", None, "", card,
    )  # fmt: skip
    (words_,) = fit(message, replace(platform, max_caption=10))
    assert (words_.text, words_.card) == ("Found one.\nRosa\nBy the sea", None)
    assert words_.links == (Link(label="Rosa", url="https://example.com/a.png"),)


def test_what_cannot_be_tapped_is_written_into_the_card() -> None:
    card = ShownCard(title="Rosa")
    message = OutboundMessage(
        text="", card=card, options=(Option(token="t", label="Book"),),
        links=(Link(label="Map", url="https://example.com"),),
    )  # fmt: skip

    (part,) = fit(message, Capabilities(max_text=99, cards=True))

    assert part.card == replace(card, text="Map: https://example.com\n1. Book")
    assert (part.text, part.layout) == ("", Layout.NUMBERED)


TEN = tuple(Option(token=str(n), label=f"choice {n}") for n in range(10))


@pytest.mark.parametrize(
    ("options", "platform", "layout"),
    [
        ((), Capabilities(max_text=99), Layout.NONE),
        (TEN[:3], Capabilities(max_text=99, max_buttons=3, max_button_label=20), Layout.BUTTONS),
        (TEN[:3], Capabilities(max_text=99, max_buttons=3, max_button_label=5), Layout.NUMBERED),
        (TEN, Capabilities(max_text=99, max_rows=10, max_row_label=24), Layout.LIST),
        (TEN, Capabilities(max_text=999, max_rows=9, max_row_label=24), Layout.NUMBERED),
    ],
)
def test_options_become_buttons_a_list_or_numbered_lines(
    options: tuple[Option, ...], platform: Capabilities, layout: Layout
) -> None:
    parts = fit(OutboundMessage(text="Which?", options=options), platform)

    assert parts[-1].layout is layout
    if layout is Layout.NUMBERED:
        assert "3. choice 2" in "\n".join(part.text for part in parts)


def test_a_description_is_never_hidden_behind_a_button() -> None:
    option = Option(token="t", label="19:00", description="by the window")
    platform = Capabilities(max_text=99, max_buttons=3, max_button_label=20)

    (part,) = fit(OutboundMessage(text="When?", options=(option,)), platform)

    assert part.text == "When?\n1. 19:00: by the window"


def test_a_long_text_is_cut_between_lines_then_words_then_letters() -> None:
    platform = Capabilities(max_text=10)

    def texts(text: str) -> list[str]:
        return [part.text for part in fit(OutboundMessage(text=text), platform)]

    assert texts("one two\nthree four") == ["one two", "three four"]
    assert texts("a\nbc de fg hi") == ["a\nbc de fg", "hi"]
    assert texts("exactly10! more") == ["exactly10!", "more"]
    assert texts("abcdefghijklm") == ["abcdefghij", "klm"]
    assert texts("😀😀😀😀😀😀") == ["😀😀😀😀😀", "😀"]
    assert texts("") == [""]


def test_a_character_wider_than_the_limit_is_sent_alone() -> None:
    parts = fit(OutboundMessage(text="😀😀"), Capabilities(max_text=1))

    assert [part.text for part in parts] == ["😀", "😀"]


@given(st.text(max_size=40), st.integers(1, 20))
def test_a_label_is_cut_to_its_limit(label: str, limit: int) -> None:
    cut = shortened(label, limit)

    assert units(cut) <= limit
    assert cut == label or cut.endswith("…")
