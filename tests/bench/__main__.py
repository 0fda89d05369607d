"""`make bench`: measure, print the tables, and keep them with --write."""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog

from bot.clock import SystemClock
from tests.bench import dialogues, language, language_page
from tests.bench.booking import SERVICES
from tests.bench.cases import CASES, SYNCED, Case, plugins_of
from tests.bench.driven import Driven, driven
from tests.bench.measuring import Deciding, Measure, Reading, Turning, measured
from tests.bench.results import (
    CONNECTORS,
    PAGE,
    TURNS,
    Part,
    machine,
    rows_of,
    tables,
    with_figures,
)
from tests.bench.wires import wires

ROUNDS = 9


async def measures_of(cases: Sequence[Case], stack: AsyncExitStack) -> list[Measure]:
    """Open the bots that cases need and make what is measured of them."""
    bots: dict[str, Driven] = {}
    found: list[Measure] = []
    for case in cases:
        if case.bot not in bots:
            setting = "FULL" if case == SYNCED else "OFF"
            opening = driven(plugins_of(case.bot), synchronous=setting)
            bots[case.bot] = await stack.enter_async_context(opening)
        on = bots[case.bot]
        found.append(Turning(case, on))
        if case == SYNCED:
            continue
        found.append(Deciding(case, await on.recorded(case.before, case.lines)))
        if not case.before:  # no engine knows what is open
            found.append(Reading(case, on))
    return found


async def run(part: Part, rounds: int, *, write: bool) -> None:
    """Measure a part and tell."""
    async with AsyncExitStack() as stack:
        if part is CONNECTORS:
            measures = await stack.enter_async_context(wires())
            small = await stack.enter_async_context(driven(plugins_of("small")))
            measures.append(Turning(CASES[0], small))
        else:
            measures = await measures_of([*CASES, SYNCED], stack)
        facts = machine()
        found = await measured(measures, rounds, lambda done: tell(f"round {done} of {rounds}"))
    rows = rows_of(measures, found)
    sys.stdout.write(tables(part, rows))
    if write:
        day = SystemClock().now().date().isoformat()
        results = {"day": day, "rounds": rounds, "machine": facts, "rows": rows}
        part.results.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        PAGE.write_text(with_figures(part, PAGE.read_text(), results))


def read(sets: Sequence[str] | None, engines: Sequence[str], *, write: bool) -> None:
    """Measure how well language is understood, and tell."""
    chosen = [case for case in language.CASES if sets is None or case.name in sets]
    for row in language.measured(chosen, engines, tell):
        sys.stdout.write(f"{json.dumps(row)}\n")
        if write:
            results = language.kept(row, machine())
            language.RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
            page = language_page.PAGE.read_text()
            language_page.PAGE.write_text(language_page.with_tables(page))


async def follow(*, write: bool) -> None:
    """Measure booking dialogues and tell."""
    rows = await dialogues.measured(list(SERVICES), tell)
    sys.stdout.write(dialogues.table(dialogues.kept(rows, "")))
    if write:
        dialogues.write(rows, SystemClock().now().date().isoformat())


def tell(line: str) -> None:
    """Write a line for who waits."""
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", action="store_true", help="keep them: results.json, the page")
    parser.add_argument(
        "--only", choices=("turns", "connectors", "dialogues", "language"), help="one part of it"
    )
    parser.add_argument("--sets", nargs="+", metavar="SET", help="of language, only these")
    parser.add_argument("--engines", nargs="+", default=["classifier", "semantic"])
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    parts = {"turns": TURNS, "connectors": CONNECTORS}
    if given.only == "language":
        read(given.sets, given.engines, write=given.write)
    elif given.only == "dialogues":
        asyncio.run(follow(write=given.write))
    else:
        for chosen in [parts[given.only]] if given.only else parts.values():
            asyncio.run(run(chosen, given.rounds, write=given.write))
