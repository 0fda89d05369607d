"""Events and notices: what happened is told once, to those who want to know."""

from bot import Context, Happening, command, on
from bot.testing import bot_for

HEARD: list[tuple[str, object]] = []


@command
async def ring(ctx: Context, times: int) -> str:
    """Ring the bell."""
    for number in range(times):
        ctx.emit("rung", number=number)
    return "Rung."


@on("rung")
async def count(ctx: Context, event: Happening) -> str | None:
    HEARD.append((ctx.customer.id, event.data["number"]))
    return "That was loud." if event.data["number"] == 1 else None


@on("linked")
async def welcome(_ctx: Context, event: Happening) -> str:
    return f"Good to see {event.data['connector']} and {event.data['with_']} together."


@on("rung")
async def stumble(_ctx: Context, _event: Happening) -> None:
    raise ValueError("a subscriber that fails bothers nobody")


@command
async def page(ctx: Context, words: str) -> str:
    """Page oneself."""
    await ctx.notify(ctx.customer, words, purpose="page", key="7")
    return "Paged."


async def test_subscribers_hear_of_each_event_once_and_may_say_something() -> None:
    HEARD.clear()
    async with bot_for(ring, count, stumble) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/ring 2")
        alice.slack.sees("Rung.")
        alice.slack.sees("That was loud.")
        alice.slack.sees_nothing()
        assert [number for _, number in HEARD] == [0, 1]


async def test_the_core_tells_that_two_channels_were_linked() -> None:
    async with bot_for(welcome) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("hello")
        screens = [*alice.slack.screen, *alice.telegram.screen]
        assert sum("Good to see" in seen.text for seen in screens) == 1


async def test_a_notice_is_said_once_for_its_purpose_and_key() -> None:
    async with bot_for(page) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/page hello there")
        await alice.slack.says("/page again")
        said = [seen.text for seen in alice.slack.screen]
        assert said.count("hello there") == 1
        assert "again" not in said
