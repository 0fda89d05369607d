"""What is measured: conversations on bots of some sizes, each beside one that it is compared to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.testing.loading import Plugin
from tests.bench.offers import ANSWERS, ERRANDS, book, errand, interview, outing, survey, trip

BOOK = ("please book a table for 4", "friday", "19:00", "make it 5 people", "yes")
TRIP = ("plan a trip", "friday", "19:00", "5", "yes")
LOST = ("zzyzx blorft kumquat", "what a nice weather we have again")
OUTINGS = [f"outing_{number}" for number in range(9)]
OVER_COMMANDS = tuple(f"/{name}" for name in ERRANDS[:9])
OVER_FLOWS = tuple(f"/{name}" for name in OUTINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A part of a conversation.

    Attributes:
        name: what the tables call it.
        bot: on which bot it is held; see `plugins_of`.
        before: what is said first, unmeasured.
        lines: what is said then; each line is a turn.
        against: the name of its baseline; its own where it is one.
    """

    name: str
    bot: str
    before: Sequence[str] = ()
    lines: Sequence[str]
    against: str


CASES = (
    Case(name="a booking, 10 commands", bot="small", lines=BOOK, against="a booking, 10 commands"),
    Case(name="… 1,000 commands", bot="large", lines=BOOK, against="a booking, 10 commands"),
    Case(
        name="… over 9 open dialogs", bot="small", before=OVER_COMMANDS, lines=BOOK,
        against="a booking, 10 commands",
    ),
    Case(name="a flow, 10 commands", bot="flows", lines=TRIP, against="a booking, 10 commands"),
    Case(name="… among 1,000 commands", bot="large", lines=TRIP, against="a flow, 10 commands"),
    Case(
        name="… over 9 open flows", bot="flows", before=OVER_FLOWS, lines=TRIP,
        against="a flow, 10 commands",
    ),
    Case(
        name="an answer, 1 kept", bot="long", before=("/survey", *ANSWERS[:1]),
        lines=ANSWERS[1:], against="an answer, 1 kept",
    ),
    Case(
        name="… 20 kept", bot="long", before=("/survey", *ANSWERS * 5, *ANSWERS[:1]),
        lines=ANSWERS[1:], against="an answer, 1 kept",
    ),
    Case(
        name="an answer in a flow, 1 kept", bot="long", before=("/interview", *ANSWERS[:1]),
        lines=ANSWERS[1:], against="an answer, 1 kept",
    ),
    Case(
        name="… 20 kept in a flow", bot="long",
        before=("/interview", *ANSWERS * 5, *ANSWERS[:1]),
        lines=ANSWERS[1:], against="an answer in a flow, 1 kept",
    ),
    Case(name="not understood, 10 commands", bot="small", lines=LOST,
         against="not understood, 10 commands"),
    Case(name="… by 1,000 commands", bot="large", lines=LOST,
         against="not understood, 10 commands"),
)  # fmt: skip
SYNCED = Case(
    name="… each commit synced to disk", bot="synced", lines=BOOK, against="a booking, 10 commands"
)
"""Differs from its baseline by the store's setting alone: SQLite's synchronous=FULL, for OFF."""


def plugins_of(bot: str) -> Sequence[Plugin]:
    """List the commands of a bot: ten of them, or a thousand."""
    errands = [errand(name) for name in ERRANDS]
    offers: Mapping[str, Sequence[Plugin]] = {
        "small": [book, *errands[:9]],
        "synced": [book, *errands[:9]],
        "large": [book, trip, *errands[:998]],
        "flows": [trip, *(outing(name) for name in OUTINGS)],
        "long": [survey(), interview, *errands[:8]],
    }
    return offers[bot]
