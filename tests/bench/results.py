"""Figures as JSON and as the table of docs/speed.md."""

import os
import platform
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.measuring import MICRO, Figures, Measure, quartiles

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "speed.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the benchmark with figures of its own.

    Attributes:
        name: stands in the marks on the page, and in the name of its file.
        layers: title and unit by layer, in order.
        whole: the layer and the case that the others are a share of; empty for none.
    """

    name: str
    layers: Mapping[str, tuple[str, str]]
    whole: tuple[str, str] | None = None

    @property
    def results(self) -> Path:
        """Where its figures are kept."""
        return HERE / f"{self.name}.json"


TURNS = Part(
    name="results",
    layers={
        "reading": ("Which command a sentence means (the engine `rules`)", "turn"),
        "decision": ("The dialog manager alone", "turn"),
        "turn": ("A whole turn on SQLite", "turn"),
    },
)
CONNECTORS = Part(
    name="connectors",
    layers={
        "webhook": ("A webhook, from the request to its message", "webhook"),
        "render": ("An answer with two buttons, rendered", "message"),
    },
    whole=("turn", "a booking, 10 commands"),
)
_MODEL = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)


def machine() -> dict[str, Any]:
    """Tell what the figures depend on; nothing that names a place or a person."""
    cpuinfo = Path("/proc/cpuinfo")
    model = _MODEL.search(cpuinfo.read_text()) if cpuinfo.is_file() else None
    return {
        "processor": model[1].strip() if model else platform.machine(),
        "processors": os.cpu_count(), "load": round(os.getloadavg()[0], 1),
        "system": platform.system(), "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version, "sqlalchemy": version("sqlalchemy"),
        "pydantic": version("pydantic"),
    }  # fmt: skip


def rows_of(
    measures: Sequence[Measure], found: Mapping[tuple[str, str], Figures]
) -> list[dict[str, Any]]:
    """Write each measure's figures: medians, and the ratio with its quartiles."""
    rows = []
    for one in measures:
        figures = found[one.layer, one.case.name]
        _, cpu, _ = quartiles(figures.cpu)
        _, wall, _ = quartiles(figures.wall)
        ratio = [round(value, 2) for value in quartiles(figures.ratios)]
        rows.append({
            "layer": one.layer, "case": one.case.name, "against": one.case.against,
            "cpu_us": round(cpu, 1) if cpu < 10 else round(cpu), "wall_us": round(wall),
            "turns_per_second": round(MICRO / cpu),
            "ratio": dict(zip(("low", "median", "high"), ratio, strict=True)),
        })  # fmt: skip
    return rows


def tables(part: Part, rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the tables of the page, one for each layer."""
    whole = next((row["cpu_us"] for row in rows if (row["layer"], row["case"]) == part.whole), None)
    parts = []
    for layer, (title, unit) in part.layers.items():
        lines = [_line(row, whole) for row in rows if row["layer"] == layer]
        head = f"| | {unit}s/s of one core | µs of CPU a {unit} | times its baseline | baseline |"
        rule = "|---|--:|--:|--:|---|"
        if whole is not None:
            head, rule = f"{head} of a turn |", f"{rule}--:|"
        parts.append("\n".join([f"\n### {title}\n", head, rule, *lines, ""]))
    return "".join([*parts, "\n"])


def with_figures(part: Part, page: str, results: Mapping[str, Any]) -> str:
    """Put what was measured, and on what, into the page."""
    facts = results["machine"]
    told = (
        f"\nMeasured on {results['day']} in {results['rounds']} rounds: {facts['processor']}, "
        f"{facts['processors']} processors with a load of {facts['load']} by others, "
        f"{facts['system']}, Python {facts['python']}, SQLite {facts['sqlite']}, "
        f"SQLAlchemy {facts['sqlalchemy']}, pydantic {facts['pydantic']}.\n"
    )
    mark = "figures" if part is TURNS else f"figures of {part.name}"
    between = re.compile(rf"(?<=<!-- {mark} -->\n).*(?=<!-- end of {mark} -->)", re.DOTALL)
    return between.sub(lambda _: told + tables(part, results["rows"]), page)


def _line(row: Mapping[str, Any], whole: float | None) -> str:
    ratio, is_base = row["ratio"], row["case"] == row["against"]
    times = f"{ratio['median']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})"
    cells = [
        row["case"], f"{row['turns_per_second']:,}", f"{row['cpu_us']:,}",
        "1" if is_base else times, "itself" if is_base else row["against"],
    ]  # fmt: skip
    if whole is not None:
        percent = 100 * row["cpu_us"] / whole
        cells.append(f"{percent:.1f} %" if percent >= 0.05 else "< 0.1 %")
    return f"| {' | '.join(cells)} |"
