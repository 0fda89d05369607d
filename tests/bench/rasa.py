"""`make bench-rasa`: the classifier beside Rasa's default pipeline, on the same sentences.

Rasa is what `threadline rasa setup` installed and what `threadline train --engine rasa` writes:
the pipeline of Rasa's own template, 100 epochs, a seed. CPU seconds are compared, since they do
not depend on what else the machine does.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.clock import SystemClock
from nlu.rasa.homes import VERSION, Home
from tests.architecture.tree import ROOT
from tests.bench.rasa_page import PAGE, RESULTS, table, with_table
from tests.bench.rasa_sets import sets
from tests.bench.rasa_sides import ours, rasas
from tests.bench.results import machine


def run(known: Mapping[str, Any], home: Home, given: argparse.Namespace) -> dict[str, Any]:
    """Measure; what is not measured now stays as it was known."""
    rows: dict[str, Any] = dict(known.get("rows", {}))
    with TemporaryDirectory() as folder:
        for one in sets(Path(folder), full=given.full):
            if given.only and given.only not in one.name:
                continue
            row = dict(rows.get(one.name, {}))
            day = SystemClock().now().date().isoformat()
            if given.side != "rasa":
                sys.stderr.write(f"{one.name}: the classifier\n")
                row["classifier"] = {**ours(one), "day": day}
            if given.side != "classifier":
                sys.stderr.write(f"{one.name}: Rasa\n")
                row["rasa"] = {**asyncio.run(rasas(one, home)), "day": day}
            rows[one.name] = row
            if given.write:
                _keep(rows)
    return rows


def _keep(rows: Mapping[str, Any]) -> None:
    command = "make bench-rasa"
    told = {"command": command, "rasa": VERSION, "machine": machine(), "rows": rows}
    RESULTS.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def _known() -> Mapping[str, Any]:
    if not RESULTS.exists():
        return {}
    known: Mapping[str, Any] = json.loads(RESULTS.read_text())
    return known


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rasa", description=__doc__)
    parser.add_argument("--full", action="store_true", help="Banking77 and SNIPS whole: hours")
    parser.add_argument("--only", help="sets whose name has this")
    parser.add_argument("--side", choices=("rasa", "classifier"), help="one of the two")
    parser.add_argument("--folder", type=Path, default=ROOT / ".rasa")
    parser.add_argument("--write", action="store_true", help="keep: rasa.json, docs/rasa.md")
    asked = parser.parse_args()
    place = Home(asked.folder.absolute())
    if asked.side != "classifier" and not place.is_installed:
        sys.exit(f"no Rasa in {asked.folder}; run `threadline rasa setup --folder {asked.folder}`")
    result = run(_known(), place, asked)
    sys.stdout.write(table(result))
    if asked.write:
        PAGE.write_text(with_table(PAGE.read_text(), result))
