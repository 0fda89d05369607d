"""A table of bot.toml → the settings dataclass of its owner, or every problem in it at once.

The owner (a connector, an engine, a service, the core itself) writes a dataclass; whatever is
wrong in the file is told by key, with what to do.
"""

import json
import re
import types
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Protocol,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

from pydantic import PydanticSchemaGenerationError, TypeAdapter, ValidationError

from bot.errors import ConfigError, PluginError
from bot.ports.secrets import Secret

T = TypeVar("T")

REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_RELATIVE_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:|file:|\?|$)(.*)", re.DOTALL)
_BAD = object()
"""Stands for a value whose problem was noted."""


class SecretReader(Protocol):
    """Looks secrets up."""

    def read(self, reference: str, *, key: str, otherwise: str) -> Secret:
        """Read ``env:NAME`` or ``file:PATH``; raises ConfigError with the whole problem.

        Args:
            reference: what bot.toml says.
            key: the full key, for the message.
            otherwise: what to do instead of giving the secret ("remove the line").
        """
        ...


@runtime_checkable
class Checked(Protocol):
    """Settings that know what cannot work, beyond the types of their fields."""

    def problems(self) -> Iterable[str]:
        """List what is wrong, each as ``key: what; remedy``; asked once secrets were looked up."""
        ...


def parse_table(
    cls: type[T],
    table: Mapping[str, Any],
    key: str,
    *,
    secrets: SecretReader | None,
    folder: Path | None = None,
) -> T:
    """Read a table into an instance of ``cls``; raises ConfigError with all problems.

    Args:
        cls: a dataclass; its fields may be dataclasses, ``Secret`` or ``Secret | None``, and what
            pydantic reads strictly. A ``timedelta`` is a number of seconds.
        table: as TOML gives it.
        key: the table's full name, ``connectors.slack``.
        secrets: looks secrets up; without it their form is checked and each becomes an empty one.
        folder: what relative paths and relative SQLite URLs count from, defaults included.
    """
    reader = _Reader(table=key, secrets=secrets, folder=folder)
    made = reader.instance(cls, table, key)
    if reader.problems:
        raise ConfigError(*reader.problems)
    return cast("T", made)


def dotted(key: str, name: str) -> str:
    """Join a key and a name in it as TOML writes them."""
    quoted = name if _BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)
    return f"{key}.{quoted}" if key else quoted


def nearest(name: str, known: Collection[str]) -> str | None:
    """Find the known name that was probably meant."""
    found = get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


def remedy_for(name: str, known: Collection[str], *, otherwise: str) -> str:
    """Write the remedy for a name that is not known: did-you-mean, or else."""
    meant = nearest(name, known)
    return f'did you mean "{meant}"?' if meant else otherwise


def unknown_keys(table: Mapping[str, Any], known: Collection[str], key: str) -> Iterator[str]:
    """Write a problem for each key of the table that nobody reads."""
    listed = ", ".join(sorted(known))
    otherwise = f"remove it; known here: {listed}" if known else "remove it; nothing is known here"
    for name in table:
        if name not in known:
            remedy = remedy_for(name, known, otherwise=otherwise)
            yield f"{dotted(key, name)}: is not a known key; {remedy}"


