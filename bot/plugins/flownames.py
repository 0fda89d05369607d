"""The names of a flow's steps, followed along the ways that it can take.

Two branches may use one name, a way may not use it twice (`bot.authoring.flows`).
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.authoring.flows import Flow
from bot.plugins.sources import NESTED, Namespace, meaning

Reached: TypeAlias = dict[str, int]
"""What has been reached on a way, each with its line."""

_KEYED = frozenset({"ask", "confirm"})
_NAMED = frozenset({*_KEYED, "once", "saga", "wait"})
_ROUNDS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_AWAY = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def find_repeats(
    tree: ast.AsyncFunctionDef, *, talk: str, space: Namespace
) -> list[tuple[int, str]]:
    """Find steps that a flow reaches twice under one name, each with its line in the tree."""
    ways = _Ways(talk, space)
    ways.block(tree.body, {}, again=False)
    return ways.found


def names_asked(tree: ast.AsyncFunctionDef, *, talk: str) -> frozenset[str] | None:
    """List what a flow asks for, former names included; None where its source leaves that open."""
    nodes = list(ast.walk(tree))
    mentions = [node for node in nodes if isinstance(node, ast.Name) and node.id == talk]
    parts = [node for node in nodes if _is_part(node, talk)]
    asks = [node for node in nodes if isinstance(node, ast.Call) and _is_ask(node.func, talk)]
    aside = sum(_is_ask(node, talk) for node in nodes) - len(asks)
    if aside or len(mentions) > len(parts):
        return None  # handed on: another flow, or a part of this one, asks as well
    names = [name for call in asks for name in _names_given(call)]
    return None if None in names else frozenset(name for name in names if name is not None)


def _is_part(node: ast.AST, talk: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=name)):
            return name == talk
        case _:
            return False


def _is_ask(node: ast.AST, talk: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "ask" and _is_part(node, talk)


def _names_given(call: ast.Call) -> Iterator[str | None]:
    """List the name and the former name of a question; None for one that is made at run time."""
    keys = {keyword.arg: keyword.value for keyword in call.keywords}
    yield _constant(call.args[0] if call.args else keys.get("name"))
    if "was" in keys:
        yield _constant(keys["was"])


def _constant(node: ast.expr | None) -> str | None:
    match node:
        case ast.Constant(value=str(name)):
            return name
        case _:
            return None


@dataclass(frozen=True, slots=True)
class _Step:
    """A call that takes a name; ``key`` is None where it has none."""

    what: str
    method: str
    line: int
    key: ast.expr | None

    @property
    def is_fixed(self) -> bool:
        """Tell whether it has the same name each time."""
        return self.key is None or isinstance(self.key, ast.Constant)

    @property
    def identity(self) -> str:
        """What it is kept under."""
        return self.what if self.key is None else f"{self.what}[{ast.unparse(self.key)}]"


@dataclass(slots=True)
class _Ways:
    """Goes through a flow statement by statement."""

    talk: str
    space: Namespace
    found: list[tuple[int, str]] = field(default_factory=list)

    def block(self, body: Iterable[ast.stmt], reached: Reached, *, again: bool) -> Reached | None:
        """Go through statements; None where no way leads behind them."""
        for statement in body:
            behind = self._statement(statement, reached, again=again)
            if behind is None:
                return None
            reached = behind
        return reached

    def _statement(self, node: ast.stmt, reached: Reached, *, again: bool) -> Reached | None:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                here = self._said(test, reached, again=again)
                return self._either([body, orelse], here, again=again)
            case ast.Match(subject=subject, cases=cases):
                here = self._said(subject, reached, again=again)
                return self._either([[], *(case.body for case in cases)], here, again=again)
            case ast.For() | ast.AsyncFor() | ast.While():
                return self._round(node, reached, again=again)
            case ast.Try() | ast.TryStar():
                return self._tried(node, reached, again=again)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    reached = self._said(item.context_expr, reached, again=again)
                return self.block(node.body, reached, again=again)
            case _:
                here = self._said(node, reached, again=again)
                return None if isinstance(node, _AWAY) else here

    def _either(
        self, bodies: Sequence[Sequence[ast.stmt]], reached: Reached, *, again: bool
    ) -> Reached | None:
        ends = [self.block(body, dict(reached), again=again) for body in bodies]
        return _joined(ends)

    def _round(
        self, node: ast.For | ast.AsyncFor | ast.While, reached: Reached, *, again: bool
    ) -> Reached:
        once = isinstance(node.body[-1], ast.Return | ast.Raise | ast.Break)
        if isinstance(node, ast.While):
            reached = self._said(node.test, reached, again=again or not once)
        else:
            reached = self._said(node.iter, reached, again=again)
        inner = self.block(node.body, dict(reached), again=again or not once)
        behind = _joined([reached, inner]) or reached
        return self.block(node.orelse, dict(behind), again=again) or behind

    def _tried(
        self, node: ast.Try | ast.TryStar, reached: Reached, *, again: bool
    ) -> Reached | None:
        """Go through a try; a handler may be entered before anything in it was reached."""
        whole = [*node.body, *node.orelse]
        ways = [whole, *(handler.body for handler in node.handlers)]
        behind = self._either(ways, reached, again=again)
        last = self.block(node.finalbody, dict(behind or reached), again=again)
        return None if behind is None else last

    def _said(self, node: ast.AST, reached: Reached, *, again: bool) -> Reached:
        """Note the steps of an expression."""
        here = dict(reached)
        for call, looped in _calls(node, again=again):
            step = self._step(call)
            if step is None:
                continue
            if looped and step.is_fixed:
                self.found.append((step.line, f"{_reaches(step)} in a loop; {_of_rounds(step)}"))
            elif step.identity in here and step.is_fixed:
                told = f"{_reaches(step)} a second time on one way; {_of_two(step)}"
                self.found.append((step.line, told))
            here.setdefault(step.identity, step.line)
        return here

    def _step(self, call: ast.Call) -> _Step | None:
        keys = {keyword.arg: keyword.value for keyword in call.keywords}
        match call.func:
            case ast.Attribute(value=ast.Name(id=self.talk), attr=method) if method in _NAMED:
                named = _constant(call.args[0] if call.args else keys.get("name"))
                if named is None:
                    return None
                key = keys.get("key") if method in _KEYED else None
                return _Step(named, method, call.lineno, key)
            case _ if isinstance(flow := meaning(call.func, self.space), Flow):
                return _Step(f"{flow.name}.", "flow", call.lineno, keys.get("key"))
            case _:
                return None


def _joined(ends: Iterable[Reached | None]) -> Reached | None:
    """Put together what may have been reached; None where no way leads on."""
    open_ends = [end for end in ends if end is not None]
    if not open_ends:
        return None
    joined: Reached = {}
    for end in open_ends:
        joined |= end
    return joined


def _calls(node: ast.AST, *, again: bool) -> Iterator[tuple[ast.Call, bool]]:
    """List an expression's calls, each with whether it is made in rounds."""
    if isinstance(node, NESTED):
        return
    if isinstance(node, ast.IfExp):  # one of two: each may use what the other uses
        yield from _calls(node.test, again=again)
        yield from _calls(node.body, again=again)
        return
    if isinstance(node, ast.Call):
        yield node, again
    inner = again or isinstance(node, _ROUNDS)
    for child in ast.iter_child_nodes(node):
        is_first = isinstance(node, _ROUNDS) and child is node.generators[0]
        if is_first and isinstance(child, ast.comprehension):
            yield from _calls(child.iter, again=again)
            for condition in child.ifs:
                yield from _calls(condition, again=True)
        else:
            yield from _calls(child, again=inner)


def _reaches(step: _Step) -> str:
    match step.method:
        case "flow":
            return f"calls the flow {step.what.rstrip('.')} with the same names"
        case "once" | "saga" | "wait":
            return f"uses the name {step.what!r}"
        case _:
            return f"asks {step.what!r}"


def _of_rounds(step: _Step) -> str:
    if step.method in {"once", "saga", "wait"}:
        return f'give each round a name of its own, as f"{step.what}-{{number}}"'
    return "tell the rounds apart by key=…"


def _of_two(step: _Step) -> str:
    if step.method in {"once", "saga", "wait"}:
        return "give it a name of its own"
    return "give it a name of its own, or key=…" if step.method != "flow" else "give it key=…"
