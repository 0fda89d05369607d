"""What was rendered and shown comes back whole: every word, and every choice that is tapped."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot import Link, Option, OutboundMessage, ShownCard, account_of
from connectors.telegram.emulator.chats import Chats
from connectors.telegram.emulator.files import Files
from connectors.telegram.emulator.messages import MessageMethods
from connectors.telegram.emulator.parameters import Parameters
from connectors.telegram.emulator.uploads import UploadMethods
from connectors.telegram.render import Sending, render
from connectors.telegram.wire import parse_update
from tests.connectors.telegram.updates import ADA, body

ACCOUNT = account_of("telegram", "42")
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=2500)
LABELS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=70
).map(str.strip).filter(bool)  # fmt: skip
OPTIONS = st.lists(LABELS, max_size=30).map(
    lambda labels: tuple(Option(token=f"t.{n}", label=label) for n, label in enumerate(labels))
)
CARDS = st.none() | st.builds(
    ShownCard,
    title=LABELS,
    text=st.text(st.characters(codec="utf-8"), max_size=1200),
    image=st.sampled_from([None, "https://example.test/a.png"]),
)
LINKS = st.sampled_from(
    [(), (Link(label="Menu", url="https://a.test/m"),), (Link(label="Menu", url="http://here"),)]
)


def shown(calls: Sequence[Sending]) -> Chats:
    """Let the emulated platform take the calls, as it would over HTTP."""
    chats = Chats({"id": 42, "is_bot": True, "first_name": "Shop", "username": "shop_bot"})
    messages = MessageMethods(chats)
    methods = {**messages.methods(), **UploadMethods(chats, Files(), messages).methods()}
    for call in calls:
        markup = None if call.markup is None else call.markup.to_dict()
        if call.photo is not None:
            given = {"photo": call.photo, "caption": call.text}
            method = "sendphoto"
        else:
            given, method = {"text": call.text}, "sendmessage"
        methods[method](Parameters({"chat_id": 7, "reply_markup": markup, **given}))
    return chats


def packed(text: str) -> str:
    return "".join(text.replace("\0", "").split())


@settings(max_examples=60, deadline=None)
@given(text=WORDS, options=OPTIONS, card=CARDS, links=LINKS)
def test_no_word_and_no_choice_is_lost_on_the_way_there_and_back(
    text: str, options: tuple[Option, ...], card: ShownCard | None, links: tuple[Link, ...]
) -> None:
    message = OutboundMessage(text=text, options=options, card=card, links=links)

    calls = render(message)
    chats = shown(calls)

    read = "".join(packed(post.text) for post in chats.posts.values())
    said = [text, *([card.title, card.text] if card else [])]
    assert packed("".join(said)) in read
    tapped = [tap_of(chats, option) for option in options] if has_buttons(calls) else []
    assert tapped == ([option.token for option in options] if tapped else [])
    if not tapped:
        assert all(packed(option.label) in read for option in options)
    for link in links:
        assert packed(link.url) in read or link.url in repr(list(chats.posts.values())[-1].keyboard)


def has_buttons(calls: Sequence[Sending]) -> bool:
    markup = calls[-1].markup
    if not isinstance(markup, InlineKeyboardMarkup):
        return False
    return any(button.callback_data for row in markup.inline_keyboard for button in row)


def tap_of(chats: Chats, option: Option) -> str:
    """Press a button and read what the bot is told of it."""
    *_, post = chats.posts.values()
    pressed = next(
        button
        for row in post.keyboard
        for button in row
        if button.get("callback_data") == option.token
    )
    assert pressed["text"] == option.label
    query = {
        "id": "9",
        "from": ADA,
        "message": chats.message_json(post),
        "chat_instance": "1",
        "data": pressed["callback_data"],
    }
    (found,) = parse_update(ACCOUNT, body(callback_query=query)).messages
    assert found.tap is not None
    assert found.tap.label == option.label
    return found.tap.token
