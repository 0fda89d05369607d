"""Every kind of parameter over whole conversations: by slash, in words, and step by step."""

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest

from bot import File, Image, Talk, flow
from bot.testing import Harness, Person, bot_for
from tests.journeys.till import OrderLine

JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.7\n" + bytes(40)
PHOTO = Image("check.jpg", data=JPEG)
TWO_LINES = [
    {"quantity": 2, "item": "margherita", "size": None},
    {"quantity": 1, "item": "coke", "size": None},
]


@pytest.fixture
async def bot() -> AsyncIterator[Harness]:
    async with bot_for("tests.journeys.till") as opened:
        yield opened


@pytest.fixture
def alice(bot: Harness) -> Person:
    return bot.person("alice", telegram="7", slack="U1")


async def converse(person: Person, *said: str) -> None:
    for words in said:
        await person.telegram.says(words)


def arguments(bot: Harness, action: str) -> list[Any]:
    return [dict(call.arguments) for call in bot.calls(action)]


@pytest.mark.parametrize(
    "said",
    [
        ["/order two margheritas and a coke table=4", "yes"],
        ["/order 2 margherita 1 coke table=4", "yes"],
        ['/order lines="2 margheritas, 1 cola" 4', "yes"],
        ["order two margheritas and a coke", "table 4", "yes"],
        ["please order a cola, two margheritas for table 4", "2 margheritas and a coke", "yes"],
        ["/order", "two margheritas, and a coke please", "4", "yes"],
        ["/order", "a coke", "4", "no", "change lines", "2 margheritas + 1 coke; 1 sushi",
         "2 margheritas and 1 coke", "yes"],
    ],
)  # fmt: skip
async def test_a_list_of_lines_is_the_same_however_it_is_said(
    bot: Harness, alice: Person, said: list[str]
) -> None:
    await converse(alice, *said)

    alice.telegram.sees("Ordered: K3.")
    assert arguments(bot, "cook") == [{"lines": TWO_LINES, "table": 4}]
    assert bot.asked_twice == []


async def test_a_line_is_refused_with_its_reason_and_asked_again(
    bot: Harness, alice: Person
) -> None:
    await converse(alice, "/order", "21 cokes")
    alice.telegram.sees("“21 cokes”: quantity: It must be 20 or less.")

    await converse(alice, "two large cokes and fish and chips", "4")

    alice.telegram.sees("Order 2 coke large, 1 fish and chips for 4?")


async def test_words_amid_a_list_that_say_nothing_are_named(bot: Harness, alice: Person) -> None:
    await converse(alice, "/order", "two margheritas, a sushi and a coke")

    alice.telegram.sees("I did not understand “sushi”.")
    assert arguments(bot, "cook") == []


@pytest.mark.parametrize(
    "said",
    [
        ["/transfer 12.50 EUR +39 06 6982 1234 bob@example.org", "yes"],
        ["/transfer amount=€12.50 phone=+390669821234 email=bob@Example.org", "yes"],
        ["send 12 euros 50", "06 6982 1234", "bob at example dot org", "yes"],
        ["please send €12,50 to 06 6982 1234, bob@example.org", "yes"],
        ["/transfer", "12.5", "my number is +39 06 6982 1234", "it's bob@example.org", "yes"],
    ],
)
async def test_money_phone_and_email_are_the_same_however_they_are_said(
    bot: Harness, alice: Person, said: list[str]
) -> None:
    await converse(alice, *said)

    alice.telegram.sees("Send 12.50 EUR to +39 06 6982 1234 (bob@example.org)?")
    assert arguments(bot, "pay") == [
        {
            "amount": {"amount": "12.50", "currency": "EUR"},
            "phone": {"e164": "+390669821234"},
            "email": "bob@example.org",
        }
    ]


