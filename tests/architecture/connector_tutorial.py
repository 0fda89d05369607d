"""The tutorial of connectors as its reader follows it: each block is a file."""

import re
from pathlib import Path

from tests.architecture.tree import ROOT

TUTORIAL = ROOT / "docs" / "connector-tutorial.md"
_FILE = re.compile(r"^```\w+\n# ([\w./-]+\.(?:py|toml))\n(.*?)^```", re.MULTILINE | re.DOTALL)


def files() -> dict[str, str]:
    """Give the reader's files."""
    return {found[1]: found[2] for found in _FILE.finditer(TUTORIAL.read_text())}


def write(folder: Path) -> None:
    """Write the reader's files into a folder."""
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
