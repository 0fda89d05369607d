"""Mistakes that a flow's source shows before anybody has talked to it.

A flow is run again on every turn, so it may wait for nothing but its talk, must let go where it
waits, and reaches each name once. Where the source is not at hand nothing is found here, and the
runtime tells the author (architecture.md §4b). What the source leaves open is not reported.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.authoring.actions import Action
from bot.authoring.commands import Command
from bot.authoring.sentences import check_sentences
from bot.errors import PluginError
from bot.plugins.flownames import find_repeats, names_asked
from bot.plugins.sources import Namespace, meaning, namespace, own_nodes, written

_ALL = frozenset({"BaseException", "builtins.BaseException"})


def look_at_flow(flow: Command[..., Any], source: str) -> list[str]:
    """List what is wrong with a flow, by file and line.

    Args:
        flow: the command that starts it.
        source: ``FILE:LINE`` of it; the line is replaced by that of the mistake.
    """
    source_of = written(flow.function)
    if source_of is None:
        return []
    tree, first = source_of
    parameters = [*tree.args.posonlyargs, *tree.args.args]
    if len(parameters) != 1:
        return []  # told by whoever reads the signature
    talk, space = parameters[0].arg, namespace(flow.function)
    found = [*_Look(talk, space).mistakes(tree), *find_repeats(tree, talk=talk, space=space)]
    file = source.rpartition(":")[0] or source
    return [*_unknown_names(flow, tree, talk, source)] + [
        f"{file}:{first + line - 1}: the flow {flow.full_name} {what}"
        for line, what in sorted(set(found), key=lambda one: one[0])
    ]


def _unknown_names(
    flow: Command[..., Any], tree: ast.AsyncFunctionDef, talk: str, source: str
) -> Sequence[str]:
    """Compare what the sentences name with what is asked, as it is done for parameters."""
    asked = names_asked(tree, talk=talk)
    if asked is None:
        return ()
    try:
        check_sentences(flow, dict.fromkeys(sorted(asked)), source)
    except PluginError as error:
        wrong, right = "no parameter of the command", "nothing that the flow asks for"
        return [problem.replace(wrong, right) for problem in error.problems]
    return ()


@dataclass(slots=True)
class _Look:
    """Looks for what keeps a flow from leaving where it waits; ``own`` comes from the talk."""

    talk: str
    space: Namespace
    own: set[str] = field(default_factory=set)
    contexts: set[str] = field(default_factory=set)

    def mistakes(self, tree: ast.AsyncFunctionDef) -> Iterator[tuple[int, str]]:
        """Find them, each with its line in the tree."""
        self.own.add(self.talk)
        for node in own_nodes(*tree.body):
            self._learn(node)
            match node:
                case ast.Try() | ast.TryStar():
                    yield from _tried(node)
                case ast.With() if _waits(*node.body) and any(map(_suppresses_all, node.items)):
                    yield node.lineno, f"suppresses BaseException around a talk, {_LEAVING}"
                case ast.AsyncWith():
                    for item in node.items:
                        yield from self._waited(item.context_expr)
                case ast.Await(value=value):
                    yield from self._waited(value)
                case ast.AsyncFor(iter=value):
                    yield from self._waited(value)
                case _:
                    pass

    def _learn(self, node: ast.AST) -> None:
        """Note the names that stand for a part of the talk: ``ctx = talk.ctx``, ``as saga``."""
        match node:
            case ast.Assign(targets=[target], value=value):
                self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._assign(target, value)
            case ast.AsyncWith() | ast.With():
                for item in node.items:
                    self._learn(item)
            case _:
                pass

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Name(id=name), _:
                (self.own.add if self._is_own(value) else self.own.discard)(name)
                (self.contexts.add if self._is_context(value) else self.contexts.discard)(name)
            case ast.Tuple(elts=targets), ast.Tuple(elts=values):
                for one, other in zip(targets, values, strict=False):
                    self._assign(one, other)
            case _:
                pass

    def _is_own(self, value: ast.AST) -> bool:
        """Tell whether something begins with the talk; an answer (``await``) does not."""
        while isinstance(value, ast.Attribute | ast.Call):
            value = value.func if isinstance(value, ast.Call) else value.value
        return isinstance(value, ast.Name) and value.id in self.own

    def _waited(self, value: ast.expr) -> Iterator[tuple[int, str]]:
        if isinstance(value, ast.IfExp):
            yield from self._waited(value.body)
            yield from self._waited(value.orelse)
            return
        match value:
            case ast.Call(func=ast.Attribute(value=around, attr=("say" | "saga") as method)) if (
                self._is_context(around)
            ):
                yield value.lineno, _OF_TALK[method]
            case _:
                pass
        if self._is_own(value) or self._is_given_the_talk(value):
            return
        called = value.func if isinstance(value, ast.Call) else value
        shown, meant = ast.unparse(called), meaning(called, self.space)
        if isinstance(meant, Action):
            what = f"calls the action {shown} itself; write await talk.do({shown}, …)"
            yield value.lineno, what
            return
        told = (
            f"waits for {shown}, which is not its talk; what has an effect goes into an @action "
            "and talk.do, what only looks into talk.once"
        )
        yield value.lineno, told

    def _is_context(self, value: ast.expr) -> bool:
        shown = ast.unparse(value)
        return shown == f"{self.talk}.ctx" or shown in self.contexts

    def _is_given_the_talk(self, value: ast.expr) -> bool:
        """Tell whether a call passes the talk itself on: to another flow, or a part of this one."""
        if not isinstance(value, ast.Call):
            return False
        given = [*value.args, *(keyword.value for keyword in value.keywords)]
        return any(isinstance(one, ast.Name) and one.id == self.talk for one in given)


_OF_TALK = {
    "say": "calls ctx.say, which would be said on every turn; call talk.say",
    "saga": "opens ctx.saga, which is for commands; open talk.saga",
}
_LEAVING = "and with it what leaves the flow while it waits; catch Exception, or less"


def _tried(node: ast.Try | ast.TryStar) -> Iterator[tuple[int, str]]:
    if not _waits(*node.body):
        return
    for handler in node.handlers:
        if _catches_all(handler.type) and not _raises_again(handler):
            what = "has a bare except" if handler.type is None else "catches BaseException"
            yield handler.lineno, f"{what} around a talk, {_LEAVING}"
    if _waits(*node.finalbody):
        told = (
            "waits in a finally around a talk, which also runs when the flow only leaves to wait; "
            "write it behind the try, and in an except Exception"
        )
        yield node.finalbody[0].lineno, told


_WAITING = (ast.Await, ast.AsyncFor, ast.AsyncWith)


def _waits(*nodes: ast.AST) -> bool:
    return any(isinstance(node, _WAITING) for node in own_nodes(*nodes))


def _catches_all(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(one is None or ast.unparse(one) in _ALL for one in kinds)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    match handler.body[-1]:
        case ast.Raise(exc=None):
            return True
        case ast.Raise(exc=ast.Name(id=name)):
            return name == handler.name
        case _:
            return False


def _suppresses_all(item: ast.withitem) -> bool:
    match item.context_expr:
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
            return any(_catches_all(one) for one in args)
        case _:
            return False
