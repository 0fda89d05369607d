import pytest

from bot import Invocation, UserError
from commands.help import show_help
from tests.commands.desk import context


async def test_help_alone_lists_what_can_be_typed() -> None:
    reply = await show_help(context())

    assert reply.text == "/book DAY AT: Book a table."


@pytest.mark.parametrize("topic", ["book", "/book", " Book "])
async def test_help_explains_one_command(topic: str) -> None:
    reply = await show_help(context(), topic)

    assert reply.text == "Book a table: which day, what time."


async def test_a_mistyped_topic_offers_what_was_meant() -> None:
    reply = await show_help(context(), "bok")

    assert reply.text == "There is no command bok. Did you mean book?"
    assert [one.command for one in reply.buttons] == [Invocation("help", {"topic": "book"})]


async def test_an_unknown_topic_tells_the_way_on() -> None:
    with pytest.raises(UserError, match=r"no command zzz\. Type help to see what there is\."):
        await show_help(context(), "zzz")
