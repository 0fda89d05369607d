"""What authors wrote, as a tree: for mistakes that a look at the source shows."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, TypeAlias

Namespace: TypeAlias = Mapping[str, Any]
"""What names mean where a function stands."""

NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def written(function: Callable[..., Any]) -> tuple[ast.AsyncFunctionDef, int] | None:
    """Read an async function's tree and first line; None where its source is not at hand."""
    try:
        lines, first = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError):  # written in a console, or changed since
        return None
    made = tree.body[0] if len(tree.body) == 1 else None
    return (made, first) if isinstance(made, ast.AsyncFunctionDef) else None


def namespace(function: Callable[..., Any]) -> Namespace:
    """List what names mean in a function: its module's and those of the functions around it."""
    bare = inspect.unwrap(function)
    return {**getattr(bare, "__globals__", {}), **inspect.getclosurevars(bare).nonlocals}


def own_nodes(*roots: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs with a function itself, in order: nothing of those that stand in it."""
    waiting = list(roots)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, NESTED):
            waiting[:0] = ast.iter_child_nodes(node)


def meaning(node: ast.expr, space: Namespace) -> object:
    """Find what a name, or a name in a module, stands for; None where that is open."""
    match node:
        case ast.Name(id=name):
            return space.get(name)
        case ast.Attribute(value=value, attr=attr):
            module = meaning(value, space)
            return getattr(module, attr, None) if isinstance(module, ModuleType) else None
        case _:
            return None
