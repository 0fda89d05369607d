"""Lowering a message to a platform: every limit kept, no word and no choice lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.capabilities import Capabilities, Layout, fit, shortened, units
from bot.model.ids import BlobId
from bot.model.messages import Link, Option, OutboundMessage, SentFile

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
    files=st.booleans(), max_caption=st.integers(0, 40),
)  # fmt: skip
sent_files = st.lists(
    st.builds(
        SentFile, blob=st.just(BlobId("0" * 64)), name=labels, mime=st.just("image/png"),
        size=st.just(1),
    ),
    max_size=3,
)  # fmt: skip
messages = st.builds(
    OutboundMessage, text=words, options=options.map(tuple), links=links.map(tuple),
    ephemeral=st.booleans(), files=sent_files.map(tuple),
)  # fmt: skip


def letters(text: str) -> str:
    return "".join(text.split())


@given(messages, platforms)
def test_every_limit_is_kept(message: OutboundMessage, platform: Capabilities) -> None:
    for part in fit(message, platform):
        limit = platform.max_text
        if part.options and platform.max_text_with_options is not None:
            limit = min(limit, platform.max_text_with_options)
        if part.file is not None:
            limit = platform.max_caption
        assert units(part.text) <= limit
        if part.layout is Layout.BUTTONS:
            assert len(part.options) <= platform.max_buttons
            assert all(units(o.label) <= platform.max_button_label for o in part.options)
        if part.layout is Layout.LIST:
            assert len(part.options) <= platform.max_rows
            assert all(units(o.label) <= platform.max_row_label for o in part.options)
            assert all(units(o.description) <= platform.max_row_description for o in part.options)


@given(messages, platforms)
def test_no_word_and_no_choice_is_lost(message: OutboundMessage, platform: Capabilities) -> None:
    parts = fit(message, platform)
    text = letters("".join(part.text for part in parts))

    assert text.startswith(letters(message.text))
    brought = [part.file for part in parts if part.file is not None]
    assert brought == (list(message.files) if platform.files else [])
    assert platform.files or all(letters(file.name) in text for file in message.files)
    assert not any(part.file and (part.options or part.links) for part in parts)
    for option in message.options:
        held = [shown for part in parts for shown in part.options]
        assert option in held or letters(option.label) in text
        if option not in held or parts[-1].layout is Layout.BUTTONS:
            assert letters(option.description) in text
    for link in message.links:
        assert link in parts[-1].links or link.url in text


@given(messages, platforms)
def test_options_and_links_stand_under_the_last_part(
    message: OutboundMessage, platform: Capabilities
) -> None:
    *others, final = fit(message, platform)

    assert all(not part.options and not part.links for part in others)
    assert all(part.layout is Layout.NONE for part in others)
    assert {part.ephemeral for part in (*others, final)} == {message.ephemeral}
    assert bool(final.options) == (final.layout in {Layout.BUTTONS, Layout.LIST})


@given(messages, platforms)
def test_no_part_is_blank_beside_others(message: OutboundMessage, platform: Capabilities) -> None:
    parts = fit(message, platform)
    spoken = [part for part in parts if part.file is None]
    pressed = bool(spoken) and bool(spoken[-1].options or spoken[-1].links)

    assert len(spoken) <= 1 or all(part.text.strip() for part in spoken)
    assert len(parts) == len(spoken) or all(part.text.strip() for part in spoken) or pressed


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
