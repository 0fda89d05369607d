"""The table of `make bench-rasa` in docs/rasa.md, made from rasa.json."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.architecture.tree import ROOT

PAGE = ROOT / "docs/rasa.md"
RESULTS = ROOT / "tests/bench/rasa.json"
BEGIN, END = "<!-- bench-rasa -->\n", "<!-- /bench-rasa -->"
HEAD = """\
| set | | accuracy | values, F1 | CPU to learn and start | CPU a sentence | memory |
|---|---|---|---|---|---|---|
"""


def table(rows: Mapping[str, Any]) -> str:
    """Write the figures, two lines a set and how many times less the classifier needs."""
    return HEAD + "".join(line for name, row in rows.items() for line in _lines(name, row))


def with_table(page: str, rows: Mapping[str, Any]) -> str:
    """Put the table between its marks."""
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    return between.sub(lambda _: f"{BEGIN}{table(rows)}{END}", page)


def ready_seconds(side: Mapping[str, float]) -> float:
    """Tell the CPU from sentences to the first answer."""
    return side["train_cpu_s"] + side["start_cpu_s"]


def _lines(name: str, row: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    for side in ("classifier", "rasa"):
        if side in row:
            told = row[side]
            label = "classifier" if side == "classifier" else "Rasa"
            yield (
                f"| {name if side == 'classifier' else ''} | {label} | {_share(told, 'accuracy')} "
                f"| {_share(told, 'entities_f1')} | {ready_seconds(told):.1f} s "
                f"| {told['parse_cpu_ms']:.2f} ms | {told['memory_mib']:.0f} MiB |\n"
            )
    if len(row) == 2:
        mine, other = row["classifier"], row["rasa"]
        yield (
            f"| | one part in | | | {ready_seconds(other) / ready_seconds(mine):.0f} "
            f"| {other['parse_cpu_ms'] / mine['parse_cpu_ms']:.0f} "
            f"| {other['memory_mib'] / mine['memory_mib']:.0f} |\n"
        )


def _share(told: Mapping[str, float], name: str) -> str:
    return f"{100 * told[name]:.1f}" if name in told else "-"
