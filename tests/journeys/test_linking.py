"""Linking: nothing but proof joins two people, and parting gives everything back."""

from bot import Context, command
from bot.testing import Channel, bot_for


@command("ask")
async def ask(ctx: Context, first: int, second: int) -> str:
    """Ask for two numbers."""
    return f"{first} and {second}."


@command("tell")
async def tell(ctx: Context, word: str) -> str:
    """Tell a word."""
    return f"You said {word}."


async def code_on(channel: Channel) -> str:
    await channel.says("/link")
    shown = channel.sees("/link ").text
    return next(word for word in shown.split() if len(word) == 9 and word[4] == "-")


async def test_the_open_question_follows_to_the_newly_linked_channel() -> None:
    async with bot_for(ask) as bot:
        alice, phone = bot.person("alice", slack="U1"), bot.person("phone", telegram="7")
        await alice.slack.says("/ask 4")
        code = await code_on(alice.slack)

        await phone.telegram.says(f"/link {code.lower().replace('-', '')}")
        phone.telegram.sees("The code is good. Say yes on the channel where you asked for it.")
        alice.slack.sees("Join Telegram to this conversation?", buttons=["Yes", "No"])
        await alice.slack.taps("Yes")

        alice.slack.sees("Joined: Telegram.")
        phone.telegram.sees("You are linked with Slack now. So far: 4. Second?")
        await phone.telegram.says("5")
        phone.telegram.sees("4 and 5.")


async def test_two_open_dialogs_are_kept_the_last_used_on_top_and_the_other_mentioned() -> None:
    async with bot_for(ask, tell) as bot:
        alice, phone = bot.person("alice", slack="U1"), bot.person("phone", telegram="7")
        await alice.slack.says("/ask 4")
        code = await code_on(alice.slack)
        await bot.clock.forward(minutes=1)
        await phone.telegram.says("/tell")
        await phone.telegram.says(f"/link {code}")

        await alice.slack.says("yes")

        phone.telegram.sees("Also open: Ask for two numbers. Word?")
        await phone.telegram.says("hm")
        phone.telegram.sees("You said hm.")
        phone.telegram.sees("Back to: Ask for two numbers. So far: 4. Second?")


async def test_a_no_joins_nobody() -> None:
    async with bot_for(ask) as bot:
        alice, phone = bot.person("alice", slack="U1"), bot.person("phone", telegram="7")
        await alice.slack.says("/ask 4")
        code = await code_on(alice.slack)
        await phone.telegram.says(f"/link {code}")

        await alice.slack.says("no")
        await alice.slack.says("cancel")
        await phone.telegram.says("5")

        phone.telegram.sees("I did not understand “5”.")


async def test_a_code_counts_once_and_for_ten_minutes() -> None:
    async with bot_for(ask) as bot:
        alice = bot.person("alice", slack="U1")
        phone, thief = bot.person("phone", telegram="7"), bot.person("thief", telegram="8")
        code = await code_on(alice.slack)
        await phone.telegram.says(f"/link {code}")
        await thief.telegram.says(f"/link {code}")
        thief.telegram.sees("That code is not right, or it has expired.")
        await alice.slack.says("yes")

        late = await code_on(alice.slack)
        await bot.clock.forward(minutes=11)
        await thief.telegram.says(f"/link {late}")

        thief.telegram.sees("That code is not right, or it has expired.")


async def test_five_wrong_codes_lock_the_address_that_tries_for_fifteen_minutes() -> None:
    async with bot_for(ask) as bot:
        alice, thief = bot.person("alice", slack="U1"), bot.person("thief", telegram="8")
        code = await code_on(alice.slack)
        for number in range(5):
            await thief.telegram.says(f"/link 0000-000{number}")

        await thief.telegram.says(f"/link {code}")

        thief.telegram.sees("Too many wrong codes. Try again in 15 minutes.")
        await bot.clock.forward(minutes=16)
        fresh = await code_on(alice.slack)
        await thief.telegram.says(f"/link {fresh}")
        thief.telegram.sees("The code is good.")


async def test_unlinking_gives_each_channel_its_own_dialogs_back() -> None:
    async with bot_for(ask, tell) as bot:
        alice, phone = bot.person("alice", slack="U1"), bot.person("phone", telegram="7")
        await phone.telegram.says("/tell")
        code = await code_on(alice.slack)
        await phone.telegram.says(f"/link {code}")
        await alice.slack.says("yes")
        await alice.slack.says("/ask 4")

        await phone.telegram.says("/unlink")
        await phone.telegram.says("yes")
        await phone.telegram.says("hm")
        await alice.slack.says("5")

        phone.telegram.sees("Parted.")
        phone.telegram.sees("You said hm.")
        alice.slack.sees("4 and 5.")


async def test_a_request_that_nobody_made_cannot_be_joined() -> None:
    async with bot_for(ask) as bot:
        thief = bot.person("thief", telegram="8")

        await thief.telegram.says("/joining 0123456789abcdef somebody")
        await thief.telegram.says("yes")

        thief.telegram.sees("That request has expired.")


async def test_a_link_into_telegram_brings_the_code_and_the_open_question() -> None:
    async with bot_for(ask) as bot:
        alice, phone = bot.person("alice", slack="U1"), bot.person("phone", telegram="7")
        await alice.slack.says("/ask 4")
        code = await code_on(alice.slack)

        await phone.telegram.says(f"/start link_{code.replace('-', '')}")
        await alice.slack.says("yes")

        phone.telegram.sees("The channel where you asked for the code now asks you for a yes.")
        phone.telegram.sees("You are linked with Slack now. So far: 4. Second?")
