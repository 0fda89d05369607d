"""Figures as JSON and as the table of docs/speed.md."""

import os
import platform
import re
import sqlite3
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.measuring import MICRO, Figures, Measure, quartiles

RESULTS = Path(__file__).parent / "results.json"
PAGE = Path(__file__).parents[2] / "docs" / "speed.md"
LAYERS = {
    "reading": "Which command a sentence means (the engine `rules`)",
    "decision": "The dialog manager alone",
    "turn": "A whole turn on SQLite",
}
_FIGURES = re.compile(r"(?<=<!-- figures -->\n).*(?=<!-- end of figures -->)", re.DOTALL)
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
            "cpu_us": round(cpu), "wall_us": round(wall), "turns_per_second": round(MICRO / cpu),
            "ratio": dict(zip(("low", "median", "high"), ratio, strict=True)),
        })  # fmt: skip
    return rows


def tables(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the tables of the page, one for each layer."""
    parts = []
    for layer, title in LAYERS.items():
        lines = [_line(row) for row in rows if row["layer"] == layer]
        head = "| | turns/s of one core | µs of CPU a turn | times its baseline | baseline |"
        parts.append("\n".join([f"\n### {title}\n", head, "|---|--:|--:|--:|---|", *lines, ""]))
    return "".join([*parts, "\n"])


def with_figures(page: str, results: Mapping[str, Any]) -> str:
    """Put what was measured, and on what, into the page."""
    facts = results["machine"]
    told = (
        f"\nMeasured on {results['day']} in {results['rounds']} rounds: {facts['processor']}, "
        f"{facts['processors']} processors with a load of {facts['load']} by others, "
        f"{facts['system']}, Python {facts['python']}, SQLite {facts['sqlite']}, "
        f"SQLAlchemy {facts['sqlalchemy']}, pydantic {facts['pydantic']}.\n"
    )
    return _FIGURES.sub(lambda _: told + tables(results["rows"]), page)


def _line(row: Mapping[str, Any]) -> str:
    ratio, is_base = row["ratio"], row["case"] == row["against"]
    times = f"{ratio['median']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})"
    cells = (
        row["case"], f"{row['turns_per_second']:,}", f"{row['cpu_us']:,}",
        "1" if is_base else times, "itself" if is_base else row["against"],
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"
