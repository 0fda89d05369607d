"""Which arguments of a tool call are taken: what the schema knows and the customer said.

A model may write anything, and whoever writes to it may make it. What it writes is taken as a
number, a date or a choice where the schema says so; any other text only if its words are the
customer's own, so that no sentence of a model is ever shown or kept. The bot asks for the rest.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST = 500
"""Characters of a text; longer ones are asked for."""
MOST_ITEMS = 20
DEEPEST = 4
_DATED = frozenset({"date", "time", "date-time", "duration"})
_CODED = re.compile(r"(?=.*[0-9])[-+0-9.,:TZPYMWDHS ]{1,40}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_WORD = re.compile(r"\w+")
_GONE = object()
"""Stands for what is not taken."""

Schema = Mapping[str, Any]


def taken(arguments: Mapping[str, Any], parameters: Schema, text: str) -> dict[str, Any]:
    """Give the arguments of a call that are taken.

    Args:
        arguments: as the model gave them.
        parameters: the tool's JSON Schema.
        text: what the customer said.
    """
    sieve = _Sieve(definitions=parameters.get("$defs", {}), text=_folded(text))
    return sieve.members(arguments, parameters.get("properties", {}), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sieve:
    definitions: Mapping[str, Schema]
    text: str

    def members(
        self, given: Mapping[str, Any], properties: Mapping[str, Schema], depth: int
    ) -> dict[str, Any]:
        sifted = {
            name: self.value(given[name], schema, depth, name)
            for name, schema in properties.items()
            if name in given
        }
        return {name: value for name, value in sifted.items() if value is not _GONE}

    def value(self, given: object, schema: Schema, depth: int, name: str) -> object:
        """Give the value as far as it is taken; `_GONE` if it is not."""
        whole = self._resolved(schema)
        choices = whole.get("enum", [whole["const"]] if "const" in whole else None)
        if choices is not None:
            return self._chosen(given, choices)
        match given:
            case str():
                return given if self._is_taken(given, whole, name) else _GONE
            case bool() | int() | float():
                return self._number(given, whole)
            case list() if depth < DEEPEST:
                return self._items(given, whole, depth, name)
            case dict() if depth < DEEPEST:
                return self._object(given, whole, depth)
            case _:
                return _GONE

    def _resolved(self, schema: Schema) -> Schema:
        name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
        return {**self.definitions[name], **schema} if name in self.definitions else schema

    def _chosen(self, given: object, choices: Sequence[object]) -> object:
        """Take a choice, and words for one: the bot reads them as it reads an answer."""
        for choice in choices:
            if type(choice) is type(given) and choice == given:
                return given
        is_said = isinstance(given, str) and self._is_said(given)
        return given if is_said else _GONE

    def _number(self, given: float, schema: Schema) -> object:
        kinds = _types(schema)
        if isinstance(given, bool):
            return given if "boolean" in kinds else _GONE
        if kinds & {"integer", "number"}:
            return given
        return str(given) if self._is_said(str(given)) else _GONE  # "room 7" as 7

    def _items(self, given: list[object], schema: Schema, depth: int, name: str) -> object:
        if "array" not in _types(schema):
            return _GONE
        item = schema.get("items", {})
        sifted = [self.value(one, item, depth + 1, name) for one in given[:MOST_ITEMS]]
        return [one for one in sifted if one is not _GONE] or _GONE

    def _object(self, given: dict[str, object], schema: Schema, depth: int) -> object:
        sifted = self.members(given, schema.get("properties", {}), depth + 1)
        is_whole = sifted and all(name in sifted for name in schema.get("required", ()))
        return sifted if is_whole else _GONE

    def _is_taken(self, given: str, schema: Schema, name: str) -> bool:
        if not 0 < len(given) <= LONGEST:
            return False
        is_code = _CODED.fullmatch(given) is not None
        kinds = _types(schema)
        if is_code and (schema.get("format") in _DATED or kinds & {"integer", "number"}):
            return True
        if name == "currency" and _CURRENCY.fullmatch(given):  # "EUR" for a sign
            return True
        return self._is_said(given)

    def _is_said(self, given: str) -> bool:
        """Tell whether the words are the customer's own, in whatever order and case."""
        folded = _folded(given)
        words = _WORD.findall(folded)
        if not words:
            return False
        if set(words) <= set(_WORD.findall(self.text)):
            return True
        if not folded.isascii() and folded in self.text:  # languages without spaces
            return True
        digits = "".join(words)  # "+39 333 1234567" as +393331234567
        return digits.isdigit() and len(digits) > 3 and digits in re.sub(r"[^\w]", "", self.text)


def _types(schema: Schema) -> set[str]:
    """Name the JSON types that a schema allows."""
    arms = [schema, *schema.get("anyOf", ())]
    return {str(arm["type"]) for arm in arms if isinstance(arm.get("type"), str)}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