@pytest.mark.parametrize("said", ["/deposit 50", "deposit a check of 50 euros"])
async def test_a_photo_is_taken_and_is_in_the_record(
    bot: Harness, alice: Person, said: str
) -> None:
    await alice.telegram.says(said)
    alice.telegram.sees("A photo of the check?")

    await alice.telegram.sends(PHOTO)
    if said.startswith("deposit"):
        await alice.telegram.says("yes")

    alice.telegram.sees("Deposited 50.00 EUR: check.jpg, 44 bytes.")
    (kept,) = arguments(bot, "keep")
    assert kept["check"] == {
        "connector": "", "ref": sha256(JPEG).hexdigest(), "kind": "image", "name": "check.jpg",
        "mime": "image/jpeg", "size": 44,
    }  # fmt: skip


async def test_a_photo_with_its_command_underneath_is_taken(bot: Harness, alice: Person) -> None:
    await alice.telegram.sends(PHOTO, text="/deposit 50")

    alice.telegram.sees("Deposited 50.00 EUR")
    assert arguments(bot, "keep")[0]["pages"] == 1


async def test_a_photo_may_come_before_it_is_asked_for(bot: Harness, alice: Person) -> None:
    await converse(alice, "/deposit")
    alice.telegram.sees("How much?")

    await alice.telegram.sends(PHOTO)
    alice.telegram.sees("How much?")
    await converse(alice, "50")

    alice.telegram.sees("Deposited 50.00 EUR: check.jpg")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (File("check.pdf", data=PDF), "“check.pdf”: that is a PDF; I need a photo."),
        (Image("check.jpg", data=PDF),
         "check.jpg: by its content that is a PDF; I need a photo."),
        (Image("check.jpg", data=b"hello, world"),
         "check.jpg: by its content that is something else; I need a photo."),
        (Image("check.jpg", data=JPEG + bytes(1000)),
         "“check.jpg”: that has 1 KB; I can take up to 1 KB."),
        (Image("check.jpg", data=JPEG[:8]), "That picture is too small."),
    ],
)  # fmt: skip
async def test_a_wrong_file_is_refused_with_the_reason_and_the_question_again(
    bot: Harness, alice: Person, sent: File, told: str
) -> None:
    await converse(alice, "/deposit 50")
    alice.telegram.sees("A photo of the check?")

    await alice.telegram.sends(sent)

    alice.telegram.sees(f"{told} A photo of the check?")
    assert arguments(bot, "keep") == []
    await alice.telegram.sends(PHOTO)
    alice.telegram.sees("Deposited")


async def test_words_where_a_photo_is_asked_for_say_what_is_wanted(
    bot: Harness, alice: Person
) -> None:
    await converse(alice, "/deposit 50", "here it is")

    alice.telegram.sees("Please send a photo (up to 1 KB). A photo of the check?")


async def test_a_photo_where_none_is_wanted_is_told_and_the_question_stays(
    bot: Harness, alice: Person
) -> None:
    await alice.telegram.sends(PHOTO)
    alice.telegram.sees("I cannot use the file that you sent.")
    await converse(alice, "/transfer")

    await alice.telegram.sends(PHOTO)
    alice.telegram.sees("I cannot use the file that you sent. How much?")
    await alice.telegram.sends(PHOTO, text="12 euros")

    alice.telegram.sees("I cannot use the file that you sent. To which number?")


async def test_a_photo_sent_on_one_channel_is_read_from_the_other(
    bot: Harness, alice: Person
) -> None:
    await alice.telegram.says("/deposit")
    await alice.telegram.sends(PHOTO)
    await bot.restart()

    await alice.slack.says("20 euros")

    alice.slack.sees("Deposited 20.00 EUR: check.jpg, 44 bytes.")


async def test_a_file_that_cannot_be_fetched_is_asked_for_again(
    bot: Harness, alice: Person
) -> None:
    await converse(alice, "/deposit 50")
    fakes = bot.world.connectors or {}
    fake: Any = fakes["telegram"]
    fake.fail = 1

    await alice.telegram.sends(PHOTO)

    alice.telegram.sees("A photo of the check?")
    alice.telegram.sees("I could not get that file. Please send it again. A photo of the check?")


