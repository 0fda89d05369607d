"""Rasa in an environment of its own; see `nlu.rasa.installing` and `nlu.rasa.pythons`."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import BotError, ConfigError
from nlu.rasa import pythons
from nlu.rasa.homes import CONSTRAINTS, VERSION, Home
from nlu.rasa.installing import install
from nlu.rasa.pythons import find_python
from tests.nlu.rasa.program import PYTHON


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Give a Python 3.10 that does as if."""
    made = tmp_path / "there" / "python3.10"
    made.parent.mkdir()
    made.write_text(PYTHON)
    made.chmod(0o755)
    return made


@pytest.fixture
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no Python 3.10 anywhere."""
    monkeypatch.setattr(pythons, "PLACES", ())
    monkeypatch.setattr(shutil, "which", lambda _: None)


def listening() -> tuple[list[str], Callable[[str], None]]:
    lines: list[str] = []
    return lines, lines.append


async def test_rasa_is_installed_with_pins_and_told_line_by_line(
    tmp_path: Path, python: Path
) -> None:
    home = Home(tmp_path / ".rasa")
    lines, tell = listening()

    await install(home, python, tell)

    assert home.is_installed
    assert {"venv made", "Collecting rasa", "rasa 3.6.21"} <= set(lines)
    asked = (home.python.parent / "asked").read_text()
    assert f"rasa=={VERSION}" in asked
    assert f"--constraint {CONSTRAINTS}" in asked


async def test_an_installation_goes_on_where_it_was_left(tmp_path: Path, python: Path) -> None:
    home = Home(tmp_path / ".rasa")
    lines, tell = listening()
    home.python.parent.mkdir(parents=True)
    (home.python.parent / "no-network").touch()
    home.python.write_text(PYTHON)
    home.python.chmod(0o755)

    with pytest.raises(BotError, match="No route to host"):
        await install(home, None, tell)
    (home.python.parent / "no-network").unlink()
    await install(home, None, tell)

    assert home.is_installed
    assert "venv made" not in lines


async def test_what_is_installed_is_left_alone(tmp_path: Path, python: Path) -> None:
    home = Home(tmp_path / ".rasa")
    lines, tell = listening()
    await install(home, python, tell)
    lines.clear()

    await install(home, python, tell)

    assert lines == [f"Rasa {VERSION} is installed in {home.folder} already"]


@pytest.mark.usefixtures("_nowhere")
async def test_without_a_python_3_10_the_remedy_is_told() -> None:
    with pytest.raises(ConfigError, match=r"none here; bring one with `uv python install 3.10`"):
        await find_python(None)


@pytest.mark.usefixtures("_nowhere")
async def test_a_python_is_found_where_tools_put_it(
    monkeypatch: pytest.MonkeyPatch, python: Path
) -> None:
    monkeypatch.setattr(pythons, "PLACES", (f"{python.parent.parent}/*/python3.10",))

    assert await find_python(None) == python


@pytest.mark.usefixtures("_nowhere")
async def test_a_stand_in_that_starts_nothing_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shim = tmp_path / "python3.10"
    shim.write_text("#!/bin/sh\necho no such version >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(shim))

    with pytest.raises(ConfigError, match="none here"):
        await find_python(None)


@pytest.mark.parametrize("name", ["missing", "other"])
async def test_a_named_python_of_another_version_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "other").write_text("#!/bin/sh\necho 3 12\n")
    (tmp_path / "other").chmod(0o755)

    with pytest.raises(ConfigError, match=f"{name} is no Python 3.10 with venv"):
        await find_python(tmp_path / name)


def test_the_pins_are_exact() -> None:
    lines = [one for one in CONSTRAINTS.read_text().splitlines() if not one.startswith("#")]

    assert len(lines) > 150
    assert [one for one in lines if one.count("==") != 1] == []
    assert "tensorflow==2.12.0" in lines
