"""Looking for the Python that Rasa needs: 3.10, whoever brought it."""

import asyncio
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterator
from pathlib import Path

from bot import ConfigError

WANTED = (3, 10)
"""Rasa 3.6 runs on 3.8 to 3.10 (its metadata); its pins were tried on this one."""

PLACES = (
    "~/.pyenv/versions/3.10*/bin/python3.10",
    "~/.local/share/uv/python/cpython-3.10*/bin/python3.10",
    "~/.asdf/installs/python/3.10*/bin/python3.10",
    "~/miniconda3/envs/*/bin/python3.10",
    "/opt/python*/bin/python3.10",
    "/opt/python/*/bin/python3.10",
    "/usr/local/bin/python3.10",
    "/usr/bin/python3.10",
    "/opt/homebrew/bin/python3.10",
)
REMEDY = (
    "bring one with `uv python install 3.10`, `pyenv install 3.10` or your system's packages, "
    "or name it with --python"
)
_ASKED = "import ensurepip, sys, venv; print(sys.version_info[0], sys.version_info[1])"
_PATIENCE = 20.0


async def find_python(named: Path | None) -> Path:
    """Find a Python 3.10 with venv; ``named`` is absolute.

    Raises:
        ConfigError: there is none, or the one that was named is another.
    """
    if named is not None:
        if await _is_right(named):
            return named
        raise ConfigError(f"--python: {named} is no Python 3.10 with venv; {REMEDY}")
    for place in _places():
        if await _is_right(place):
            return place
    raise ConfigError(f"--python: Rasa needs a Python 3.10, and there is none here; {REMEDY}")


def _places() -> Iterator[Path]:
    on_path = shutil.which("python3.10")
    if on_path is not None:
        yield Path(on_path)
    for place in PLACES:
        pattern = Path(place).expanduser()
        yield from sorted(Path("/").glob(str(pattern.relative_to("/"))), reverse=True)


async def _is_right(python: Path) -> bool:
    """Ask a Python what it is; pyenv's stand-ins are there for versions that are not."""
    try:
        process = await asyncio.create_subprocess_exec(
            python, "-c", _ASKED, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(_PATIENCE):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return False
    return said.split() == [str(number).encode() for number in WANTED]
