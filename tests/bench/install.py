"""What an install costs: the engine that learns, and all that comes by default.

``python -m tests.bench.install`` builds the wheel, makes an empty environment, and has pip bring
what the wheel needs in two goes, nothing from a cache: all but the classifier's own needs, then
these. It needs the package index. Seconds are those of the clock, which depend on the line and on
what else the machine does, and those of the processor, which do not.
``--write`` keeps the figures in install.json.
"""

import json
import re
import resource
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from zipfile import ZipFile

from bot.clock import SystemClock
from tests.bench.results import machine

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("install.json")
COMMAND = "python -m tests.bench.install --write"

ENGINE_NEEDS = frozenset({"numpy", "python-crfsuite"})
ENGINE_PARTS = ("nlu/classifier/", "nlu/vectors/")
"""What would not be there without the engine: packages, and folders of the wheel."""

MEGABYTE = 1e6
MOST_SECONDS = 600
NAME = re.compile(r"[\w.-]+")


def measured() -> dict[str, Any]:
    """Install, and tell megabytes on disk and seconds: of the engine, and of the whole."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        wheel = built(folder / "dist")
        rest, engine = needs_of(wheel)
        home = folder / "venv"
        venv.create(home, with_pip=True)
        (packages,) = home.glob("lib/python*/site-packages")
        empty = size_of(packages)
        first = installed(home, rest) + installed(home, ["--no-deps", str(wheel)])
        without = size_of(packages)
        second = installed(home, engine)
        whole = size_of(packages)
        check_imports(home)
        return {
            "engine": figures(whole - without + parts_of(wheel), second),
            "whole": figures(whole - empty, first + second),
        }


def built(folder: Path) -> Path:
    """Build the wheel."""
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)])
    (wheel,) = folder.glob("*.whl")
    return wheel


def needs_of(wheel: Path) -> tuple[Sequence[str], Sequence[str]]:
    """Tell what a wheel needs by default: all but the engine's needs, and these."""
    with ZipFile(wheel) as archive:
        (place,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        told = Parser().parsestr(archive.read(place).decode())
    needs = [str(one) for one in told.get_all("Requires-Dist", []) if "extra ==" not in str(one)]
    engine = [one for one in needs if name_of(one) in ENGINE_NEEDS]
    return [one for one in needs if one not in engine], engine


def name_of(need: str) -> str:
    """Tell the package's name: ``numpy`` of ``numpy>=1.26``."""
    found = NAME.match(need)
    return found[0].lower() if found else need


def parts_of(wheel: Path) -> int:
    """Tell how many bytes of the wheel are the engine's, unpacked."""
    with ZipFile(wheel) as archive:
        return sum(
            one.file_size for one in archive.infolist() if one.filename.startswith(ENGINE_PARTS)
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the clock, and of the processor."""

    seconds: float
    processor: float

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.seconds + other.seconds, self.processor + other.processor)


def installed(home: Path, what: Sequence[str]) -> Spent:
    """Have pip install something, nothing from its cache; tell what it took."""
    begun, worked = perf_counter(), processor_seconds()
    quiet = ["--quiet", "--disable-pip-version-check", "--no-cache-dir"]
    run([str(home / "bin/python"), "-m", "pip", "install", *quiet, *what])
    return Spent(perf_counter() - begun, processor_seconds() - worked)


def processor_seconds() -> float:
    """Tell what programs that were run, and have ended, took of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def check_imports(home: Path) -> None:
    """Raise RuntimeError where the engine is not really there."""
    run([str(home / "bin/python"), "-c", "import nlu.classifier"])


def size_of(folder: Path) -> int:
    """Tell how many bytes the files of a folder have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def figures(size: float, spent: Spent) -> Mapping[str, float]:
    """Write figures as they are kept."""
    return {
        "megabytes": round(size / MEGABYTE, 1),
        "seconds": round(spent.seconds, 1), "processor_seconds": round(spent.processor, 1),
    }  # fmt: skip


def run(command: Sequence[str]) -> None:
    """Run a program; what it says is shown where it fails."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and pip
        command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=MOST_SECONDS
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def kept(found: Mapping[str, Any]) -> dict[str, Any]:
    """Say with the figures when, how and where they were measured."""
    day = SystemClock().now().date().isoformat()
    return {"day": day, "command": COMMAND, "machine": machine(), **found}


def told(found: Mapping[str, Any]) -> str:
    """Write the figures for who waits."""
    return "".join(
        f"{part:8}{found[part]['megabytes']:8.1f} MB{found[part]['seconds']:8.1f} s"
        f"{found[part]['processor_seconds']:8.1f} s of the processor\n"
        for part in ("engine", "whole")
    )


if __name__ == "__main__":
    results = kept(measured())
    sys.stdout.write(told(results))
    if "--write" in sys.argv[1:]:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
