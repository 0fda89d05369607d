"""The 24 hours, and what else a number and a person allow: against the emulator."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import (
    Address,
    Attached,
    Attending,
    BlockedError,
    Connector,
    Option,
    OutboundMessage,
    PermanentSendError,
    PromptId,
    Reported,
    Secret,
    TransientSendError,
    WindowClosedError,
    account_of,
)
from bot.testing.contracts.workbench import NAME, Workbench
from connectors.whatsapp import Template, WhatsAppSettings, connect
from tests.connectors.webchat.memory import START, MemoryLine
from tests.connectors.whatsapp.benches import PHONE, SCOPED, emulator_of, open_bench

NEWS = {"news": Template(name="news"), "sure": Template(name="sure", buttons=("Yes", "No"))}
ANSWER = OutboundMessage(text="Your table\nis ready.")
YES_NO = tuple(Option(token=f"AbCdEfGhIjK.{n}", label=each) for n, each in enumerate(("Yes", "No")))
QUESTION = OutboundMessage(text="Still on?", options=YES_NO, prompt=PromptId("AbCdEfGhIjK"))
YESTERDAY = (START - timedelta(hours=25)).isoformat()


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_bench() as bench:
        backstage = emulator_of(bench).backstage
        backstage.approve("news", body="News: {{1}}")
        backstage.approve("sure", body="{{1}}", buttons=("Yes", "No"))
        yield bench


@asynccontextmanager
async def attached(
    bench: Workbench, line: MemoryLine, templates: Mapping[str, Template] = NEWS, **more: Any
) -> AsyncIterator[Connector]:
    """Open the connector as the runtime does, with its line, and let it hear the emulator."""
    table = bench.emulator.connector_settings()
    settings = WhatsAppSettings(
        phone_number_id=table["phone_number_id"],
        access_token=Secret(table["access_token"]),
        app_secret=Secret(table["app_secret"]),
        verify_token=Secret(table["verify_token"]),
        api_url=table["api_url"],
        templates=templates,
        **more,
    )
    async with connect(NAME, settings) as connector:
        assert isinstance(connector, Attached)
        connector.attach(line)
        bench.connector = connector
        yield connector


@pytest.mark.parametrize("heard_at", [START - timedelta(hours=23), START])
async def test_within_the_day_words_are_free(bench: Workbench, heard_at: datetime) -> None:
    message = await bench.hears("hello")

    async with attached(bench, MemoryLine()) as connector:
        await connector.send(ANSWER, message.sender, {"heard_at": heard_at.isoformat()})

    assert [seen.raw["type"] for seen in bench.replies] == ["text"]


async def test_after_the_day_a_template_says_it(bench: Workbench) -> None:
    message = await bench.hears("hello")
    emulator_of(bench).forward(timedelta(hours=25))

    async with attached(bench, MemoryLine()) as connector:
        receipt = await connector.send(ANSWER, message.sender, {"heard_at": YESTERDAY})

    (seen,) = bench.replies
    assert (seen.id, seen.text) == (receipt.provider_id, "News: Your table is ready.")


async def test_a_templates_button_answers_the_question(bench: Workbench) -> None:
    message = await bench.hears("hello")
    emulator_of(bench).forward(timedelta(hours=25))

    async with attached(bench, MemoryLine()) as connector:
        await connector.send(QUESTION, message.sender, {"heard_at": YESTERDAY})
        (seen,) = bench.replies
        await bench.emulator.taps(PHONE, seen.id, "No")

    tap = bench.messages[-1].tap
    assert seen.buttons == ("Yes", "No")
    assert tap is not None
    assert (tap.token, tap.label) == ("AbCdEfGhIjK.1", "No")


async def test_without_a_template_nothing_is_sent_and_the_reason_is_told(bench: Workbench) -> None:
    message = await bench.hears("hello")

    async with attached(bench, MemoryLine(), {}) as connector:
        with pytest.raises(WindowClosedError, match="no template"):
            await connector.send(ANSWER, message.sender, {"heard_at": YESTERDAY})

    assert not bench.replies


@pytest.mark.parametrize("templates", [NEWS, {}], ids=["template", "none"])
async def test_meta_knows_better_when_the_day_was_over(
    bench: Workbench, templates: Mapping[str, Template]
) -> None:
    message = await bench.hears("hello")
    emulator_of(bench).forward(timedelta(hours=25))
    emulator_of(bench).backstage.refuse_at_once()

    async with attached(bench, MemoryLine(), templates) as connector:
        try:
            await connector.send(ANSWER, message.sender, {})
        except WindowClosedError as error:
            told = str(error)
        else:
            told = ""

    assert [seen.text for seen in bench.replies] == ["News: Your table is ready."] * len(
        templates and [1]
    )
    assert ("131047" in told) is not bool(templates)


async def test_who_came_by_an_advertisement_has_three_days(bench: Workbench) -> None:
    line = MemoryLine()
    async with attached(bench, line) as connector:
        await emulator_of(bench).shares(
            PHONE, "text", {"body": "hi"}, extra={"referral": {"source_id": "AD"}}
        )
        sender = bench.messages[-1].sender
        line.time.forward(hours=71)
        await connector.send(ANSWER, sender, {"heard_at": START.isoformat()})
        line.time.forward(hours=2)
        await connector.send(ANSWER, sender, {"heard_at": START.isoformat()})

    assert [seen.raw["type"] for seen in bench.replies] == ["text", "template"]


async def test_a_template_that_is_not_approved_is_final(bench: Workbench) -> None:
    message = await bench.hears("hello")

    async with attached(bench, MemoryLine(), {"x": Template(name="unknown")}) as connector:
        with pytest.raises(PermanentSendError, match=r"132001 \(no such template"):
            await connector.send(ANSWER, message.sender, {"heard_at": YESTERDAY})


@pytest.mark.parametrize("person", [PHONE, SCOPED])
async def test_a_message_is_marked_read_and_answered_with_typing(person: str) -> None:
    async with open_bench(person) as bench:
        emulator = emulator_of(bench)
        message = await bench.hears("hello")
        assert isinstance(bench.connector, Attending)

        await bench.connector.attend(message.sender, message.hints, busy=False)
        was_read, typed_early = emulator.has_read(message.event_id), emulator.sees_typing("")
        await bench.connector.attend(message.sender, message.hints, busy=True)
        typing = emulator.sees_typing(message.event_id)
        await bench.connector.attend(message.sender, {}, busy=True)
        await bench.answers(ANSWER, message)

        assert (was_read, typed_early, typing) == (True, False, True)
        assert not emulator.sees_typing(message.event_id)


async def test_who_writes_to_the_second_number_is_answered_from_it(bench: Workbench) -> None:
    emulator = emulator_of(bench)
    second = emulator.backstage.add_number()

    async with attached(bench, MemoryLine(), more_numbers=(second,)) as connector:
        await emulator.shares(PHONE, "text", {"body": "hello"}, number=second)
        sender = bench.messages[-1].sender
        await connector.send(ANSWER, sender, {})
        await emulator.settled()

    assert sender.account == account_of(NAME, second)
    assert [seen.role for seen in emulator.screen(PHONE, second)] == ["user", "bot"]
    assert not emulator.screen(PHONE)
    accounts = {report.account for each in bench.received for report in each.reports}
    assert accounts == {account_of(NAME, second)}


async def test_a_number_that_is_no_longer_ours_is_answered_from_the_first(
    bench: Workbench,
) -> None:
    message = await bench.hears("hello")
    former = replace(message.sender, account=account_of(NAME, "9"))

    await bench.connector.send(ANSWER, former, {})

    assert len(bench.replies) == 1


async def test_the_pair_rate_holds_one_person_up_only(bench: Workbench) -> None:
    emulator = emulator_of(bench)
    emulator.backstage.limit_pairs(1)
    one = (await bench.hears("hello")).sender
    await emulator.says(SCOPED, "hello")
    other = bench.messages[-1].sender

    await bench.connector.send(ANSWER, one, {})
    with pytest.raises(TransientSendError) as refused:
        await bench.connector.send(ANSWER, one, {})
    await bench.connector.send(ANSWER, other, {})
    emulator.forward(timedelta(seconds=6))
    await bench.connector.send(ANSWER, one, {})

    assert (refused.value.retry_after, refused.value.wide) == (timedelta(seconds=6), False)
    assert len(bench.replies) == 2


async def test_who_blocked_the_bot_is_told_apart_until_they_write(bench: Workbench) -> None:
    message = await bench.hears("hello")
    await emulator_of(bench).blocks(PHONE)

    with pytest.raises(BlockedError):
        await bench.connector.send(ANSWER, message.sender, {})
    await bench.connector.send(ANSWER, (await bench.hears("again")).sender, {})

    assert len(bench.replies) == 1


async def test_a_change_of_number_is_news_of_both_ids(bench: Workbench) -> None:
    message = await bench.hears("hello")

    await emulator_of(bench).changes_number(PHONE, "393335556666")

    news = bench.received[-1].news
    moves = {(moved.user, getattr(moved, "new_user", None)) for moved in news}
    assert moves == {(message.sender.user, "IT.393335556666"), (PHONE, "IT.393335556666")}
    assert len(emulator_of(bench).screen("393335556666")) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_statuses_come_late_and_in_any_order(bench: Workbench, seed: int) -> None:
    backstage = emulator_of(bench).backstage
    message = await bench.hears("hello")
    backstage.hold_statuses()
    for _ in range(3):
        await bench.answers(ANSWER, message)
    early = [report for each in bench.received for report in each.reports]

    backstage.release_statuses(seed)
    await bench.emulator.settled()

    reports = [report for each in bench.received for report in each.reports]
    assert not early
    assert sorted(report.state for report in reports) == sorted(
        [Reported.SENT, Reported.DELIVERED] * 3
    )


def reaction(message_id: str, emoji: str = "👍") -> dict[str, str]:
    return {"message_id": message_id, "emoji": emoji}


async def asked(line: MemoryLine, to: Address, provider_id: str, name: str = NAME) -> None:
    """Let the log tell of a question as it does once its receipt is there."""
    conversation = await line.conversation_of(to)
    said = line.say(
        conversation, "Still on?", prompt="AbCdEfGhIjK", connector=name, options=[["t", "Yes"]]
    )
    sent = {"outbox": said.body["id"], "state": "sent", "reason": "", "provider_id": provider_id}
    line.append(conversation, "receipt", sent)


async def test_a_thumb_at_the_newest_question_is_an_answer(bench: Workbench) -> None:
    line = MemoryLine()
    message = await bench.hears("hello")

    async with attached(bench, line) as connector:
        receipts = [await connector.send(QUESTION, message.sender, {}) for _ in range(2)]
        ids = [receipt.provider_id or "" for receipt in receipts]
        for one in ids:
            await asked(line, message.sender, one)
        for one in ids:
            await emulator_of(bench).shares(PHONE, "reaction", reaction(one))

    *_, old, new = bench.received
    assert [each.text for each in old.messages] == []
    assert [each.text for each in new.messages] == ["👍"]
    assert "reacted" not in new.messages[0].hints


async def test_a_thumb_at_what_was_no_question_is_none(bench: Workbench) -> None:
    message = await bench.hears("hello")

    async with attached(bench, MemoryLine()) as connector:
        receipt = await connector.send(ANSWER, message.sender, {})
        await emulator_of(bench).shares(PHONE, "reaction", reaction(receipt.provider_id or ""))

    assert not bench.received[-1].messages


async def test_a_thumb_is_none_once_another_channel_asked(bench: Workbench) -> None:
    line = MemoryLine()
    message = await bench.hears("hello")

    async with attached(bench, line) as connector:
        receipt = await connector.send(QUESTION, message.sender, {})
        await asked(line, message.sender, receipt.provider_id or "")
        await emulator_of(bench).shares(PHONE, "reaction", reaction(receipt.provider_id or ""))
        await asked(line, message.sender, "1700000000.000100", "slack")
        await emulator_of(bench).shares(PHONE, "reaction", reaction(receipt.provider_id or ""))

    *_, before, after = bench.received
    assert (len(before.messages), len(after.messages)) == (1, 0)
