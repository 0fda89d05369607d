"""No word and no choice is lost on the way to a screen: a part of `ConnectorContract`."""

import pytest

from bot.errors import PermanentSendError
from bot.model.messages import FormField, Link, Option, OutboundMessage, ShownCard
from bot.testing.contracts.hooks import Platform, claiming, where
from bot.testing.contracts.samples import ARABIC, AWKWARD, FAMILY, HUGE_WORD, options_of
from bot.testing.contracts.workbench import Workbench


def written(bench: Workbench) -> str:
    """Give every word of the bot on the person's screen, buttons and all."""
    return "\n".join("\n".join([seen.text, *seen.buttons]) for seen in bench.replies)


class ShowingContract(Platform):
    """What is sent is seen as it was meant, within the platform's limits."""

    @pytest.mark.parametrize(
        "text",
        ["Booked: T1.", AWKWARD, ARABIC, FAMILY, "one\ntwo\n\nthree", "a" * 200, "&amp; &lt;b>"],
    )
    async def test_plain_text_is_shown_as_it_is(self, bench: Workbench, text: str) -> None:
        message = await bench.hears("hello")

        receipt = await bench.answers(OutboundMessage(text=text), message)

        assert [seen.text for seen in bench.replies] == [text]
        assert receipt.provider_id is None or receipt.provider_id == bench.replies[-1].id

    @pytest.mark.parametrize("text", ["a\ud800b end", "a\0b end", "\x1b[31m\x07 end", "\u202e end"])
    async def test_unprintable_letters_keep_no_words_back(
        self, bench: Workbench, text: str
    ) -> None:
        message = await bench.hears("hello")

        await bench.answers(OutboundMessage(text=text), message)

        assert bench.replies[-1].text.endswith(" end")

    async def test_a_word_of_four_kilobytes_is_shown_whole(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        await bench.answers(OutboundMessage(text=HUGE_WORD), message)

        assert "".join(seen.text for seen in bench.replies) == HUGE_WORD

    async def test_a_long_text_arrives_whole_and_in_order(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        text = " ".join(f"word{number:05d}" for number in range(1000))
        options = options_of("More")

        await bench.answers(OutboundMessage(text=text, options=options), message)

        words = " ".join(seen.text for seen in bench.replies).split()
        assert words[:1000] == text.split()
        assert "More" in bench.replies[-1].buttons or words[-1] == "More"

    async def test_a_text_as_long_as_claimed_is_one_message(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        longest = min(bench.connector.capabilities.max_text, 20_000)

        await bench.answers(OutboundMessage(text="x" * longest), message)

        assert [len(seen.text) for seen in bench.replies] == [longest]

    async def test_what_has_no_words_is_shown_or_refused_for_good(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        for text in ("", " ", "\n"):
            try:
                await bench.answers(OutboundMessage(text=text), message)
            except PermanentSendError:
                continue
        await bench.answers(OutboundMessage(text="Still here."), message)

        assert bench.replies[-1].text == "Still here."

    async def test_choices_without_words_can_be_made(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        await bench.answers(OutboundMessage(text="", options=options_of("Yes", "No")), message)

        assert "Yes" in written(bench)
        assert "No" in written(bench)

    @pytest.mark.parametrize("count", [1, 3, 4, 10, 12, 120])
    async def test_no_choice_is_lost(self, bench: Workbench, count: int) -> None:
        message = await bench.hears("hello")
        options = options_of(*[f"Choice {number:03d}" for number in range(count)])

        await bench.answers(OutboundMessage(text="Which?", options=options), message)

        shown = [label for seen in bench.replies for label in seen.buttons]
        said = "\n".join(seen.text for seen in bench.replies)
        assert bench.replies[0].text.startswith("Which?")
        assert all(option.label in shown or option.label in said for option in options)
        if shown:
            await bench.emulator.taps(bench.person, bench.replies[-1].id, options[-1].label)
            tap = bench.messages[-1].tap
            assert tap is not None
            assert tap.token == options[-1].token

    async def test_numbered_choices_are_typed_back(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        options = options_of(*[f"Choice {number:03d}" for number in range(120)])
        await bench.answers(OutboundMessage(text="Which?", options=options), message)
        if any(seen.buttons for seen in bench.replies):
            pytest.skip("does not apply: this platform shows 120 choices")

        answer = await bench.hears("120")

        assert "120. Choice 119" in written(bench)
        assert answer.text == "120"
        assert answer.sender == message.sender

    async def test_an_over_long_label_does_not_lose_its_words(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        label = "terrace " * 30 + "end"
        options = options_of(label, "Inside")

        await bench.answers(OutboundMessage(text="Where?", options=options), message)

        shown = " ".join([seen.text + " ".join(seen.buttons) for seen in bench.replies])
        assert shown.count("terrace") == 30

    @pytest.mark.parametrize(
        "label", ["5 < 6 & *so*", "<@U9> `x`", "الساعة 19:30", "👩‍👩‍👧‍👦 vier"]
    )
    async def test_a_label_is_shown_as_it_is(self, bench: Workbench, label: str) -> None:
        message = await bench.hears("hello")
        options = options_of(label, "Other")

        await bench.answers(OutboundMessage(text="Which?", options=options), message)

        last = bench.replies[-1]
        assert label in last.buttons or label in last.text
        if label in last.buttons:
            await bench.emulator.taps(bench.person, last.id, label)
            tap = bench.messages[-1].tap
            assert tap is not None
            assert tap.token == options[0].token

    async def test_what_an_option_says_of_itself_is_seen(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        options = (
            Option(token="t1", label="Terrace", description="with a view"),  # noqa: S106 - a button's
            Option(token="t2", label="Inside", description="by the fire"),  # noqa: S106 - a button's
        )

        await bench.answers(OutboundMessage(text="Where?", options=options), message)

        seen = f"{written(bench)}\n{[reply.raw for reply in bench.replies]!r}"
        assert "with a view" in seen
        assert "by the fire" in seen

    @claiming("max_buttons")
    async def test_as_many_buttons_as_claimed_are_shown(self, bench: Workbench) -> None:
        limits = bench.connector.capabilities
        message = await bench.hears("hello")
        labels = [f"{n:02d}".ljust(limits.max_button_label, "x") for n in range(limits.max_buttons)]

        await bench.answers(OutboundMessage(text="So?", options=options_of(*labels)), message)

        assert bench.replies[-1].buttons == tuple(labels)

    @claiming("max_rows")
    async def test_as_many_rows_as_claimed_are_shown(self, bench: Workbench) -> None:
        limits = bench.connector.capabilities
        message = await bench.hears("hello")
        labels = [f"{n:02d}".ljust(limits.max_row_label, "x") for n in range(limits.max_rows)]

        await bench.answers(OutboundMessage(text="So?", options=options_of(*labels)), message)

        assert bench.replies[-1].buttons == tuple(labels)

    @claiming("max_text_with_options")
    async def test_a_text_over_buttons_is_as_long_as_claimed(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        longest = bench.connector.capabilities.max_text_with_options or 0

        asked = OutboundMessage(text="x" * longest, options=options_of("Yes"))
        await bench.answers(asked, message)

        assert [(len(seen.text), seen.buttons) for seen in bench.replies] == [(longest, ("Yes",))]

    @pytest.mark.parametrize("label", ["Menu", "5 < 6 & [so](y) | x>"])
    async def test_a_link_can_be_followed(self, bench: Workbench, label: str) -> None:
        message = await bench.hears("hello")
        link = Link(label=label, url="https://example.test/menu?a=1&b=2")

        await bench.answers(OutboundMessage(text="Here.", links=(link,)), message)

        (seen,) = bench.replies
        assert label in seen.buttons or link.url in seen.text

    async def test_several_links_are_all_there(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        links = tuple(Link(label=f"Page {n}", url=f"https://example.test/{n}") for n in range(4))

        await bench.answers(OutboundMessage(text="Here.", links=links), message)

        shown = f"{written(bench)}\n{[reply.raw for reply in bench.replies]!r}"
        assert all(link.url in shown and link.label in shown for link in links)

    async def test_a_card_loses_no_words(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        card = ShownCard(title="Trattoria da Ada", text="Open till late & <later>")

        await bench.answers(OutboundMessage(text="Found.", card=card), message)

        shown = f"{written(bench)}\n{[reply.raw for reply in bench.replies]!r}"
        assert "Found." in shown
        assert "Trattoria da Ada" in shown
        assert "Open till late" in shown

    @pytest.mark.parametrize("kind", ["date", "time", "phone", "place", "text"])
    async def test_a_question_with_a_control_is_still_a_question(
        self, bench: Workbench, kind: str
    ) -> None:
        message = await bench.hears("hello")
        field = FormField(name="it", label="Which one?", kind=kind)

        await bench.answers(OutboundMessage(text="Which one?", asks=field), message)

        assert "Which one?" in written(bench)

    async def test_messages_are_seen_in_the_order_they_were_sent(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        for number in range(5):
            await bench.answers(OutboundMessage(text=f"part {number}"), message)

        assert [seen.text for seen in bench.replies] == [f"part {number}" for number in range(5)]

    async def test_an_answer_without_hints_reaches_the_person(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        await bench.connector.send(OutboundMessage(text="A reminder."), message.sender, {})

        assert [seen.text for seen in bench.replies] == ["A reminder."]

    async def test_hints_that_nobody_knows_are_passed_over(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        hints = {**message.hints, "client_id": "AAAAAAAAAAA", "of_tomorrow": "x", "heard_at": "?"}

        await bench.connector.send(OutboundMessage(text="Well."), message.sender, hints)

        assert [seen.text for seen in bench.replies] == ["Well."]

    @where("whispering", lambda connector: not connector.capabilities.ephemeral)
    async def test_what_cannot_be_whispered_is_said(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        await bench.answers(OutboundMessage(text="Between us.", ephemeral=True), message)

        assert [seen.text for seen in bench.replies] == ["Between us."]
