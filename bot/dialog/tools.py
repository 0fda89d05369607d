"""Commands as tools of a language model: a JSON Schema of each signature, and the way back.

A tool call only proposes: it opens the command like words do, and nothing with an effect runs
before a yes.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from bot.authoring.signatures import REQUIRED, CommandSpec, Parameter
from bot.dialog.binding import MASKED, Reading, Value, read_value, show_value
from bot.dialog.bounds import refusal
from bot.dialog.naming import title
from bot.dialog.phrases import ENGLISH, Phrases
from bot.dialog.surroundings import Surroundings

LONGEST = 1000
"""Characters of a description: a model reads all of them at every sentence."""
_SAID = re.compile(r"\{([^{}]*)\}")
_AS_JSON = (int, float, Decimal)
_IN_WORDS = (date, datetime, time, timedelta)
_NEAR = "Leave out what the customer did not say: the bot asks for it."


def tool_name(spec: CommandSpec) -> str:
    """Name a command as tool interfaces allow: letters, digits, - and _ ."""
    return spec.name.replace(" ", "_")


def tool_schema(spec: CommandSpec) -> dict[str, Any]:
    """Describe a command as a tool: ``name``, ``description`` and ``parameters``, a JSON Schema.

    Masked parameters and files are left out: no model need see the ones, none can give the
    others. The bot asks for them.
    """
    told = " ".join([title(spec) + ".", *filter(None, [spec.details]), _NEAR])
    return {
        "name": tool_name(spec),
        "description": " ".join(told.split())[:LONGEST],
        "parameters": _of_flow(spec) if spec.is_flow else _of_signature(spec),
    }


def read_arguments(
    spec: CommandSpec, arguments: Mapping[str, Any], around: Surroundings
) -> tuple[Reading, list[str]]:
    """Read the arguments of a tool call; also the reasons why some of them were not taken.

    Each is validated by the signature, as an answer is. A text for what is no text may be in
    words ("tomorrow"): models write so.
    """
    values: list[Value] = []
    reasons: list[str] = []
    for name, given in arguments.items():
        parameter = spec.parameter(name)
        if given is None and (parameter is None or not parameter.required):
            continue  # a model's way to say nothing
        value = None if parameter is None else _value(parameter, given, around)
        reason = None
        if parameter is not None and value is not None:
            reason = refusal(parameter, value.value, value.words, around.phrases)
        if value is None or reason is not None:
            reasons.append(reason or _unread(name, parameter, given, around.phrases))
        else:
            values.append(value)
    return Reading(tuple(values)), reasons


def _unread(name: str, parameter: Parameter | None, given: object, phrases: Phrases) -> str:
    if parameter is None:
        return phrases.not_read(name.replace("_", " "), str(given))
    shown = MASKED if parameter.arg.mask else str(given)
    return phrases.not_read(phrases.noun(parameter), shown)


def _value(parameter: Parameter, given: Any, around: Surroundings) -> Value | None:  # noqa: ANN401 - JSON
    """Read one argument; None where the type refuses it. Only customers send files."""
    if parameter.is_file:
        return None
    try:
        typed = parameter.load(given)
    except ValidationError:
        is_scalar = isinstance(given, str | int | float)
        return read_value(str(given), parameter, around) if is_scalar else None
    dumped = parameter.dump(typed)
    words = given if isinstance(given, str) else show_value(parameter, dumped, around)
    return Value(parameter=parameter.name, value=dumped, words=words)


def _of_signature(spec: CommandSpec) -> dict[str, Any]:
    shown = [p for p in spec.parameters if not p.arg.mask and not p.shape.is_file]
    schemas = {parameter.name: _of_parameter(parameter) for parameter in shown}
    defs: dict[str, Any] = {}
    for schema in schemas.values():
        defs.update(schema.pop("$defs", {}))
    whole: dict[str, Any] = {
        "type": "object",
        "properties": schemas,
        "required": [parameter.name for parameter in shown if parameter.required],
        "additionalProperties": False,
    }
    return {**whole, "$defs": defs} if defs else whole


def _of_flow(spec: CommandSpec) -> dict[str, Any]:
    """Describe a flow: its questions are found by running it, but its sentences name some."""
    said = _SAID.findall(" ".join(spec.command.say))
    properties = {name: {"type": "string"} for name in dict.fromkeys(said)}
    return {
        "type": "object", "properties": properties, "required": [], "additionalProperties": False,
    }  # fmt: skip


def _of_parameter(parameter: Parameter) -> dict[str, Any]:
    schema = _plain(parameter.adapter.json_schema())
    arg = parameter.arg
    is_list = parameter.shape.item is not None
    for bound, words in ((arg.ge, ("minimum", "minItems")), (arg.le, ("maximum", "maxItems"))):
        if is_list and isinstance(bound, int):
            schema[words[1]] = bound
        elif parameter.type in _AS_JSON and bound is not None:
            schema[words[0]] = bound if isinstance(bound, int) else float(bound)
    if arg.pattern is not None and parameter.type is str:
        schema["pattern"] = f"^(?:{arg.pattern})$"
    if parameter.default is not REQUIRED and parameter.default is not None:
        schema["default"] = parameter.dump(parameter.default)
    schema["description"] = " ".join([ENGLISH.question(parameter), *_bounds(parameter)])[:LONGEST]
    return schema


def _bounds(parameter: Parameter) -> list[str]:
    """Tell bounds for which JSON Schema has no word."""
    if parameter.type not in _IN_WORDS:
        return []
    arg = parameter.arg
    told = [f"From {parameter.dump(arg.ge)}."] if arg.ge is not None else []
    return told + ([f"Up to {parameter.dump(arg.le)}."] if arg.le is not None else [])


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out pydantic's titles and the null that stands for "left out"."""
    found = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(found) == 1:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        schema = {**rest, **found[0]}
    return {key: value for key, value in schema.items() if key not in {"title", "default"}}
