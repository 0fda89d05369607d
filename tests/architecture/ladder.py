"""The ladder of connectors: which rung each stands on, by what it has and what tests it.

``python -m tests.architecture.ladder`` writes the table of connectors/README.md anew.
"""

import ast
import importlib
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot import Attending, Capabilities, Syncing
from tests.architecture.tree import ROOT

DOCUMENT = ROOT / "connectors" / "README.md"
BESIDE = "beside the ladder"
_TABLE = re.compile(r"(?<=<!-- ladder -->\n).*?(?=<!-- end -->)", re.DOTALL)
_CLAIM = re.compile(r"\bLevel: \*\*([a-z ]+)\*\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a connector without asking its author."""

    kind: str
    connector: type
    suites: frozenset[str]
    points: frozenset[str]
    has_emulator: bool

    @property
    def can(self) -> Capabilities:
        """What it claims to show."""
        found: object = getattr(self.connector, "capabilities", None)
        assert isinstance(found, Capabilities)
        return found


Check = tuple[str, Callable[[Facts], bool]]
RUNGS: tuple[tuple[str, tuple[Check, ...]], ...] = (
    (
        "bronze",
        (
            ("ConnectorContract", lambda one: "ConnectorContract" in one.suites),
            ("crash points", lambda one: {"before", "after"} <= one.points),
        ),
    ),
    (
        "silver",
        (
            ("emulator", lambda one: one.has_emulator and "EmulatorContract" in one.suites),
            ("files in", lambda one: "FileContract" in one.suites),
            ("files out", lambda one: one.can.files and "SentFileContract" in one.suites),
        ),
    ),
    (
        "gold",
        (
            ("cards", lambda one: one.can.cards),
            ("forms or controls", lambda one: one.can.forms or bool(one.can.controls)),
            ("typing", lambda one: one.can.typing and _has(one, Attending)),
            ("edits or receipts", lambda one: one.can.edits or one.can.receipts),
            ("sync", lambda one: _has(one, Syncing)),
        ),
    ),
)


def rung_of(facts: Facts) -> tuple[str, list[str]]:
    """Tell the highest rung whose list is fulfilled, and what the next one lacks."""
    reached = BESIDE
    for rung, checks in RUNGS:
        missing = [name for name, is_there in checks if not is_there(facts)]
        if missing:
            return reached, missing
        reached = rung
    return reached, []


def connectors() -> dict[str, Facts]:
    """Collect the facts of every connector of ours."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    emulators = points["threadline.emulators"]
    return {kind: _facts(kind, kind in emulators) for kind in points["threadline.connectors"]}


def claim_of(kind: str) -> str:
    """Read the level in a connector's README; empty where there is none."""
    found = _CLAIM.search((ROOT / "connectors" / kind / "README.md").read_text())
    return found[1] if found else ""


def drawn() -> str:
    """Write the table."""
    lines = ["| connector | rung | the next one asks for |", "|---|---|---|"]
    for kind, facts in sorted(connectors().items()):
        rung, missing = rung_of(facts)
        lacking = ", ".join(missing) if rung != BESIDE else ""
        lines.append(f"| [{kind}]({kind}/README.md) | {rung} | {lacking} |")
    return "\n".join(lines) + "\n"


def table_in(text: str) -> str:
    """Find the table in the document."""
    found = _TABLE.search(text)
    return found[0] if found else ""


def main() -> None:
    """Write the table into the document."""
    text = DOCUMENT.read_text()
    DOCUMENT.write_text(_TABLE.sub(lambda _: drawn(), text))


def _facts(kind: str, has_emulator: bool) -> Facts:  # noqa: FBT001 - private
    folder = ROOT / "connectors" / kind
    module = importlib.import_module(f"connectors.{kind}.connector")
    connector = next(
        one for one in vars(module).values()
        if isinstance(one, type) and getattr(one, "kind", None) == kind
    )  # fmt: skip
    return Facts(
        kind=kind,
        connector=connector,
        suites=frozenset(_suites(ROOT / "tests" / "connectors" / kind / "test_contracts.py")),
        points=frozenset(_points(folder, kind)),
        has_emulator=has_emulator,
    )


def _suites(path: Path) -> list[str]:
    """List the suites that a module of tests subclasses."""
    if not path.exists():
        return []
    classes = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
    return [base.id for one in classes for base in one.bases if isinstance(base, ast.Name)]


def _points(folder: Path, kind: str) -> list[str]:
    pattern = re.compile(rf'crashpoint\("{kind}\.send\.(before|after)"\)')
    return [found for path in folder.rglob("*.py") for found in pattern.findall(path.read_text())]


def _has(facts: Facts, protocol: type) -> bool:
    return issubclass(facts.connector, protocol)


if __name__ == "__main__":
    main()
