"""House rules that no linter knows: sizes, names, crash points, transactions."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, modules, named

MOST_LINES = 400
VAGUE = {"base", "common", "helpers", "managers", "misc", "utils"}
ONE_DOOR = "state/sql/databases.py"
UNIT_OF_WORK = "state/sql/transactions.py"
"""The one module that begins a transaction."""


def calls(path: Path, method: str) -> list[ast.Call]:
    """Find the calls of a method in a module."""
    return [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id) == method
    ]


def points(folder: Path) -> set[str]:
    """List the crash points named in a folder's modules."""
    return {
        str(node.value)
        for path in folder.rglob("*.py")
        for call in calls(path, "crashpoint")
        for node in call.args
        if isinstance(node, ast.Constant)
    }


def talks_to_a_platform(folder: Path) -> bool:
    """Tell whether a connector's send does more than nothing."""
    tree = ast.parse((folder / "connector.py").read_text())
    sends = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "send"
    ]  # fmt: skip
    return any(len(send.body) > 2 for send in sends)  # a docstring and a return do nothing


CONNECTORS = [
    folder.name
    for folder in sorted((ROOT / "connectors").iterdir())
    if (folder / "connector.py").exists() and talks_to_a_platform(folder)
]


def test_a_module_is_short_or_named_with_a_reason() -> None:
    decisions = (ROOT / "DECISIONS.md").read_text()
    long = [
        named(path)
        for path in modules(*PACKAGES, "tests")
        if len(path.read_text().splitlines()) > MOST_LINES
    ]

    assert [path for path in long if f"`{path}`" not in decisions] == []


def test_no_module_is_named_after_a_kind_of_code() -> None:
    assert [named(path) for path in modules(*PACKAGES, "tests") if path.stem in VAGUE] == []


def test_crash_points_stand_on_both_sides_of_every_commit() -> None:
    tree = ast.parse((ROOT / UNIT_OF_WORK).read_text())
    texts = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    assert "crashpoint(f'{verb}.before_commit')" in texts
    assert "crashpoint(f'{verb}.after_commit')" in texts


def test_one_module_alone_begins_transactions() -> None:
    found = [
        named(path)
        for path in modules("state")
        if calls(path, "begin") and named(path) != ONE_DOOR
        if "migrations" not in path.parts
    ]

    assert found == []


def test_every_commit_is_named_by_family_and_verb() -> None:
    arguments = [
        call.args[0] for path in modules("state/sql") for call in calls(path, "write") if call.args
    ]

    names = [str(node.value) for node in arguments if isinstance(node, ast.Constant)]
    assert len(names) > 15
    assert [name for name in names if name.count(".") != 1] == []


@pytest.mark.parametrize("connector", CONNECTORS)
def test_crash_points_stand_on_both_sides_of_every_send(connector: str) -> None:
    here = points(ROOT / "connectors" / connector)

    assert {f"{connector}.send.before", f"{connector}.send.after"} <= here


def test_the_connectors_that_send_are_found() -> None:
    assert {"console", "slack", "telegram", "whatsapp"} <= set(CONNECTORS)
