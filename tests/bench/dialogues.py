"""`make bench ARGS=--only=dialogues`: booking dialogues as language input, turn by turn."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from nlu.classifier import ClassifierSettings, open_engine
from tests.bench.booking import SERVICES, Dialogue, Score, dialogues, slots_of
from tests.bench.results import HERE
from tests.bench.tracking import Tracker, answers_of, spec_of, vocabulary_of

RESULTS = HERE / "dialogues.json"
PAGE = HERE.parents[1] / "docs" / "values.md"
_BETWEEN = re.compile(
    r"(?<=<!-- figures of dialogues -->\n).*(?=<!-- end of dialogues -->)", re.DOTALL
)
_SETTINGS = ClassifierSettings(keep=False)


async def measured(
    kinds: Sequence[str], tell: Callable[[str], None], *, most: int | None = None
) -> list[dict[str, Any]]:
    """Learn from every third dialogue and judge the others; ``most`` of each service, if given."""
    services = [service for kind in kinds for service in SERVICES[kind]]
    found = dialogues(services)
    learnt = [one for one in found if one.is_learnt]
    rows = []
    async with AsyncExitStack() as stack:
        opening = open_engine("answers", _SETTINGS, answers_of(learnt))
        answers = await stack.enter_async_context(opening)
        for kind in kinds:
            score, judged = Score(), 0
            for service in SERVICES[kind]:
                mine = [one for one in found if one.service == service]
                rest = [one for one in mine if not one.is_learnt][:most]
                spec, slots = spec_of(service, slots_of(service)), slots_of(service)
                vocabulary = vocabulary_of(spec, [one for one in mine if one.is_learnt])
                engine = await stack.enter_async_context(open_engine("c", _SETTINGS, vocabulary))
                for dialogue in rest:
                    await _follow(dialogue, Tracker(spec, slots, engine, answers), score)
                judged += len(rest)
            learnt_of = sum(one.service in SERVICES[kind] for one in learnt)
            rows.append({"kind": kind, "dialogues": judged, "learnt": learnt_of, **score.figures()})
            tell(f"{kind}: {rows[-1]}")
    return rows


async def _follow(dialogue: Dialogue, tracker: Tracker, score: Score) -> None:
    for step in dialogue.steps:
        score.add(slots_of(dialogue.service), await tracker.hear(step), step)
        score.call(step, tracker.typed)


def kept(rows: Sequence[Mapping[str, Any]], day: str) -> dict[str, Any]:
    """Write what was measured, with the command that did and the mean over all turns."""
    turns = sum(row["turns"] for row in rows)
    whole = {
        name: round(sum(row[name] * row["turns"] for row in rows) / turns, 1)
        for name in ("joint", "goal", "exact")
    }
    calls = sum(row["called"] for row in rows)
    whole["typed"] = round(sum(row["typed"] * row["called"] for row in rows) / calls, 1)
    command = "make bench ARGS='--only=dialogues --write'"
    return {"day": day, "command": command, "rows": list(rows), "all": {"turns": turns, **whole}}


def table(results: Mapping[str, Any]) -> str:
    """Write the table of docs/values.md."""
    dialogue_count = sum(row["dialogues"] for row in results["rows"])
    learnt = sum(row["learnt"] for row in results["rows"])
    last = {"kind": "**all**", "dialogues": dialogue_count, "learnt": learnt, **results["all"]}
    lines = [
        f"| {row['kind']} | {row['learnt']} | {row['dialogues']} | {row['turns']} "
        f"| {row['joint']} % | {row['goal']} % | {row['exact']} % | {row['typed']} % |"
        for row in (*results["rows"], last)
    ]
    head = "learnt from | judged | turns | joint goal accuracy | goal accuracy | all exact | typed"
    return "\n".join([
        f"\nMeasured on {results['day']} by `{results['command']}`.\n",
        f"| | {head} |",
        "|---|--:|--:|--:|--:|--:|--:|--:|", *lines, "\n",
    ])  # fmt: skip


def with_table(page: str, results: Mapping[str, Any]) -> str:
    """Put the table into the page."""
    return _BETWEEN.sub(lambda _: table(results), page)


def write(rows: Sequence[Mapping[str, Any]], day: str) -> None:
    """Keep the figures, and show them on the page."""
    results = kept(rows, day)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    PAGE.write_text(with_table(PAGE.read_text(), results))
