"""Commands as the catalogues of their authors write them in a language.

What an author writes for customers is translated once per language: summaries, questions, labels.
Names, types and stored values stay as they are, so that an answer is the same in every language.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.authoring.parameters import Arg
from bot.authoring.shapes import Shape, names_of
from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.naming import noun
from bot.locale.catalogues import Catalogue
from bot.locale.names import ENGLISH, language_of


class Localised:
    """All commands of a bot, in any language; each is translated when it is first asked for."""

    def __init__(self, commands: Mapping[str, CommandSpec]) -> None:
        self._commands = commands
        self._in = lru_cache(maxsize=64)(self._translated)

    def commands_in(self, locale: str) -> Mapping[str, CommandSpec]:
        """Give the commands by name and by alias, with their texts in a locale."""
        return self._commands if language_of(locale) == ENGLISH else self._in(locale)

    def _translated(self, locale: str) -> Mapping[str, CommandSpec]:
        made: dict[int, CommandSpec] = {}
        for spec in self._commands.values():
            if id(spec) not in made:
                made[id(spec)] = spec_in(spec, locale)
        return {name: made[id(spec)] for name, spec in self._commands.items()}


def spec_in(spec: CommandSpec, locale: str) -> CommandSpec:
    """Translate what a command says of itself."""
    text = _Texts(spec.texts, locale)
    confirm = spec.command.confirm
    return replace(
        spec,
        command=replace(spec.command, confirm=confirm and text(confirm)),
        parameters=tuple(parameter_in(one, spec.texts, locale) for one in spec.parameters),
        summary=text(spec.summary), details=text(spec.details),
    )  # fmt: skip


def parameter_in(parameter: Parameter, texts: Catalogue, locale: str) -> Parameter:
    """Translate what is asked for a parameter, and how its choices are called."""
    if language_of(locale) == ENGLISH:
        return parameter
    text = _Texts(texts, locale)
    named = noun(parameter)
    called = text(named)
    shape = replace(_shape_in(parameter.shape, text), noun="" if called == named else called)
    return replace(parameter, shape=shape)


class _Texts:
    """A catalogue in a locale."""

    def __init__(self, texts: Catalogue, locale: str) -> None:
        self._texts, self._locale = texts, locale

    def __call__(self, message: str) -> str:
        return self._texts.text(self._locale, message)


def _shape_in(shape: Shape, text: _Texts) -> Shape:
    ask, reason = shape.arg.ask, shape.arg.help
    said = Arg(ask and text(ask), help=reason and text(reason))
    labels, spoken = _options_in(shape, text)
    return replace(
        shape, arg=said.over(shape.arg), labels=labels, spoken=spoken,
        item=None if shape.item is None else _shape_in(shape.item, text),
        fields=tuple(_shape_in(one, text) for one in shape.fields),
    )  # fmt: skip


def _options_in(shape: Shape, text: _Texts) -> tuple[dict[Any, str], dict[str, Any]]:
    """Find how options are called, and read them by those names beside their own."""
    labels, spoken = dict(shape.labels), dict(shape.spoken)
    taken = {name: option for option in shape.options for name in names_of(option)}
    for option in shape.options:
        called = text(str(getattr(option, "value", option)))
        if called == str(getattr(option, "value", option)):
            continue
        labels[option] = called
        if taken.get(called.casefold(), option) == option:
            spoken.setdefault(called.casefold(), option)
    return labels, spoken
