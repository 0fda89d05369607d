"""Definitions as they stand in the source, without their bodies."""

import ast
from collections.abc import Iterator

WIDTH = 96
_MOST = 400  # characters of a value that is shown
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def code(node: ast.stmt) -> str:
    """Write a definition: a function's signature, a class with its fields, a value."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _signature(node)
        case ast.ClassDef():
            return "\n".join(_class(node))
        case _:
            shown = ast.unparse(node)
            return shown if len(shown) <= _MOST else f"{shown.partition('=')[0].strip()} = …"


def attributes(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """List a class's fields and properties that something is said of."""
    if not isinstance(node, ast.ClassDef):
        return
    for one, behind in zip(node.body, [*node.body[1:], None], strict=True):
        match one, behind:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str() as text)),
            ) if not name.startswith("_"):
                yield name, text
            case ast.FunctionDef(name=name), _ if _is(one, "property"):
                yield name, ast.get_docstring(one) or ""
            case _:
                pass


def methods(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """List a class's public methods, each with what is said of it."""
    if not isinstance(node, ast.ClassDef):
        return
    for one in node.body:
        if not isinstance(one, _Function) or _is(one, "property") or _is(one, "overload"):
            continue
        if one.name == "__call__" or not one.name.startswith("_"):
            yield _signature(one), ast.get_docstring(one) or ""


def _class(node: ast.ClassDef) -> Iterator[str]:
    yield from (f"@{ast.unparse(one)}" for one in node.decorator_list)
    bases = ", ".join(ast.unparse(one) for one in [*node.bases, *node.keywords])
    yield f"class {node.name}({bases}):" if bases else f"class {node.name}:"
    making = [
        one
        for one in node.body
        if isinstance(one, ast.FunctionDef)
        and one.name in {"__init__", "__new__"}
        and ": _" not in ast.unparse(one.args)  # what takes a private type is not made by authors
    ]
    for one in making:
        yield from (f"    {line}" for line in f"{_signature(one)}: ...".split("\n"))
    if not making:
        yield from (f"    {one}" for one in _fields(node))


def _plain(shown: str) -> str:
    return shown.partition(" = ")[0] if " = field(" in shown else shown


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for one in node.body:
        match one:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                shown = ast.unparse(one)
                if not name.startswith("_"):
                    yield (
                        f"{shown.partition(' = ')[0]} = …"
                        if "default_factory" in shown
                        else _plain(shown)
                    )
            case _:
                pass


def _signature(node: _Function) -> str:
    """Write a signature on one line, or with a parameter a line."""
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    whole = f"{word} {node.name}({', '.join(_parameters(node.args))}){returns}"
    if len(whole) <= WIDTH:
        return whole
    lines = "".join(f"\n    {one}," for one in _parameters(node.args))
    return f"{word} {node.name}({lines}\n){returns}"


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    plain = [*arguments.posonlyargs, *arguments.args]
    missing = len(plain) - len(arguments.defaults)
    defaults = [*([None] * missing), *arguments.defaults]
    for number, (one, default) in enumerate(zip(plain, defaults, strict=True), start=1):
        yield _parameter(one, default)
        if number == len(arguments.posonlyargs):
            yield "/"
    if arguments.vararg:
        yield f"*{ast.unparse(arguments.vararg)}"
    elif arguments.kwonlyargs:
        yield "*"
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(one, default)
    if arguments.kwarg:
        yield f"**{ast.unparse(arguments.kwarg)}"


def _parameter(node: ast.arg, default: ast.expr | None) -> str:
    shown = ast.unparse(node)
    if default is None:
        return shown
    return (
        f"{shown} = {ast.unparse(default)}"
        if node.annotation
        else f"{shown}={ast.unparse(default)}"
    )


def _is(node: _Function, decorator: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == decorator for one in node.decorator_list)
