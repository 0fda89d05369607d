"""Which messages of a group are for the bot, whatever Telegram sends it."""

from typing import Any

import pytest

from bot import InboundMessage, account_of
from connectors.telegram.hearing import Hearing, needs_name
from connectors.telegram.wire import parse_update
from tests.connectors.telegram.updates import ADA, GROUP, SHOP_BOT, body, message

ACCOUNT = account_of("telegram", "42")
SHOP = Hearing(username="ShopBot")
ALL = Hearing(username="ShopBot", hears_all=True)
OURS = message(**{"from": SHOP_BOT}, chat=GROUP, text="How many guests?")


def heard(text: str, hearing: Hearing = SHOP, **changes: Any) -> list[InboundMessage]:
    said = message(**{"chat": GROUP, "text": text} | changes)
    return list(parse_update(ACCOUNT, body(message=said), hearing).messages)


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ("/book 4 friday", "/book 4 friday"),
        ("/book@shopbot 4", "/book@shopbot 4"),
        ("@ShopBot a table for four", "a table for four"),
        ("@shopbot: a table for four", "a table for four"),
        ("a table for four, @ShopBot!", "a table for four, @ShopBot!"),
        ("please /book@ShopBot", "please /book@ShopBot"),
        ("@ShopBot", "@ShopBot"),
    ],
)
def test_commands_and_mentions_are_for_the_bot(text: str, arrives: str) -> None:
    (found,) = heard(text)

    assert (found.text, found.room) == (arrives, "-100123")


@pytest.mark.parametrize(
    "text",
    [
        "see you at eight",
        "/book@other_bot 4",
        "@other_bot a table",
        "mail me at ada@shopbot.example",
        "ask @ShopBotFriend",
        "and/or",
    ],
)
def test_what_others_say_to_each_other_is_not(text: str) -> None:
    assert heard(text) == []


def test_a_reply_to_the_bot_is_for_the_bot_and_one_to_a_person_is_not() -> None:
    assert [one.text for one in heard("four", reply_to_message=OURS)] == ["four"]
    assert heard("four", reply_to_message=message(chat=GROUP)) == []


def test_a_command_for_another_bot_is_not_ours_even_as_a_reply_to_us() -> None:
    assert heard("/start@other_bot", reply_to_message=OURS) == []


def test_in_a_topic_that_the_bot_opened_not_everything_is_a_reply_to_it() -> None:
    opened = OURS | {"forum_topic_created": {"name": "Lunch", "icon_color": 1}}
    del opened["text"]

    assert heard("see you", reply_to_message=opened, message_thread_id=3) == []


def test_a_mention_of_a_bot_without_the_name_written_counts() -> None:
    named = [{"type": "text_mention", "offset": 0, "length": 4, "user": SHOP_BOT}]
    person = [{"type": "text_mention", "offset": 0, "length": 4, "user": ADA}]

    assert len(heard("Shop, a table", entities=named)) == 1
    assert heard("Ada, a table", entities=person) == []


def test_a_bot_that_hears_all_leaves_only_other_bots_commands() -> None:
    assert [one.text for one in heard("see you at eight", ALL)] == ["see you at eight"]
    assert heard("/book@other_bot 4", ALL) == []
    assert heard("", ALL, photo=[]) == []


def test_a_private_chat_needs_no_name_and_keeps_it() -> None:
    (found,) = parse_update(ACCOUNT, body(message=message(text="@ShopBot hello")), SHOP).messages

    assert found.text == "@ShopBot hello"


def test_a_bot_that_does_not_know_its_name_takes_every_name_for_its_own() -> None:
    assert [one.text for one in heard("/book@any_bot 4", Hearing())] == ["/book@any_bot 4"]


@pytest.mark.parametrize(
    ("update", "needed"),
    [
        (body(message=message(chat=GROUP, text="/book@shop_bot")), True),
        (body(message=message(chat=GROUP, text="hello @shop_bot")), True),
        (body(message=message(chat=GROUP, caption="@shop_bot", text=None)), True),
        (body(message=message(chat=GROUP, text="/book")), False),
        (body(message=message(chat=GROUP, text="at 5 @ home")), False),
        (body(message=message(text="/book@shop_bot")), False),
        (body(message="@"), False),
        (b"@", False),
        (b'["@"]', False),
    ],
)
def test_the_name_is_needed_only_where_a_group_says_one(update: bytes, *, needed: bool) -> None:
    assert needs_name(update) is needed


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ("/start book", "/book"),
        ("/start Book", "/book"),
        ("/start@ShopBot book", "/book"),
        ("/start link_65V2WGYA", "/start link_65V2WGYA"),
        ("/start book_4", "/start book_4"),
        ("/start book now", "/start book now"),
        ("/started book", "/started book"),
        ("/start", "/start"),
    ],
)
@pytest.mark.parametrize("chat", [{"id": 7, "type": "private"}, GROUP], ids=["private", "group"])
def test_a_deep_link_to_a_command_starts_it(text: str, arrives: str, chat: dict[str, Any]) -> None:
    hearing = Hearing(username="ShopBot", commands=frozenset({"book"}))

    (found,) = heard(text, hearing, chat=chat)

    assert found.text == arrives