async def test_another_photo_takes_the_place_of_the_first(bot: Harness, alice: Person) -> None:
    await converse(alice, "/deposit")
    await alice.telegram.sends(PHOTO)

    await alice.telegram.sends(Image("other.png", data=PNG))
    await converse(alice, "50")

    alice.telegram.sees("Deposited 50.00 EUR: other.png, 48 bytes.")


async def test_several_files_of_one_message_are_a_list(bot: Harness, alice: Person) -> None:
    await converse(alice, "/claim")

    await alice.telegram.sends(File("a.pdf", data=PDF), Image("b.png", data=PNG))

    alice.telegram.sees("['a.pdf', 'b.png'] [49, 48] None")


@pytest.mark.parametrize(
    ("said", "ridden"),
    [
        (["/ride airport tomorrow at 18:30"], "airport 19 18:30 None"),
        (['/ride "Piazza Navona" 2026-11-20 19:00 note="two bags"'],
         "Piazza Navona 20 19:00 two bags"),
        (["/ride", "Main Station", "tomorrow evening", "tomorrow at 19:00"],
         "Main Station 19 19:00 None"),
        (["/ride", "Duomo (45.4642, 9.19)", "friday at 7pm"], "Duomo 20 19:00 None"),
    ],
)  # fmt: skip
async def test_a_place_a_moment_and_a_text_are_read(
    bot: Harness, alice: Person, said: list[str], ridden: str
) -> None:
    await converse(alice, *said)

    alice.telegram.sees(ridden)


async def test_tomorrow_evening_is_a_question_and_no_guess(bot: Harness, alice: Person) -> None:
    await converse(alice, "/ride airport", "tomorrow evening")

    alice.telegram.sees("Tomorrow at 18:00", buttons=["Tomorrow at 18:00", "Tomorrow at 21:00"])


@flow("enrol")
async def enrol(talk: Talk) -> str:
    """Enrol."""
    photo = await talk.ask("photo", Image, "A photo of you?")
    size = await talk.once("size", size_of, photo)
    lines = await talk.ask("lines", list[OrderLine], "What for lunch?")
    return f"{photo.name}: {size} bytes, {lines[0].quantity} {lines[0].item}."


async def size_of(photo: Image) -> int:
    return len(await photo.read())


async def test_a_flow_asks_for_every_type_too() -> None:
    async with bot_for(enrol.command) as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/enrol")
        await alice.telegram.sends(File("me.pdf", data=PDF))
        alice.telegram.sees("“me.pdf”: that is a PDF; I need a photo.")

        await alice.telegram.sends(Image("me.jpg", data=JPEG))
        await alice.telegram.says("two cokes")

        alice.telegram.sees("me.jpg: 44 bytes, 2 coke.")


@pytest.mark.slow
@pytest.mark.parametrize("channel", ["telegram", "whatsapp", "slack"])
async def test_a_photo_comes_over_the_wire(channel: str) -> None:
    users = {"telegram": "7", "whatsapp": "393331112222", "slack": "U1"}
    async with bot_for("tests.journeys.till", wire=True) as bot:
        alice = bot.person("alice", **{channel: users[channel]})
        here = alice.channels[channel]
        await here.says("/deposit 50")
        here.sees("A photo of the check?")
        await here.sends(File("check.pdf", data=PDF))
        here.sees("that is a PDF; I need a photo. A photo of the check?")

        await here.sends(PHOTO)

        here.sees("Deposited 50.00 EUR")
        assert arguments(bot, "keep")[0]["check"]["connector"] == ""  # the bot's own by now


async def test_a_restart_amid_an_action_with_a_photo_changes_nothing(
    bot: Harness, alice: Person
) -> None:
    await alice.telegram.sends(PHOTO, text="/deposit 50")
    await bot.crash()
    await alice.telegram.says("hello")

    assert len(arguments(bot, "keep")) == 1
