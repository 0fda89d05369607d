"""Installs Rasa into a Python environment of its own, step by step, each of them once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from nlu.rasa.homes import CONSTRAINTS, VERSION, Home
from nlu.rasa.processes import told
from nlu.rasa.pythons import find_python

PATIENCE = timedelta(minutes=30)
"""For one step: 162 packages, 600 MB to load."""

PROBE = "import rasa, tensorflow; print('rasa', rasa.__version__)"


async def install(home: Home, python: Path | None, tell: Callable[[str], None]) -> None:
    """Make the environment, or go on where it was left.

    pip keeps what it has loaded, so that a second attempt loads only what is missing.

    Raises:
        ConfigError: there is no Python 3.10.
        BotError: a step failed, with what it said.
    """
    if home.is_installed:
        tell(f"Rasa {VERSION} is installed in {home.folder} already")
        return
    if not home.python.exists():
        found = await find_python(python)
        tell(f"making an environment with {found}")
        make = [str(found), "-m", "venv", "--clear", str(home.environment)]
        await told(make, home.folder, tell, PATIENCE)
    tell(f"installing Rasa {VERSION}: 162 packages, 2.7 GB on disk, some minutes")
    await told(_pip(home), home.folder, tell, PATIENCE)
    await told([str(home.python), "-c", PROBE], home.folder, tell, PATIENCE)
    home.mark_installed()
    tell(f"Rasa {VERSION} is installed in {home.folder}")


def _pip(home: Home) -> list[str]:
    return [
        str(home.python), "-m", "pip", "--disable-pip-version-check", "install",
        "--progress-bar", "off", "--prefer-binary", "--constraint", str(CONSTRAINTS.absolute()),
        "setuptools", f"rasa=={VERSION}",
    ]  # fmt: skip
