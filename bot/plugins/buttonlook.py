"""Mistakes in ``book.with_(guests=4)``: no type checker knows some of a function's arguments."""

import ast
import inspect
import sys
from collections.abc import Collection, Iterator
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from bot.authoring.commands import Command
from bot.authoring.signatures import CommandSpec
from bot.plugins.sources import meaning
from bot.tables import remedy_for


def look_at_buttons(specs: Collection[CommandSpec]) -> Iterator[str]:
    """Tell where a module gives a command arguments that it does not have."""
    of_function = {id(spec.command.function): spec for spec in specs if not spec.is_flow}
    places = {spec.command.function.__module__: spec.source for spec in specs}
    for name, source in places.items():
        module = sys.modules.get(name)
        tree = _tree(module)
        if module is None or tree is None:
            continue
        file = source.rpartition(":")[0] or name
        for call in ast.walk(tree):
            spec = _meant(call, module, of_function)
            if spec is not None and isinstance(call, ast.Call):
                yield from _wrong(call, spec, file)


def _tree(module: ModuleType | None) -> ast.Module | None:
    if module is None:
        return None
    try:
        return ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):  # written in a console, or changed since
        return None


def _meant(
    node: ast.AST, module: ModuleType, of_function: dict[int, CommandSpec]
) -> CommandSpec | None:
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="with_")):
            command = meaning(value, vars(module))
            function: Any = command.function if isinstance(command, Command) else None
            return of_function.get(id(function))
        case _:
            return None


def _wrong(call: ast.Call, spec: CommandSpec, file: str) -> Iterator[str]:
    where = f"{file}:{call.lineno}: {spec.name}.with_"
    names = [parameter.name for parameter in spec.parameters]
    for given in call.keywords:
        if given.arg is None:
            continue
        parameter = spec.parameter(given.arg)
        if parameter is None:
            otherwise = f"it has {', '.join(names)}" if names else "it has none"
            remedy = remedy_for(given.arg, names, otherwise=otherwise)
            yield f"{where} gives {given.arg!r}, which is no parameter of the command; {remedy}"
        elif isinstance(given.value, ast.Constant):
            try:
                parameter.adapter.validate_python(given.value.value)
            except ValidationError:
                kind = getattr(parameter.type, "__name__", str(parameter.type))
                yield (
                    f"{where} gives {given.arg}={ast.unparse(given.value)}, which it cannot take; "
                    f"give a value of the type {kind}"
                )
