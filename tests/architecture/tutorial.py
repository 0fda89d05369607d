"""The tutorial as its reader follows it: a project that grows by its blocks, and its chats.

A block of Python begins with a comment that names its file. What it defines takes the place of
what the file defined by the same names; the rest of the file stays. A block of settings is written
below what is there.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.tree import ROOT

TUTORIAL = ROOT / "docs" / "tutorial.md"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w./]+\.(?:py|toml|txt))\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A conversation of the tutorial, with the files that its reader has by then."""

    line: int
    text: str
    files: Mapping[str, str]


def chats() -> list[Chat]:
    """List the tutorial's conversations."""
    return [
        Chat(line=line, text=text, files=files)
        for line, language, text, files in _walk(TUTORIAL.read_text())
        if language == "chat"
    ]


def last_files() -> dict[str, str]:
    """Give the files that the reader has at the end."""
    return [dict(files) for _, _, _, files in _walk(TUTORIAL.read_text())][-1]


def _walk(text: str) -> Iterator[tuple[int, str, str, Mapping[str, str]]]:
    """Go through the blocks, each with its line and the files that are there behind it."""
    files: dict[str, str] = {}
    for found in _FENCE.finditer(text):
        language, block = found[1], found[2]
        line = text[: found.start(2)].count("\n") + 1
        named = _FILE.match(block)
        if language in {"python", "toml"} and named is None:
            raise AssertionError(f"{TUTORIAL.name}:{line}: name the file: # plugins/hello.py")
        if named is not None:
            files[named[1]] = _grown(files.get(named[1], ""), block)
        yield line, language, block, dict(files)


def _grown(before: str, block: str) -> str:
    match _FILE.match(block):
        case re.Match() as named if named[1].endswith(".py"):
            return _merged(before, block)
        case re.Match() as named if named[1].endswith(".toml"):
            return f"{before}\n{block}"
        case _:
            return block


def _merged(before: str, block: str) -> str:
    """Put a block's definitions in the place of those with the same names."""
    new = list(_statements(block))
    defined = {name for names, _, _ in new for name in names}
    kept = [one for one in _statements(before) if not one[0] & defined]
    imports = dict.fromkeys(text for _, is_import, text in [*kept, *new] if is_import)
    others = [text for _, is_import, text in [*kept, *new] if not is_import]
    return "\n".join([*imports, "", "", "\n\n\n".join(others), ""])


def _statements(text: str) -> Iterator[tuple[set[str], bool, str]]:
    """List top-level statements: what each defines, whether it imports, its text."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(one.lineno for one in decorators)])
        written = "\n".join(lines[first - 1 : node.end_lineno])
        yield set(_names(node)), isinstance(node, ast.Import | ast.ImportFrom), written


def _names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (one.id for one in targets if isinstance(one, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case _:
            return


def write(files: Mapping[str, str], folder: Path) -> None:
    """Write the reader's files into a project that ``threadline new`` made."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        if path.suffix == ".toml":
            text = path.read_text() + text  # noqa: PLW2901 - below the settings that are there
        path.write_text(text)
