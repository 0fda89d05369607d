"""What a customer told one command, another that remembers the same does not ask again."""

from typing import Annotated

from bot import Arg, Context, Email, Talk, command, flow
from bot.testing import bot_for

TOLD: list[str] = []


@command("join")
async def joining(
    ctx: Context,
    email: Annotated[Email, Arg("Your e-mail address?", remember="email")],
    seats: Annotated[int, Arg("How many seats?", remember="seats")],
    pin: Annotated[str, Arg("A PIN?", remember="pin", mask=True)],
) -> str:
    """Join us."""
    TOLD.append(f"join {email} {seats} {pin}")
    return "Welcome."


@command("news")
async def news(
    ctx: Context,
    email: Annotated[Email, Arg("Where to?", remember="email")],
    copies: Annotated[int, Arg("How many copies?")],
) -> str:
    """Get the news."""
    TOLD.append(f"news {email}")
    return "You will hear from us."


@flow("tickets")
async def tickets(talk: Talk) -> str:
    """Get tickets."""
    email = await talk.ask("email", Annotated[Email, Arg(remember="email")], "Your address?")
    few = await talk.ask("few", Annotated[int, Arg(le=3, remember="seats")], "How many?")
    return f"{few} to {email}."


async def test_an_answer_is_remembered_over_commands_channels_and_flows() -> None:
    TOLD.clear()
    async with bot_for(joining, news, tickets) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/join ada@example.org 4")
        await alice.slack.says("4711")
        alice.slack.sees("Welcome.")
        await bot.restart()
        await alice.telegram.says("/news")
        alice.telegram.sees("I know from before: ada@example.org. How many copies?")
        await alice.telegram.says("1")
        assert TOLD == ["join ada@example.org 4 4711", "news ada@example.org"]
        await alice.slack.says("/tickets")
        alice.slack.sees("I know from before: ada@example.org. How many?")
        await alice.slack.says("2")
        alice.slack.sees("2 to ada@example.org.")
        assert bot.asked_twice == []


async def test_what_is_known_from_before_can_be_corrected_and_the_newest_counts() -> None:
    TOLD.clear()
    async with bot_for(joining, news) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/join ada@example.org 4 4711")
        await alice.slack.says("/news")
        await alice.slack.says("no, eve@example.org")
        await alice.slack.says("1")
        await alice.slack.says("/news")
        alice.slack.sees("I know from before: eve@example.org.")


async def test_nothing_is_told_of_one_customer_to_another_or_in_a_room() -> None:
    async with bot_for(joining, news) as bot:
        alice = bot.person("alice", slack="U1")
        bob = bot.person("bob", slack="U2")
        await alice.slack.says("/join ada@example.org 4 4711")
        await bob.slack.says("/news")
        bob.slack.sees("Where to?")


async def test_a_cancelled_dialog_is_not_remembered() -> None:
    async with bot_for(joining, news) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/join ada@example.org")
        await alice.slack.says("cancel")
        await alice.slack.says("yes")
        await alice.slack.says("/news")
        alice.slack.sees("Where to?")
