"""Cards and controls from a command to each channel, and what is left of them in the log."""

import pytest

from bot import Address, ConnectorName, EventId, FormFilled, InboundMessage, Received, account_of
from bot.testing import Harness, bot_for
from tests.journeys import hotels

COMMANDS = "tests.journeys.hotels"
USERS = {"slack": "U1", "telegram": "7", "whatsapp": "39333"}
WORDS = ["Found one.", "Hotel Rosa", "By the sea & *quiet*."]
ADDRESSES = [hotels.PICTURE, "https://example.com/map"]


def messages(bot: Harness) -> list[tuple[str, list[str], list[str]]]:
    """Tell what the bot said, as the log has it: words, buttons, addresses of pages."""
    return [
        (
            fact.body["text"],
            [label for _, label in fact.body["options"]],
            [url for _, url in fact.body["links"]],
        )
        for fact in bot.facts.all
        if fact.kind == "message" and fact.body["role"] == "bot"
    ]


@pytest.mark.parametrize("channel", ["slack", "telegram", "whatsapp"])
async def test_a_card_keeps_its_words_and_choices_on_every_platform(channel: str) -> None:
    async with bot_for(COMMANDS, wire=True) as bot:
        alice = bot.person("alice", **{channel: USERS[channel]}).channels[channel]
        await alice.says("/hotels")

        screen = "\n".join(seen.text for seen in alice.screen)
        assert all(word in screen for word in WORDS), screen
        buttons = [label for seen in alice.screen for label in seen.buttons]
        assert [one for one in buttons if one != "Map"] == ["Show more", "Stay here"]
        assert "Map" in buttons or "https://example.com/map" in screen

        await alice.taps("Stay here")
        alice.sees("Which night?")


async def test_whoever_reads_the_log_reads_the_words_of_a_card() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/hotels")
        await alice.slack.says("/sights")

        told, sight = messages(bot)
        assert told[0] == "\n".join(WORDS)
        assert told[1] == ["Show more", "Stay here"]
        assert sorted(told[2]) == sorted(ADDRESSES)
        assert sight == ("Look:\nThe tower\nIt leans.", [], [])


async def test_a_card_s_menu_shown_again_elsewhere_has_its_words() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/hotels")
        await alice.telegram.says("repeat")

        alice.telegram.sees("\n".join(WORDS), buttons=["Show more", "Stay here"])
        await alice.telegram.taps("Stay here")
        alice.telegram.sees("Which night?")


async def test_a_day_that_a_platform_s_own_picker_brings_is_the_answer_once() -> None:
    async with bot_for(COMMANDS) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/stay")
        alice.slack.sees("Which night?", buttons=["Today", "Tomorrow"])
        (open_question,) = await bot.bot.store.turns.look(_slack("U1"))
        prompt = open_question.state.open_prompt
        assert prompt is not None
        picked = InboundMessage(
            event_id=EventId("picked"), sender=_slack("U1"),
            form=FormFilled(prompt=prompt.id, values={"night": "2026-11-20"}),
        )  # fmt: skip

        for _ in range(2):
            received = Received(messages=(picked,))
            await bot.bot.intake.accept(ConnectorName("slack"), received)
            await bot.settle()

        alice.slack.sees("See you on Friday.")
        alice.slack.sees_nothing()


def _slack(user: str) -> Address:
    return Address(account=account_of("slack"), user=user, place=f"D{user}")