def anchored(value: object, folder: Path | None) -> object:
    """Let a relative path or SQLite URL count from the folder; anything else stays as it is."""
    if folder is None:
        return value
    match value:
        case Path():
            return folder / value
        case str() if found := _RELATIVE_SQLITE.fullmatch(value):
            return f"{found[1]}{folder.resolve().as_posix()}/{found[2]}"
        case tuple() if type(value) is tuple:
            return tuple(anchored(part, folder) for part in value)
        case list():
            return [anchored(part, folder) for part in value]
        case _:
            return value


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads one table; keeps going after a problem, so that all are told together."""

    table: str
    secrets: SecretReader | None
    folder: Path | None
    problems: list[str] = field(default_factory=list)

    def instance(self, cls: type, table: object, key: str) -> object:
        if not is_dataclass(cls):
            raise PluginError(f"{key}: {cls!r} is not a dataclass; its author must make it one")
        if not isinstance(table, Mapping):
            return self._bad(f"{key}: expected a table, got {shown(table)}; write it as [{key}]")
        hints = _hints(cls, key)
        known = {each.name: each for each in fields(cls) if each.init}
        self.problems += unknown_keys(table, known, key)
        before = len(self.problems)
        given = {name: self._field(each, hints[name], table, key) for name, each in known.items()}
        if len(self.problems) > before or any(value is _BAD for value in given.values()):
            return _BAD
        try:
            made = cls(**{name: value for name, value in given.items() if value is not MISSING})
        except ValueError as error:  # a __post_init__ that looks at several keys
            return self._bad(f"{key}: {error}")
        if self.secrets is not None and isinstance(made, Checked):
            self.problems += [f"{key}.{problem}" for problem in made.problems()]
        return made

    def _field(self, each: Field[Any], hint: object, table: Mapping[str, Any], key: str) -> object:
        path = dotted(key, each.name)
        if each.name in table:
            required = each.default is MISSING and each.default_factory is MISSING
            return anchored(self._value(hint, table[each.name], path, required), self.folder)
        if each.default is not MISSING:
            return anchored(each.default, self.folder)
        if each.default_factory is not MISSING:
            return anchored(each.default_factory(), self.folder)
        return self._bad(f"{path}: is missing; add the line {each.name} = {_example(hint)}")

    def _value(self, hint: object, value: object, key: str, required: bool) -> object:  # noqa: FBT001 - private
        inner = _inner(hint)
        if inner is Secret:
            return self._secret(value, key, required=required)
        if is_dataclass(inner):
            return self.instance(cast("type", inner), value, key)
        match get_origin(inner), get_args(inner), value:
            case (kind, (element, *_), list()) if _is_table(element) and kind in (tuple, list):
                rows = [self.instance(element, row, f"{key}[{n}]") for n, row in enumerate(value)]
                return kind(rows)
            case (_, (_, element), dict()) if _is_table(element):
                return {n: self.instance(element, row, dotted(key, n)) for n, row in value.items()}
            case _:
                return self._leaf(hint, value, key)

    def _secret(self, value: object, key: str, *, required: bool) -> object:
        if not isinstance(value, str) or not REFERENCE.fullmatch(value):
            return self._bad(
                f"{key}: a secret does not stand in the file itself; put it into an environment "
                'variable and write "env:NAME", or into a private file and write "file:PATH"'
            )
        if self.secrets is None:
            return Secret("")
        otherwise = f"remove the table [{self.table}]" if required else "remove the line"
        try:
            return self.secrets.read(value, key=key, otherwise=otherwise)
        except ConfigError as error:
            self.problems += error.problems
            return _BAD

    def _leaf(self, hint: object, value: object, key: str) -> object:
        if _inner(hint) is timedelta and type(value) in (int, float):
            try:
                return timedelta(seconds=cast("float", value))
            except (OverflowError, ValueError):  # infinite, or no number at all
                return self._bad(f"{key}: is no number of seconds that can be waited; change it")
        try:
            adapter: TypeAdapter[object] = TypeAdapter(cast("type[object]", hint))
            # JSON, because strict Python input refuses a list where a tuple is wanted
            return adapter.validate_json(json.dumps(value, default=_in_json), strict=True)
        except ValidationError as error:
            self.problems += _explained(error, value, key)
            return _BAD
        except PydanticSchemaGenerationError as error:
            raise PluginError(f"{key}: no setting can have the type {hint!r}") from error

    def _bad(self, problem: str) -> object:
        self.problems.append(problem)
        return _BAD


def _hints(cls: type, key: str) -> Mapping[str, object]:
    try:
        return get_type_hints(cls, include_extras=True)
    except (NameError, TypeError) as error:
        raise PluginError(
            f"{key}: a type in {cls.__module__}.{cls.__qualname__} is not known ({error}); "
            "import it at the top of that module"
        ) from error


def _inner(hint: object) -> object:
    """Take ``Annotated`` and ``| None`` off a type."""
    if get_origin(hint) is Annotated:
        return _inner(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        arms = [arm for arm in get_args(hint) if arm is not type(None)]
        return _inner(arms[0]) if len(arms) == 1 else hint
    return hint


def _is_table(hint: object) -> bool:
    return isinstance(hint, type) and is_dataclass(hint) and hint is not Secret


def _in_json(value: object) -> object:
    match value:
        case date() | datetime() | time():
            return value.isoformat()
        case _:
            raise TypeError(f"TOML has no {type(value).__name__}")


_EXPECTED: Mapping[str, tuple[str, str]] = {
    "string_type": ("text", "write it in quotes"),
    "int_type": ("a whole number", "write it without quotes and without a point"),
    "float_type": ("a number", "write it without quotes"),
    "bool_type": ("true or false", "write true or false, without quotes"),
    "tuple_type": ("a list", "write it in square brackets"),
    "list_type": ("a list", "write it in square brackets"),
    "set_type": ("a list", "write it in square brackets"),
    "frozen_set_type": ("a list", "write it in square brackets"),
    "dict_type": ("a table", "write it as a table"),
    "mapping_type": ("a table", "write it as a table"),
    "path_type": ("a path", "write it in quotes"),
    "time_delta_type": ("a number of seconds", "write it without quotes"),
    "date_type": ("a date", "write it as 2026-11-18"),
    "time_type": ("a time", "write it as 19:00:00"),
    "datetime_type": ("a date and time", "write it as 2026-11-18T19:00:00Z"),
    "none_required": ("nothing", "remove the line"),
}
_BOUNDS: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def _explained(error: ValidationError, value: object, key: str) -> Iterator[str]:
    problems = error.errors(include_url=False, include_input=False)
    expected = [_EXPECTED[each["type"]] for each in problems if each["type"] in _EXPECTED]
    if len(problems) > 1 and len(expected) == len(problems) and not _reaches(value, problems):
        names = " or ".join(dict.fromkeys(name for name, _ in expected))  # a union of types
        yield f"{key}: expected {names}, got {shown(value)}; write it as one of these"
        return
    for each in problems:
        place, found = _descend(value, each["loc"], key)
        yield f"{place}: {_problem(each['type'], each.get('ctx', {}), each['msg'], found)}"


def _problem(kind: str, context: Mapping[str, Any], message: str, found: object) -> str:
    if kind in _EXPECTED:
        name, remedy = _EXPECTED[kind]
        return f"expected {name}, got {shown(found)}; {remedy}"
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"must be {words} {context[bound]}, got {found}; change it"
    if kind in ("literal_error", "enum"):
        choices = re.findall(r"'([^']*)'", context["expected"])
        remedy = remedy_for(str(found), choices, otherwise="choose one of these")
        return f"expected {context['expected']}, got {json.dumps(found, default=str)}; {remedy}"
    return f"{message[:1].lower()}{message[1:]}; correct it"


def _descend(value: object, steps: Sequence[int | str], key: str) -> tuple[str, object]:
    """Follow a location into a value; steps that are no part of it name an arm of a union."""
    for step in steps:
        match value:
            case list() if isinstance(step, int) and step < len(value):
                key, value = f"{key}[{step}]", value[step]
            case dict() if step in value:
                key, value = dotted(key, str(step)), value[step]
            case _:
                pass
    return key, value


def _reaches(value: object, problems: Sequence[Mapping[str, Any]]) -> bool:
    return any(_descend(value, each["loc"], "")[0] for each in problems)


_KINDS: Sequence[tuple[type | tuple[type, ...], str]] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a whole number"),
    (float, "a number with a point"),
    (list, "a list"),
    (Mapping, "a table"),
    ((date, datetime, time), "a date or time"),
)


def shown(value: object) -> str:
    """Name the kind of a value, never the value: it may be a secret in the wrong line."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), type(value).__name__)


def _example(hint: object) -> str:
    inner = _inner(hint)
    if inner is Secret:
        return '"env:NAME"'
    examples: Mapping[object, str] = {
        bool: "true", int: "1", float: "1.0", str: '"…"', Path: '"…"',
    }  # fmt: skip
    return examples.get(inner, "…")
