"""The tables of docs/language-figures.md, made from language.json."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from tests.architecture.tree import ROOT
from tests.bench.language import CASES, RESULTS, Case

PAGE = ROOT / "docs/language-figures.md"
BEGIN, END = "<!-- figures of language -->\n", "<!-- end of figures of language -->"

Rows: TypeAlias = Mapping[tuple[str, str], Mapping[str, Any]]

SLOTS_ONLY = "restaurants8k"
"""One meaning: its accuracy would say nothing."""

ENGINES = {"classifier": "`classifier`", "semantic": "`semantic`"}
HEAD = """\
| set | engine | {name} | bar | macro F1 | CPU, learning and judging | a sentence, p50 |
|---|---|--:|--:|--:|--:|--:|
"""


def tables(results: Mapping[str, Any]) -> str:
    """Write all tables."""
    rows = {(row["set"], row["engine"]): row for row in results["rows"]}
    machine = results["machine"]
    facts = (
        f"\nBy `{results['command']}` on {machine['processor']}, Python {machine['python']}, numpy "
        f"{machine['numpy']}, python-crfsuite {machine['python-crfsuite']}, onnxruntime "
        f"{machine['onnxruntime']}, on a machine that was busy with other things.\n"
    )
    parts = [
        facts,
        "\n### What is meant\n\n", HEAD.format(name="accuracy"), *_lines(rows, "accuracy"),
        "\n### Whose words are whose\n\n", HEAD.format(name="F1 of exact spans"),
        *_lines(rows, "entities_f1", only=("snips", SLOTS_ONLY)),
        "\n### What no command answers\n\n", _SCOPE_HEAD, *_scope_lines(rows), "\n",
        *_missed(rows), "\n### In other languages\n\n", _TONGUES_HEAD, *_tongue_lines(rows), "\n",
    ]  # fmt: skip
    return "".join(parts)


_SCOPE_HEAD = """\
| set | engine | recall of what is out of scope | bar | right and kept in scope | bar |
|---|---|--:|--:|--:|--:|
"""


_TONGUES_HEAD = """\
| xSID, 300 sentences | accuracy | n-grams alone |
|---|--:|--:|
"""


def _tongue_lines(rows: Rows) -> list[str]:
    return [
        f"| {case.name.removeprefix('xsid ')} | {row['accuracy']:.1f} | {row['ngrams']:.1f} |\n"
        for case, _, row in _found(rows)
        if "ngrams" in row
    ]


def with_tables(page: str) -> str:
    """Put the tables between their marks."""
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    told = tables(json.loads(RESULTS.read_text()))
    return between.sub(lambda _: f"{BEGIN}{told}{END}", page)


def _lines(rows: Rows, figure: str, only: Sequence[str] = ()) -> list[str]:
    """Write the lines of a table, of all sets that speak English or of a few."""
    return [
        f"| {case.name} | {ENGINES[engine]} | {row[figure]:.1f} | {_bar(case, engine, figure)} "
        f"| {row['macro_f1']:.1f} | {row['cpu_s']:.0f} s | {row['p50_ms']:.2f} ms |\n"
        for case, engine, row in _found(rows)
        if (case.name in only if only else case.name != SLOTS_ONLY and "ngrams" not in row)
    ]


def _scope_lines(rows: Rows) -> list[str]:
    return [
        f"| {case.name} | {ENGINES[engine]} | {row['oos_recall']:.1f} "
        f"| {_bar(case, engine, 'oos_recall')} | {row['in_scope']:.1f} "
        f"| {_bar(case, engine, 'in_scope')} |\n"
        for case, engine, row in _found(rows)
        if "oos_recall" in row
    ]


def _missed(rows: Rows) -> list[str]:
    """Name each bar that was not reached, and each set that was not measured."""
    missed = [
        f"- {case.name}, {ENGINES[engine]}: {row[figure]:.2f} of {bar:.1f} "
        f"({figure.replace('_', ' ')})\n"
        for case, engine, row in _found(rows)
        for figure, bar in case.bars.get(engine, {}).items()
        if row[figure] < bar
    ]
    unknown = [
        f"- {case.name}, {ENGINES[engine]}\n"
        for case in CASES
        for engine in case.engines
        if (case.name, engine) not in rows
    ]
    told = ["**Not reached:**\n\n", *missed] if missed else ["Every bar was reached.\n"]
    return [*told, "\n**Not measured since the last change:**\n\n", *unknown] if unknown else told


def _found(rows: Rows) -> list[tuple[Case, str, Mapping[str, Any]]]:
    return [
        (case, engine, rows[case.name, engine])
        for case in CASES
        for engine in case.engines
        if (case.name, engine) in rows
    ]


def _bar(case: Case, engine: str, figure: str) -> str:
    bar = case.bars.get(engine, {}).get(figure)
    return "" if bar is None else f"{bar:.1f}"
