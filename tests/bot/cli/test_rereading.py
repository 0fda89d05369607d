"""Replay tells who read a message then, who reads it now, and what changed by that."""

from typing import Any

import pytest

from bot import MissState
from bot.cli.replaying import lines_of
from bot.cli.rereading import Read, Reread, lines_about, read_of, reread
from bot.cli.rerun import replay
from bot.model.ids import ConversationId
from bot.testing import Harness, bot_for
from tests.journeys.parrots import Aviary, balance

SAID = "am I square with you"


def heard(engine: str, model: str, data: str, *meant: str) -> list[dict[str, Any]]:
    named: dict[str, Any] = {"command": meant[0], "more": list(meant[1:])} if meant else {}
    read = {"engine": engine, "model": model, "data": data, "engines": ["rules", engine]}
    return [{"event": "Heard", **named, **read}, {"wish": "Say"}]


def test_a_reading_is_what_the_turn_kept_of_it() -> None:
    steps = heard("classifier", "3f2a", "d1", "book", "balance")

    assert read_of(steps) == Read(
        engine="classifier", model="3f2a", data="d1", meant=("book", "balance")
    )
    assert read_of([{"event": "Heard", "command": "book", "engine": "rules"}]) is None
    assert read_of([{"event": "Expired"}]) is None


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (
            ("classifier", "9b1c0000ffff", "d1", "bookings"),
            "read by classifier 3f2a then, classifier 9b1c0000 now: book → bookings",
        ),
        (("classifier", "3f2a", "d2"), (
            "read by classifier 3f2a of data d1 then, classifier 3f2a of data d2 now: "
            "book → nothing"
        )),
        (("llm", "", "d1", "book"), "read by classifier 3f2a then, llm now: book"),
        (("", "", "d1"), "read by classifier 3f2a then, no engine now: book → nothing"),
    ],
)  # fmt: skip
def test_another_reading_is_told_in_one_line(now: tuple[str, ...], line: str) -> None:
    found = reread(3, heard("classifier", "3f2a", "d1", "book"), heard(*now))

    assert found is not None
    assert found.line == line


def test_the_same_reader_and_an_old_record_are_no_news() -> None:
    steps = heard("classifier", "3f2a", "d1", "book")

    assert reread(1, steps, steps) is None
    assert reread(1, [{"event": "Heard", "command": "book", "engine": "rules"}], steps) is None


def test_messages_that_others_read_as_the_same_are_told_together() -> None:
    was = Read(engine="rasa", model="v1", data="d", meant=("book",))
    alike = [Reread(turn=n, then=was, now=Read(engine="rasa", model="v2", data="d",
                                               meant=("book",))) for n in (1, 4)]  # fmt: skip
    other = Reread(turn=2, then=was, now=Read(engine="rasa", model="v2", data="d"))

    assert list(lines_about([*alike, other])) == [
        "turn 2: read by rasa v1 then, rasa v2 now: book → nothing",
        "turns 1, 4: read by rasa v1 then, rasa v2 now, as the same",
    ]


async def replayed(bot: Harness) -> list[str]:
    (conversation, _, _), *_ = await bot.bot.store.log.conversations(limit=1)
    await bot.stop()  # what stands in the store is what counts
    await bot.start()
    told = await replay(bot.settings, bot.extensions, bot.bot.store, ConversationId(conversation))
    return lines_of(told)


async def test_a_label_that_changes_a_reading_is_seen_in_a_replay() -> None:
    aviary = Aviary()
    async with bot_for(balance, engines={"parrot": aviary.open}) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("what do I owe")
        await alice.slack.says(SAID)
        assert await replayed(bot) == ["the same over 2 turns"]

        misses = await bot.bot.store.misses.page(states=[MissState.OPEN], limit=9)
        await bot.bot.store.misses.label([one.id for one in misses], "balance")
        told = await replayed(bot)

        kept = misses[0].missed.proposal
        assert (kept.engine, kept.model) == ("parrot", "of 1 sentences")
        assert kept.data

    assert told[:2] == ["turn 2 of 2: other words", f"  in    slack: {SAID}"]
    assert told[-1] == ("  read by parrot of 1 sen then, parrot of 2 sen now: nothing → balance")
