"""The façade: one sorted list of names, and nothing heavy behind it."""

import ast
import subprocess
import sys

import pytest

import bot
from tests.architecture.tree import ROOT

HEAVY = ("aiohttp", "sqlalchemy", "slack_bolt", "telegram")


def imported_names() -> set[str]:
    """List what bot/__init__.py imports."""
    tree = ast.parse((ROOT / "bot/__init__.py").read_text())
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_public_names_are_sorted_and_named_once() -> None:
    constants = [name for name in bot.__all__ if name.isupper()]
    classes = [name for name in bot.__all__ if name[0].isupper() and not name.isupper()]
    others = [name for name in bot.__all__ if not name[0].isupper()]

    assert bot.__all__ == [*sorted(constants), *sorted(classes), *sorted(others)]
    assert len(bot.__all__) == len(set(bot.__all__))


def test_the_public_names_are_all_that_the_facade_imports() -> None:
    assert set(bot.__all__) == imported_names()


def test_every_public_name_is_there() -> None:
    assert [name for name in bot.__all__ if getattr(bot, name, None) is None] == []


@pytest.mark.parametrize("heavy", HEAVY)
def test_an_extension_that_imports_the_facade_gets_no_server_and_no_database(heavy: str) -> None:
    script = f"import sys, bot; sys.exit({heavy!r} in sys.modules)"

    ran = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], cwd=ROOT, check=False, timeout=30
    )

    assert ran.returncode == 0
