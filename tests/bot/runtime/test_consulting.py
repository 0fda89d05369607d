"""Asking engines for answers, and showing them while they are being written."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.errors import StaleTurnError
from bot.model.answers import Question, Statement
from bot.model.conversation import PRIVATE, State
from bot.model.customers import Customer
from bot.model.ids import AccountId, ConversationId, CustomerId, EventId, InboxId, TraceId
from bot.model.messages import Address, InboundMessage
from bot.ports.connectors import Connector, DraftPiece
from bot.ports.records import InboxEntry, Snapshot
from bot.runtime.consulting import LONGEST, Consulting
from bot.runtime.drafting import Draft, draft_id
from bot.runtime.reports import Reports

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
HOME = Address(account=AccountId("web"), user="u", place="u")
QUESTION = Question(text="is breakfast included?", now=NOW)


@dataclass(slots=True)
class Speaker:
    """An engine that says what it was given, and then raises what it was given."""

    says: tuple[Statement, ...] = ()
    error: BaseException | None = None
    hangs: bool = False
    answers = True
    answer_patience = timedelta(milliseconds=50)

    async def answer(self, question: Question) -> AsyncGenerator[Statement, None]:
        """See `bot.ports.Answering.answer`."""
        assert question is QUESTION
        for statement in self.says:
            yield statement
        if self.hangs:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error


@dataclass(slots=True)
class Screen:
    """A connector that draws drafts, or fails to."""

    pieces: list[DraftPiece] = field(default_factory=list)
    fails: bool = False

    async def draft(self, piece: DraftPiece, to: Address) -> None:
        """See `bot.ports.Drafting.draft`."""
        assert to == HOME
        self.pieces.append(piece)
        if self.fails:
            raise ConnectionError


@dataclass(slots=True)
class Edited:
    """The reports of a platform that edits."""

    edits: bool = True
    shown: list[str] = field(default_factory=list)
    noticed: int = 0

    async def draft(self, _: Snapshot, text: str) -> None:
        """See `Reports.draft`."""
        self.shown.append(text)

    def notice(self) -> None:
        """See `Reports.notice`."""
        self.noticed += 1


def half(text: str) -> Statement:
    return Statement(text=text, final=False)


def snapshot() -> Snapshot:
    customer = Customer(id=CustomerId("c"), addresses=(HOME,))
    message = InboundMessage(event_id=EventId("e"), sender=HOME, text=QUESTION.text)
    entry = InboxEntry(
        id=InboxId("i"), event=message, received_at=NOW, shown=None, trace=TraceId("t"), attempts=0
    )
    return Snapshot(
        conversation=ConversationId("k"), scope=PRIVATE, customer=customer, version=0, epoch=0,
        state=State(), entry=entry,
    )  # fmt: skip


def draft(on: Screen | Edited, pace: float = 0.0) -> Draft:
    reports = on if isinstance(on, Edited) else Edited(edits=False)
    connector = on if isinstance(on, Screen) else None
    return Draft(
        snapshot=snapshot(), reports=cast("Reports", reports),
        connector=cast("Connector | None", connector), pace=timedelta(seconds=pace),
    )  # fmt: skip


async def ask(*engines: Speaker, on: Screen | Edited | None = None) -> Statement | None:
    named = {f"e{number}": engine for number, engine in enumerate(engines)}
    return await Consulting().ask(named, QUESTION, draft(on or Screen()))


# ── Whose answer it is ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "silent",
    [
        Speaker(),
        Speaker(says=(Statement(text=" \n"),)),
        Speaker(says=(half("Breakfast is"),)),
        Speaker(says=(half("Breakfast is"),), error=ConnectionError()),
        Speaker(says=(half("Breakfast is"),), hangs=True),
    ],
    ids=["nothing", "blank", "no end", "an error", "too slow"],
)
async def test_an_engine_that_comes_to_no_end_leaves_the_word_to_the_next(silent: Speaker) -> None:
    other = Speaker(says=(Statement(text="It is.", engine="liar"),))

    said = await ask(silent, other)

    assert said == Statement(text="It is.", engine="e1")


async def test_what_follows_the_end_is_not_read() -> None:
    said = await ask(Speaker(says=(Statement(text="Yes."), Statement(text="No."))))

    assert said is not None
    assert said.text == "Yes."


async def test_where_nobody_knows_there_is_no_answer() -> None:
    assert await ask(Speaker(), Speaker()) is None


async def test_an_answer_that_is_far_too_long_is_cut() -> None:
    said = await ask(Speaker(says=(Statement(text="x" * 2 * LONGEST),)))

    assert said is not None
    assert len(said.text) == LONGEST


async def test_a_failure_is_told_without_words() -> None:
    with capture_logs() as logs:
        await ask(Speaker(error=ValueError("breakfast")))

    assert [(one["event"], one["error"]) for one in logs] == [("answer.failed", "ValueError")]
    assert "breakfast" not in str(logs)


async def test_a_turn_that_is_somebody_elses_by_now_ends() -> None:
    with pytest.raises(StaleTurnError):
        await ask(Speaker(error=StaleTurnError("gone")), Speaker(says=(Statement(text="x"),)))


# ── What is shown on the way ──────────────────────────────────────────────────


async def test_a_draft_is_drawn_piece_by_piece_under_the_id_of_the_whole() -> None:
    screen = Screen()

    await ask(
        Speaker(says=(half("Yes,"), half("Yes, it"), Statement(text="Yes, it is."))), on=screen
    )

    assert [(one.number, one.text) for one in screen.pieces] == [(0, "Yes,"), (1, " it")]
    assert {one.message for one in screen.pieces} == {draft_id(TraceId("t"))}


async def test_another_engine_begins_the_draft_anew() -> None:
    screen = Screen()

    await ask(Speaker(says=(half("Yes,"),)), Speaker(says=(half("No,"),)), on=screen)

    assert [(one.number, one.text) for one in screen.pieces] == [(0, "Yes,"), (0, "No,")]


async def test_a_connector_that_cannot_draw_costs_no_answer() -> None:
    said = await ask(Speaker(says=(half("Yes,"), Statement(text="Yes."))), on=Screen(fails=True))

    assert said is not None


async def test_edits_keep_their_pace() -> None:
    slow, fast = Edited(), Edited()

    for edited, pace in ((slow, 3600.0), (fast, 0.0)):
        one = draft(edited, pace)
        for text in ("a", "ab", "abc"):
            await one.show(text)

    assert (slow.shown, fast.shown) == (["a"], ["a", "ab", "abc"])


async def test_where_nothing_is_drawn_or_edited_nothing_is_shown_on_the_way() -> None:
    still = Edited(edits=False)

    await draft(still).show("a")

    assert (still.shown, still.noticed) == ([], 0)
