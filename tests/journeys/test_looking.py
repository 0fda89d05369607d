"""What a channel may show beside the chat: open dialogs, and the choices of a long menu."""

from bot import Address, DialogCard, Line, PromptId, account_of
from bot.testing import Harness, bot_for


def line_of(bot: Harness, channel: str = "slack") -> Line:
    return bot.bot.site.mounted[channel].line


def address(user: str, channel: str = "slack") -> Address:
    return Address(account=account_of(channel), user=user, place=f"D{user}")


def prompt_of(bot: Harness, user: str) -> PromptId:
    """Tell which question somebody sees on Slack."""
    shown = bot.world.fakes["slack"].screens[user][-1]  # type: ignore[attr-defined] # its fakes
    return PromptId(shown.tokens[0].partition(".")[0])


async def test_a_stranger_has_nothing_open_and_stays_a_stranger() -> None:
    async with bot_for("commands.booking") as bot:
        assert await line_of(bot).dialogs(address("U9")) == ()
        assert await bot.bot.store.customers.customer_of(address("U9")) is None


async def test_an_open_dialog_tells_its_question_its_answers_and_the_way_back() -> None:
    async with bot_for("commands.booking") as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/book friday")
        await alice.telegram.says("4 people")

        for channel, user in (("slack", "U1"), ("telegram", "7")):
            (card,) = await line_of(bot, channel).dialogs(address(user, channel))
            assert card == DialogCard(
                title="Book a table", question="What time?",
                known="Day: Friday 20 November\nGuests: 4", words="/book",
            )  # fmt: skip


async def test_the_words_of_a_dialog_lead_back_to_it() -> None:
    async with bot_for("commands.booking", "tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/book friday")
        await alice.slack.says("/trip Rome")
        newest, oldest = await line_of(bot).dialogs(address("U1"))
        assert (newest.words, newest.known) == ("/trip", "City: Rome")

        await alice.slack.says(oldest.words)
        alice.slack.sees("What time?")
        assert [one.words for one in await line_of(bot).dialogs(address("U1"))] == [
            oldest.words, newest.words,
        ]  # fmt: skip


async def test_the_language_of_who_looks_is_that_of_the_answers() -> None:
    async with bot_for("commands.booking") as bot:
        alice, line = bot.person("alice", slack="U1"), line_of(bot)
        assert await line.locale(address("U1")) == "en"
        assert await line.locale(address("U1"), told="de-DE") == "de-DE"
        assert await line.locale(address("U1"), told="ja-JP") == "en"

        await alice.slack.says("/language fr")
        assert await line.locale(address("U1"), told="de-DE") == "fr"
        booking = next(one for one in line.commands("fr") if one.name == "book")
        assert booking.summary == "Réserver une table."


async def test_looking_changes_nothing() -> None:
    async with bot_for("commands.booking", "tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome")
        before = await bot.bot.store.turns.look(address("U1"))
        await line_of(bot).dialogs(address("U1"))
        await line_of(bot).choices(address("U1"), PromptId("none"), "")

        assert await bot.bot.store.turns.look(address("U1")) == before


async def test_a_parked_dialog_says_what_it_waits_for_and_has_no_words() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/parcel 42")

        (card,) = await line_of(bot).dialogs(address("U1"))
        assert (card.question, card.words) == ("I will come back to you here.", "")


async def test_choices_are_found_by_all_the_typed_words_with_the_tokens_of_the_buttons() -> None:
    async with bot_for("tests.journeys.trips") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/trip Rome tomorrow")
        prompt, line = prompt_of(bot, "U1"), line_of(bot)

        every = await line.choices(address("U1"), prompt, "")
        assert [one.label for one in every] == ["Hotel Rosa", "Hotel Blu"]
        assert [one.token for one in every] == [f"{prompt}.0", f"{prompt}.1"]
        assert await line.choices(address("U1"), prompt, " BLU hot") == every[1:]
        assert await line.choices(address("U1"), prompt, "blu rosa") == []
        assert await line.choices(address("U1"), PromptId("unknown"), "") == ()
        assert await line.choices(address("U2"), prompt, "") == ()


async def test_the_choices_of_a_forms_field_are_its_words() -> None:
    async with bot_for("commands.booking") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/book")
        (asked,) = await bot.bot.store.turns.look(address("U1"))
        (prompt,), line = (one.id for one in asked.state.prompts), line_of(bot)

        every = await line.choices(address("U1"), prompt, "", field="area")
        assert [one.label for one in every] == ["inside", "terrace"]
        assert await line.choices(address("U1"), prompt, "TERR", field="area") == every[1:]
        assert await line.choices(address("U1"), prompt, "", field="guests") == []
        assert await line.choices(address("U1"), prompt, "", field="unknown") == []
