"""The guard of our generic package names, and what an extension's signature says."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import PluginError
from bot.plugins import check_siblings, settings_type

REPOSITORY = Path(__file__).resolve().parents[2]
GUARD = """\
from bot.plugins import check_siblings
from bot.errors import PluginError
try:
    check_siblings()
except PluginError as error:
    print(error)
"""


def guard(folder: Path, *places: Path) -> str:
    """Run the guard in a process whose import path begins with these places."""
    path = f"import sys; sys.path[:0] = {[str(place) for place in (*places, REPOSITORY)]!r}\n"
    run = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", path + GUARD],
        cwd=folder, capture_output=True, text=True, check=True, timeout=50,
    )  # fmt: skip
    return run.stdout


def test_our_packages_are_ours() -> None:
    check_siblings()


@pytest.mark.parametrize("hidden", ["commands/__init__.py", "commands.py"])
def test_a_folder_or_file_that_hides_our_package_is_told(tmp_path: Path, hidden: str) -> None:
    (tmp_path / hidden).parent.mkdir(exist_ok=True)
    (tmp_path / hidden).write_text("")

    told = guard(tmp_path, tmp_path)

    assert told.startswith(f"package commands: comes from {tmp_path / hidden}, not from ")
    assert "rename that file or folder, or start with the `threadline` command" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("name_of_list", "listed"),
    [
        ("top_level.txt", "nlu\n"),
        ("RECORD", "nlu/__init__.py,,\nnlu/words.py,,\n"),
        ("RECORD", "other.py,,\nnlu.py,sha256=0,1\n"),
    ],
)
def test_a_second_owner_of_our_package_is_told(
    tmp_path: Path, name_of_list: str, listed: str
) -> None:
    for name in ("one", "two"):
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / name_of_list).write_text(listed)

    told = guard(tmp_path, tmp_path)

    assert told.startswith("package nlu: was installed by one and two")
    assert told.endswith("give this bot an environment of its own\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParrotSettings:
    word: str = "hello"


@asynccontextmanager
async def connect(name: str, settings: ParrotSettings) -> AsyncIterator[int]:
    yield 1


@asynccontextmanager
async def quoted(name: str, settings: "ParrotSettings") -> AsyncIterator[int]:
    yield 1


async def bare() -> AsyncIterator[int]:
    yield 1


def unannotated(settings) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001 - the point of the test
def plain(settings: int) -> None: ...
def unknown(settings: "Nowhere") -> None: ...  # type: ignore[name-defined]  # noqa: F821 - the point of the test


def test_the_annotation_of_settings_tells_the_table_s_type() -> None:
    assert settings_type(connect) is ParrotSettings
    assert settings_type(quoted) is ParrotSettings
    assert settings_type(bare) is None


@pytest.mark.parametrize("function", [unannotated, plain, unknown])
def test_settings_without_a_dataclass_are_told_by_file_and_line(function: object) -> None:
    with pytest.raises(PluginError, match=r"test_plugins_siblings\.py:\d+: .*; "):
        settings_type(function)  # type: ignore[arg-type]  # the parametrised functions
