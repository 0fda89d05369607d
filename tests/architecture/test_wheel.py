"""What is published: the five packages whole, and nothing else."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.architecture.tree import PACKAGES, ROOT

KEPT_HERE = {"__pycache__", "README.md"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel and list its files."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(  # noqa: S603 - our own build backend
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    with ZipFile(built) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_five_packages_and_nothing_else(wheel: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_a_package_is_in_the_wheel(wheel: set[str], package: str) -> None:
    files = [path for path in (ROOT / package).rglob("*") if path.is_file()]

    kept = {path for path in files if not KEPT_HERE & set(path.parts)}
    assert {path.relative_to(ROOT).as_posix() for path in kept} <= wheel
    assert f"{package}/py.typed" in wheel


@pytest.mark.parametrize(
    "script", ["bot/sandbox/static/index.html", "connectors/webchat/static/widget.js"]
)
def test_what_browsers_load_is_in_the_wheel(wheel: set[str], script: str) -> None:
    assert script in wheel


def test_the_license_is_in_the_wheel(wheel: set[str]) -> None:
    assert [name for name in wheel if Path(name).name == "LICENSE"] != []
