"""The tutorial of connectors can be followed: its connector is short, installs, and passes."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.plugins import load_extensions
from bot.settings import load_settings
from tests.architecture.connector_tutorial import files, write

MOST_LINES = 150
FEWEST_CHECKS = 80


def install(folder: Path) -> None:
    """Register the project's entry points, as pip would write them down."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    info = folder / f"{project['name']}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = []
    for group, names in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in names.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))


def test_the_connector_of_the_tutorial_is_short() -> None:
    lines = {
        name: len(text.strip().splitlines())
        for name, text in files().items()
        if name.startswith("parley/") and name != "parley/emulator.py"
    }

    assert sorted(lines) == ["parley/connector.py", "parley/wire.py"]
    assert sum(lines.values()) < MOST_LINES


def test_the_connector_of_the_tutorial_is_known_to_a_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    install(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PARLEY_TOKEN", "t")
    monkeypatch.setenv("PARLEY_SECRET", "s")

    extensions = load_extensions(load_settings(tmp_path / "bot.toml"))

    assert extensions.connectors["parley"].load().__name__ == "connect"
    assert extensions.emulators["parley"].load().__name__ == "open_emulator"


@pytest.mark.slow
def test_the_connector_of_the_tutorial_passes_the_suite(tmp_path: Path) -> None:
    write(tmp_path)

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly",
         "-W", "error", "tests"],
        cwd=tmp_path, capture_output=True, text=True, timeout=55, check=False,
    )  # fmt: skip

    told = ran.stdout + ran.stderr
    assert ran.returncode == 0, told[-3000:]
    assert int(told.rpartition(" passed")[0].split()[-1]) >= FEWEST_CHECKS, told[-200:]
