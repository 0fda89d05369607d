"""The locks: everything pinned with hashes, from nowhere in particular, and complete."""

import re
import tomllib

import pytest

from tests.architecture.tree import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9-]+)==\S+", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9-]+")
OURSELVES = "threadline"


def wanted(*extras: str) -> set[str]:
    """List what pyproject.toml asks for, with some extras and those they name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {match[0].lower() for line in lines if (match := NAME.match(line))} - {OURSELVES}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert [line for line in text.split("\n") if "://" in line or line.startswith("-")] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_in_a_lock_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z])", (ROOT / lock).read_text().strip())

    assert len(entries) > 30
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_of_the_bot_has_every_platform() -> None:
    extras = ("slack", "telegram", "web", "postgres")

    assert wanted(*extras) <= set(PIN.findall((ROOT / "requirements.txt").read_text()))


def test_the_lock_of_contributors_has_the_bots_pins_and_the_tools() -> None:
    bots, tools = (set(PIN.findall((ROOT / lock).read_text())) for lock in LOCKS)

    assert bots | wanted("testing", "dev") <= tools
