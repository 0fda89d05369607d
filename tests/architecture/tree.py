"""The repository's files, as the architecture tests see them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "commands", "connectors", "nlu", "state")


def modules(*folders: str) -> Iterator[Path]:
    """List the Python files below some folders of the repository."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    """Write a path as it is seen from the repository."""
    return path.relative_to(ROOT).as_posix()


def documents() -> list[Path]:
    """List the texts written for people: the README, its neighbours, docs/, the packages'."""
    nested = [ROOT / "docs", *(ROOT / package for package in PACKAGES)]
    return sorted([*ROOT.glob("*.md"), *(one for folder in nested for one in folder.rglob("*.md"))])
