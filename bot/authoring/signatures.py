"""A command's signature as a grammar: which parameters, of which type, asked how.

Read once, at load; errors name file, line and parameter.
"""

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from bot.authoring.actions import Action
from bot.authoring.commands import Command
from bot.authoring.context import Context
from bot.authoring.natures import Nature, nature_of
from bot.authoring.parameters import Arg
from bot.authoring.sentences import check_names, check_sentences
from bot.authoring.shapes import Shape, adapter_of, read_shape
from bot.errors import PluginError
from bot.locale.catalogues import NOTHING, Catalogue

REQUIRED = inspect.Parameter.empty
_BY_NAME = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A check, a suggestion, an action or a handler: how its parameters are filled.

    ``context``: name of the parameter that gets the Context, if any. ``value``: name of the one
    that gets the value to be checked. ``needs``: names of the command's parameters that it takes.
    ``given``: it takes all answers as a dict. ``services``: parameter name to injected type.
    """

    function: Callable[..., Any]
    context: str | None = None
    value: str | None = None
    needs: tuple[str, ...] = ()
    given: bool = False
    services: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter that customers fill; ``shape`` says how its values are read."""

    shape: Shape
    adapter: TypeAdapter[Any]
    check: Callback | None = None
    suggest: Callback | None = None

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.shape.name

    @property
    def type(self) -> Any:  # noqa: ANN401 - any type
        """The bare type: ``T`` of ``T | None``."""
        return self.shape.type

    @property
    def arg(self) -> Arg:
        """What is said of it."""
        return self.shape.arg

    @property
    def default(self) -> Any:  # noqa: ANN401 - the parameter's type
        """What it is when nothing is said; REQUIRED where something must be."""
        return self.shape.default

    @property
    def options(self) -> tuple[Any, ...]:
        """The values of a Literal or an Enum, in order."""
        return self.shape.options

    @property
    def required(self) -> bool:
        """Tell whether it must be asked for."""
        return self.shape.required

    @property
    def is_file(self) -> bool:
        """Tell whether its values come as attachments."""
        return self.shape.is_file

    @property
    def is_checked(self) -> bool:
        """Tell whether a value must be looked at before it counts: by its author, or its bytes."""
        return self.check is not None or self.is_file

    @property
    def needs(self) -> tuple[str, ...]:
        """Name the parameters that must be known before this one is asked or checked."""
        found = [
            name for callback in (self.check, self.suggest) if callback for name in callback.needs
        ]
        return tuple(dict.fromkeys(found))

    def dump(self, value: Any) -> Any:  # noqa: ANN401 - the parameter's type in, JSON out
        """Write a value in JSON form, also where it is only close to the type: 5 for a Decimal."""
        try:
            typed = self.load(value)
        except ValidationError:
            typed = value
        return self.adapter.dump_python(typed, mode="json", warnings=False)

    def load(self, value: Any) -> Any:  # noqa: ANN401 - JSON in, the parameter's type out
        """Read what `dump` wrote; raises pydantic's ValidationError where it no longer fits."""
        return self.adapter.validate_python(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """A command with its signature read; ``parameters`` stand in the order of asking.

    ``texts`` is the catalogue that translates what its author wrote.
    """

    command: Command[..., Any]
    handler: Callback
    parameters: tuple[Parameter, ...]
    summary: str
    details: str
    source: str
    nature: Nature = Nature.ACTS
    texts: Catalogue = NOTHING

    @property
    def name(self) -> str:
        """What the command is called everywhere; see `Command.full_name`."""
        return self.command.full_name

    @property
    def is_flow(self) -> bool:
        """Tell whether the parameters are found by running it."""
        return self.command.is_flow

    def parameter(self, name: str) -> Parameter | None:
        """Find a parameter by its name, else by its former one."""
        found = next((p for p in self.parameters if p.name == name), None)
        former = (p for p in self.parameters if name and p.arg.was == name)
        return found or next(former, None)

    def dependents(self, name: str) -> tuple[str, ...]:
        """Name the parameters that must be checked again when this one changes."""
        return tuple(p.name for p in self.parameters if name in p.needs)


def read_command(
    command: Command[..., Any], *, source: str, provided: Collection[Any], known: Collection[Any]
) -> CommandSpec:
    """Read a command's signature.

    Args:
        command: what the author declared.
        source: where, for messages.
        provided: types of services, injected.
        known: types that have a recogniser.

    Raises:
        PluginError: naming source and parameter.
    """
    check_names(command, source)
    if command.is_flow:
        return _read_flow(command, source)
    names = _names(command.function, source)
    hints = _hints(command.function, source)
    context = _context_name(names, hints)
    services = {n: hints[n] for n in names if n != context and hints.get(n) in provided}
    asked = [n for n in names if n != context and n not in services]
    reader = _Reader(command.function, hints, source, provided, known, tuple(asked))
    parameters = [reader.parameter(name) for name in asked]
    check_sentences(command, {parameter.name: parameter.type for parameter in parameters}, source)
    summary, _, details = (inspect.getdoc(command.function) or "").partition("\n")
    handler = Callback(
        function=command.function, context=context, needs=tuple(asked), services=services
    )
    return CommandSpec(
        command=command, handler=handler, parameters=_in_asking_order(parameters, source),
        summary=summary.strip(), details=details.strip(), source=source,
        texts=catalogue_of(command.function),
        nature=nature_of(command, source=source),
    )  # fmt: skip


def _read_flow(command: Command[..., Any], source: str) -> CommandSpec:
    """Read a flow: its one parameter is the talk, its questions are found by running it."""
    function = command.function
    if not inspect.iscoroutinefunction(function) or len(_names(function, source)) != 1:
        raise PluginError(f"{source}: a flow is written async def {function.__name__}(talk: Talk)")
    check_sentences(command, None, source)
    summary, _, details = (inspect.getdoc(function) or "").partition("\n")
    return CommandSpec(
        command=command, handler=Callback(function=function), parameters=(),
        summary=summary.strip(), details=details.strip(), source=source,
        texts=catalogue_of(command.function),
        nature=nature_of(command, source=source),
    )  # fmt: skip


def read_action(action: Action[..., Any], *, source: str, provided: Collection[Any]) -> Callback:
    """Read an action's signature: which parameters are services."""
    return read_callback(action.function, source=source, provided=provided, others=None)


def read_callback(
    function: Callable[..., Any],
    *,
    source: str,
    provided: Collection[Any],
    others: Collection[str] | None = (),
    own: str | None = None,
) -> Callback:
    """Read the signature of a check or suggestion of the parameter ``own``.

    ``others`` are the command's parameters; None takes any name (an action's own arguments).
    """
    names = _names(function, source)
    hints = _hints(function, source)
    context = _context_name(names, hints)
    services = {n: hints[n] for n in names if n != context and hints.get(n) in provided}
    rest = [n for n in names if n != context and n not in services]
    if others is None:
        return Callback(function=function, context=context, needs=tuple(rest), services=services)
    value = own if own in rest else None
    needs = tuple(n for n in rest if n in others and n != value)
    unknown = [n for n in rest if n not in needs and n not in {value, "given"}]
    if unknown and value is None:
        value = unknown.pop(0)
    if unknown:
        raise PluginError(
            f"{source}: {function.__name__}({unknown[0]}): there is no parameter and no service of "
            "that name; name a parameter of the command, or annotate it with a provided type"
        )
    return Callback(
        function=function, context=context, value=value, needs=needs,
        given="given" in rest, services=services,
    )  # fmt: skip


def catalogue_of(function: Callable[..., Any]) -> Catalogue:
    """Find the catalogue of the package that a function was written in."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return NOTHING if code is None else Catalogue.beside(code.co_filename)


def _names(function: Callable[..., Any], source: str) -> tuple[str, ...]:
    """List a function's parameters; each must be one that can be given by name."""
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        if parameter.kind not in _BY_NAME:
            raise PluginError(
                f"{source}: parameter {name!r} of {function.__name__} cannot be given by name; "
                "write it without * and /"
            )
    return tuple(parameters)


def _hints(function: Callable[..., Any], source: str) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except Exception as error:
        raise PluginError(f"{source}: an annotation cannot be resolved: {error}") from error


def _context_name(names: Collection[str], hints: Mapping[str, Any]) -> str | None:
    for name in names:
        if name == "ctx" or hints.get(name) is Context:
            return name
    return None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parameters of one function."""

    function: Callable[..., Any]
    hints: Mapping[str, Any]
    source: str
    provided: Collection[Any]
    known: Collection[Any]
    names: tuple[str, ...]

    def parameter(self, name: str) -> Parameter:
        where = f"{self.source}: parameter {name!r} of {self.function.__name__}"
        if name not in self.hints:
            raise PluginError(f"{where} has no type; write for example {name}: int")
        default = inspect.signature(self.function).parameters[name].default
        others = set(self.names) - {name}
        question = Question(name, self.hints[name], Arg(), default, where)
        return read_question(question, provided=self.provided, known=self.known, others=others)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for under a name: by a parameter of a command, or by a step of a flow.

    ``where`` begins the messages of errors.
    """

    name: str
    annotation: Any
    arg: Arg
    default: Any
    where: str


def read_question(
    question: Question,
    *,
    provided: Collection[Any],
    known: Collection[Any],
    others: Collection[str],
) -> Parameter:
    """Read what is asked for; ``others`` are the names that check and suggest may take as well."""
    where = question.where
    shape = read_shape(
        question.name, question.annotation, question.default,
        where=where, known=known, over=question.arg,
    )  # fmt: skip
    arg = shape.arg

    def callback(function: Callable[..., Any] | None) -> Callback | None:
        if function is None:
            return None
        return read_callback(
            function, source=where, provided=provided, others=others, own=question.name
        )

    return Parameter(
        shape=shape, adapter=adapter_of(question.annotation, shape, where),
        check=callback(arg.check), suggest=callback(arg.suggest),
    )  # fmt: skip


def _in_asking_order(parameters: Collection[Parameter], source: str) -> tuple[Parameter, ...]:
    """Order by signature, but each after those that it needs."""
    waiting = list(parameters)
    ordered: list[Parameter] = []
    while waiting:
        placed = {parameter.name for parameter in ordered}
        ready = next((p for p in waiting if placed.issuperset(p.needs)), None)
        if ready is None:
            names = ", ".join(p.name for p in waiting)
            raise PluginError(
                f"{source}: the parameters {names} wait for each other; break the circle"
            )
        waiting.remove(ready)
        ordered.append(ready)
    return tuple(ordered)
