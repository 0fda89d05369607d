"""`make fuzz`: every parser of strangers' bytes for some minutes, two at a time.

Exits with 1 where something was found; its body is kept below ``.fuzz/`` and named.
"""

import argparse
import hashlib
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from random import Random, SystemRandom

import structlog

from tests.fuzz.targets import TARGETS, Target
from tests.fuzz.unguided import find_fault, findings

FOLDER = Path(".fuzz")
"""What libFuzzer has learnt, and what was found; git ignores it."""
GRACE_SECONDS = 120


def run(target: Target, seconds: int) -> dict[Path, str]:
    """Fuzz one target; gives what is wrong by the file that shows it."""
    folder = FOLDER / target.name
    for part in ("corpus", "slow", "found"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    if find_spec("atheris") is None:
        seed = SystemRandom().getrandbits(32)
        found = findings(target, seconds, Random(seed))  # noqa: S311 - no secret
        return {_kept(folder / "found", body): wrong for body, wrong in found}
    for body in target.seeds():
        _kept(folder / "corpus", body)
    return _guided(target, seconds, folder)


def _guided(target: Target, seconds: int, folder: Path) -> dict[Path, str]:
    command = [sys.executable, "-m", "tests.fuzz.guided", target.name, str(seconds), str(folder)]
    log = folder / "log"
    with log.open("wb") as output:
        ended = subprocess.run(  # noqa: S603 - our own module
            command, stdout=output, stderr=output, check=False, timeout=seconds + GRACE_SECONDS
        )
    wrong = {}
    for path in [*folder.iterdir(), *(folder / "slow").iterdir()]:
        if path.is_file() and path != log:
            body = path.read_bytes()
            if told := find_fault(target, body):
                wrong[_kept(folder / "found", body)] = told
            path.unlink()
    if ended.returncode != 0 and not wrong:
        wrong[log] = f"atheris ended with {ended.returncode}"
    return wrong


def _kept(folder: Path, body: bytes) -> Path:
    path = folder / hashlib.sha256(body).hexdigest()[:16]
    path.write_bytes(body)
    return path


def _runs(log: Path) -> str:
    """Find how many bodies were tried in what libFuzzer has told."""
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    told = [line for line in lines if "number_of_executed_units" in line]
    return f"{int(told[-1].split()[-1]):,} bodies" if told else "some bodies"


def main() -> int:
    """Fuzz what was named, or everything, and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(TARGETS)}; all of them if none")
    parser.add_argument("--seconds", type=int, default=600, help="for each")
    given = parser.parse_args()
    names = given.names or list(TARGETS)
    if unknown := set(names) - TARGETS.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda name: run(TARGETS[name], given.seconds), names))
    for name, wrong in zip(names, results, strict=True):
        sys.stdout.write(f"{name}: {_runs(FOLDER / name / 'log')}, {len(wrong)} found\n")
        sys.stdout.writelines(f"  {path}: {told}\n" for path, told in wrong.items())
    return 1 if any(results) else 0


if __name__ == "__main__":
    sys.exit(main())
