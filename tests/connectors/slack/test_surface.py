"""What a question becomes on Slack: pickers, searched menus, cards; and how it is closed."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from typing_extensions import override

from bot import (
    Address,
    Attached,
    Form,
    FormField,
    FormFilled,
    InboundMessage,
    Option,
    OutboundMessage,
    PermanentSendError,
    PromptId,
    ShownCard,
    StoreBusyError,
    Tap,
)
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack.emulator import open_emulator
from tests.connectors.slack.app import connect_plainly, open_lined_bench, slack
from tests.connectors.slack.socket_bench import open_socket_bench
from tests.connectors.webchat.memory import MemoryLine

PROMPT = PromptId("AbCdEfGh123")
DAY = FormField(name="day", label="Which day?", kind="date")
ASKED = OutboundMessage(
    text="Which day?", prompt=PROMPT, asks=DAY, options=(Option(token="p.0", label="Today"),)
)
STREETS = [Option(token=f"p.{n}", label=f"Street {n}") for n in range(150)]
LONG = OutboundMessage(text="Which street?", prompt=PROMPT, options=tuple(STREETS))


@pytest.fixture
def line() -> MemoryLine:
    return MemoryLine()


@pytest.fixture
async def bench(line: MemoryLine) -> AsyncIterator[Workbench]:
    async with open_lined_bench(line) as bench:
        yield bench


async def asked(bench: Workbench, message: OutboundMessage) -> InboundMessage:
    """Let the person write and the bot ask."""
    heard = await bench.hears("hello")
    await bench.answers(message, heard)
    return heard


# ── Pickers ───────────────────────────────────────────────────────────────────


async def test_a_day_is_picked_beside_the_suggestions(bench: Workbench) -> None:
    heard = await asked(bench, ASKED)
    assert bench.replies[-1].buttons == ("Today", "Pick a day")

    await bench.emulator.taps("U1", bench.replies[-1].id, "Pick a day")
    assert await slack(bench).fills("U1", {"answer": "2026-11-27"}) == {}

    picked = bench.messages[-1]
    assert picked.form == FormFilled(prompt=PROMPT, values={"day": "2026-11-27"})
    assert (picked.sender, picked.text, picked.tap) == (heard.sender, "", None)
    assert slack(bench).form("U1") is None


async def test_a_time_is_picked_and_nonsense_is_held_back_by_the_app(bench: Workbench) -> None:
    at = FormField(name="at", label="What time?", kind="time", value="19:00")
    await asked(bench, replace(ASKED, asks=at))
    await bench.emulator.taps("U1", bench.replies[-1].id, "Pick a time")

    assert await slack(bench).fills("U1", {"answer": "late"})
    assert await slack(bench).fills("U1", {"answer": "20:30"}) == {}

    assert bench.messages[-1].form == FormFilled(prompt=PROMPT, values={"at": "20:30"})


async def test_a_picker_that_is_dismissed_says_nothing(bench: Workbench) -> None:
    await asked(bench, ASKED)
    await bench.emulator.taps("U1", bench.replies[-1].id, "Pick a day")

    await slack(bench).dismisses("U1")

    assert slack(bench).form("U1") is None
    assert len(bench.messages) == 1


# ── Long menus ────────────────────────────────────────────────────────────────


async def test_a_menu_of_more_than_a_hundred_rows_is_searched(
    bench: Workbench, line: MemoryLine
) -> None:
    heard = await asked(bench, LONG)
    line.offered[PROMPT] = STREETS
    await bench.emulator.taps("U1", bench.replies[-1].id, "Type to search")

    told = await slack(bench).fills("U1", {"answer": "street 14"})
    assert "Street 140, Street 141" in told["answer"]
    assert await slack(bench).fills("U1", {"answer": "Street 149"}) == {}

    chosen = bench.messages[-1]
    assert chosen.tap == Tap(token="p.149", label="Street 149")
    assert (chosen.sender, len(bench.messages)) == (heard.sender, 2)


async def test_a_search_finds_at_most_a_hundred_rows_and_records_nothing(
    bench: Workbench, line: MemoryLine
) -> None:
    await asked(bench, LONG)
    line.offered[PROMPT] = STREETS
    await bench.emulator.taps("U1", bench.replies[-1].id, "Type to search")

    await slack(bench).fills("U1", {"answer": "no such street"})
    await slack(bench).fills("U1", {"answer": ""})

    nothing, everything = (json.loads(one.response.body) for one in bench.received[-2:])
    assert nothing == {"options": []}
    assert len(everything["options"]) == 100
    assert len(bench.messages) == 1


async def test_rows_go_back_over_a_socket_as_well(line: MemoryLine) -> None:
    async with open_socket_bench() as bench:
        assert isinstance(bench.connector, Attached)
        bench.connector.attach(line)
        await asked(bench, LONG)
        line.offered[PROMPT] = STREETS
        await bench.emulator.taps("U1", bench.replies[-1].id, "Type to search")

        assert await slack(bench).fills("U1", {"answer": "Street 77"}) == {}
        assert bench.messages[-1].tap == Tap(token="p.77", label="Street 77")


class AwayLine(MemoryLine):
    """A line whose store does not answer."""

    @override
    async def choices(
        self, address: Address, prompt: PromptId, typed: str, *, field: str = ""
    ) -> Sequence[Option]:
        raise StoreBusyError("busy")


async def test_nothing_is_found_while_the_store_is_away(bench: Workbench) -> None:
    await asked(bench, LONG)
    assert isinstance(bench.connector, Attached)
    bench.connector.attach(AwayLine())
    await bench.emulator.taps("U1", bench.replies[-1].id, "Type to search")

    assert await slack(bench).fills("U1", {"answer": "Street 149"}) == {"answer": "No results"}


async def test_without_somebody_who_searches_a_long_menu_is_numbered() -> None:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        await asked(bench, LONG)

        assert bench.replies[-1].buttons == ()
        assert "150. Street 149" in bench.replies[-1].text


async def test_a_long_choice_of_a_form_is_searched_in_its_field(
    bench: Workbench, line: MemoryLine
) -> None:
    rows = tuple((street.label, street.label) for street in STREETS)
    street = FormField(name="street", label="Which street?", kind="choice", options=rows)
    form = Form(title="Move", fields=(street, FormField(name="no", label="Number?", kind="number")))
    await asked(bench, OutboundMessage(text="Which street?", prompt=PROMPT, form=form))
    line.fields[PROMPT, "street"] = STREETS
    await bench.emulator.taps("U1", bench.replies[-1].id, "Fill in a form")

    refused = await slack(bench).fills("U1", {"street": "Nowhere", "no": "4"})
    assert refused == {"street": "That is none of the choices."}
    assert await slack(bench).fills("U1", {"street": "Street 120", "no": "4"}) == {}

    sent = bench.messages[-1].form
    assert sent == FormFilled(prompt=PROMPT, values={"street": "Street 120", "no": "4"})


# ── Cards ─────────────────────────────────────────────────────────────────────

CARD = ShownCard(title="Table 4", text="By the *window*", image="https://x.test/4.png")


async def test_a_card_is_shown_with_its_picture(bench: Workbench) -> None:
    await asked(bench, OutboundMessage(text="Free:", card=CARD))

    (seen,) = bench.replies
    assert seen.text.split("\n")[:3] == ["Free:", "Table 4", "By the *window*"]
    assert seen.raw["blocks"][-1]["image_url"] == "https://x.test/4.png"


async def test_a_picture_that_slack_cannot_fetch_becomes_its_address(bench: Workbench) -> None:
    slack(bench).workspace.unfetched.add("https://x.test/4.png")

    await asked(bench, OutboundMessage(text="Free:", card=CARD))

    (seen,) = bench.replies
    assert seen.text.split("\n") == ["Free:", "Table 4", "By the *window*", "https://x.test/4.png"]


# ── Edits ─────────────────────────────────────────────────────────────────────


async def test_a_message_is_edited_where_it_stands(bench: Workbench) -> None:
    heard = await bench.hears("hello")
    receipt = await bench.answers(ASKED, heard)
    await bench.answers(OutboundMessage(text="Later."), heard)

    closed = OutboundMessage(text="Which day?\n✓ Today", replaces=receipt.provider_id)
    edited = await bench.answers(closed, heard)

    assert [(seen.text, seen.buttons) for seen in bench.replies] == [
        ("Which day?\n✓ Today", ()), ("Later.", ()),
    ]  # fmt: skip
    assert edited == receipt


async def test_what_went_to_the_direct_message_instead_is_edited_there(bench: Workbench) -> None:
    await slack(bench).says("U1", "/book 4", channel="C1")
    reminded = replace(bench.messages[-1], hints={})
    receipt = await bench.answers(ASKED, reminded)

    await bench.answers(OutboundMessage(text="Done.", replaces=receipt.provider_id), reminded)

    assert [seen.text for seen in bench.replies] == ["Done."]


async def test_a_whisper_has_no_name_to_be_edited_by(bench: Workbench) -> None:
    await slack(bench).says("U1", "@bot book", channel="C1")

    receipt = await bench.answers(replace(ASKED, ephemeral=True), bench.messages[-1])

    assert bench.replies[-1].ephemeral
    assert receipt.provider_id is None


async def test_an_edit_of_what_is_gone_is_refused_for_good(bench: Workbench) -> None:
    heard = await bench.hears("hello")

    with pytest.raises(PermanentSendError, match="message_not_found"):
        await bench.answers(OutboundMessage(text="x", replaces="1.2"), heard)


async def test_whose_app_is_behind_may_press_what_an_edit_took_away(bench: Workbench) -> None:
    heard = await bench.hears("hello")
    receipt = await bench.answers(ASKED, heard)
    await bench.answers(OutboundMessage(text="Done.", replaces=receipt.provider_id), heard)
    (seen,) = bench.replies
    assert (seen.buttons, seen.gone) == ((), ("Today", "Pick a day"))

    await bench.emulator.taps("U1", seen.id, "Today")

    assert bench.messages[-1].tap == Tap(token="p.0", label="Today")
