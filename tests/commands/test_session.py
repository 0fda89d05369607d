import pytest

from bot import Customer, CustomerId, Linking, Manual, UserError
from commands.session import start
from tests.commands.desk import SmallDesk, SmallLinking, SmallManual, context


async def test_start_greets_and_tells_what_can_be_typed() -> None:
    ada = Customer(id=CustomerId("c-1"), name="Ada")

    reply = await start(context(customer=ada))

    assert reply.text == "Hello, Ada. This is what you can type here:\n/book DAY AT: Book a table."


async def test_a_payload_of_another_kind_is_a_plain_start() -> None:
    reply = await start(context(), "spring-campaign")

    assert reply.text.startswith("Hello. This is what you can type here:")


async def test_a_link_that_carries_a_code_redeems_it() -> None:
    linking = SmallLinking()

    reply = await start(
        context(desk=SmallDesk({Linking: linking, Manual: SmallManual()})), "link_ABCDEFGH"
    )

    assert linking.redeemed == ["ABCDEFGH"]
    assert "asks you for a yes" in reply.text


async def test_a_link_with_a_bad_code_says_so() -> None:
    with pytest.raises(UserError, match="not good"):
        await start(context(), "link_WRONG")
