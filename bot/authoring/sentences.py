"""What a decorator says of a command, checked at load: its names, its sentences, its confirm."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from string import Formatter
from typing import Any, get_origin

from bot.authoring.commands import Command
from bot.authoring.kinds import Email, File, Image, Money, Ordinal, Phone, Place, Quantity, Url
from bot.errors import PluginError

NAME = re.compile(r"[^\W_][\w-]{0,63}")
"""What can be typed behind a slash; see `bot.dialog.slash`."""

_LABELLED = re.compile(
    r"\[[^\[\]]+\](?:\((?P<name>[^():]+)(?::[^()]*)?\)"
    r"|\{[^{}]*\"entity\"\s*:\s*\"(?P<entity>[^\"]+)\"[^{}]*\})"
)
"""Labelled words of an example, in either of Rasa's two notations."""

_SAMPLES: Mapping[Any, Any] = {
    str: "a", int: 1, float: 1.0, Decimal: Decimal(1), bool: True, date: date(2000, 1, 1),
    time: time(0), datetime: datetime(2000, 1, 1), timedelta: timedelta(0),  # noqa: DTZ001 - a sample of wall time
    Money: Money(Decimal(1), "EUR"), Phone: Phone("+390612345678"), Email: Email("a@example.org"),
    Url: Url("https://example.org"), Place: Place("Rome"), File: File("a.pdf"),
    Image: Image("a.png"), Quantity: Quantity(Decimal(1), "kg"), Ordinal: Ordinal(1),
}  # fmt: skip


def check_names(command: Command[..., Any], source: str) -> None:
    """Refuse names that nobody could type as a slash command."""
    names = (command.name, *command.aliases, *filter(None, [command.group]))
    for name in names:
        if NAME.fullmatch(name) is None or name != name.lower():
            raise PluginError(
                f"{source}: {name!r} cannot be typed as a command; use lower-case letters, digits, "
                "- and _, beginning with a letter or digit"
            )


def check_sentences(
    command: Command[..., Any], parameters: Mapping[str, Any] | None, source: str
) -> None:
    """Refuse templates that are unbalanced, name unknown parameters or cannot be filled.

    ``parameters`` is each parameter's bare type by name; None where running it will tell.
    """
    for template in command.say:
        _check_say(template, parameters, f"{source}: say of {command.name}: {template!r}")
    for example in command.examples:
        _check_example(example, parameters, f"{source}: examples of {command.name}: {example!r}")
    if command.confirm is not None and parameters is not None:
        _check_confirm(command.confirm, parameters, f"{source}: confirm of {command.name}")


def _check_say(template: str, parameters: Collection[str] | None, where: str) -> None:
    if template.count("[") != template.count("]") or template.count("{") != template.count("}"):
        raise PluginError(f"{where} has unbalanced brackets; close every [ and {{")
    for name in re.findall(r"\{([^{}]*)\}", template):
        if parameters is not None and name not in parameters:
            raise PluginError(
                f"{where} names {name!r}, which is no parameter of the command; "
                f"use {', '.join(parameters) or 'none'}"
            )


def _check_example(example: str, parameters: Collection[str] | None, where: str) -> None:
    """Refuse labels that engines could not learn from."""
    rest = _LABELLED.sub("", example)
    if "[" in rest or "]" in rest:
        raise PluginError(f"{where} has words without a label; write [words](parameter)")
    for label in _LABELLED.finditer(example):
        name = label["name"] or label["entity"]
        if parameters is not None and name not in parameters:
            raise PluginError(
                f"{where} labels words as {name!r}, which is no parameter of the command; "
                f"use {', '.join(parameters) or 'no label'}"
            )


def _check_confirm(template: str, parameters: Mapping[str, Any], where: str) -> None:
    try:
        fields = [(name, form or "") for _, name, form, _ in Formatter().parse(template)]
    except ValueError as error:
        raise PluginError(f"{where}: {error}") from error
    for name, form in fields:
        if name is None:
            continue
        if re.split(r"[.\[]", name)[0] not in parameters:
            raise PluginError(
                f"{where} names {name!r}, which is no parameter of the command; "
                f"use {', '.join(parameters) or 'none'}"
            )
        _check_form(name, form, parameters, where)


def _check_form(name: str, form: str, parameters: Mapping[str, Any], where: str) -> None:
    """Try a format on a sample of the type: a wrong one would fail in front of the customer."""
    kind = parameters.get(name)
    sample = [] if get_origin(kind) is list else _SAMPLES.get(kind)
    if sample is None:
        return
    try:
        format(sample, form)
    except (TypeError, ValueError) as error:
        raise PluginError(f"{where}: {{{name}:{form}}} cannot be written: {error}") from error
