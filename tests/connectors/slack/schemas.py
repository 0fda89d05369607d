"""A reader of the part of JSON Schema that Slack's manifest schema uses for what we write."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

KINDS: Mapping[type, str] = {
    bool: "boolean", dict: "object", int: "integer", list: "array", str: "string",
}  # fmt: skip


def find_problems(
    value: Any, rule: Mapping[str, Any], root: Mapping[str, Any], at: str
) -> Iterator[str]:
    """Tell where a value breaks a rule; an unknown key breaks it, too."""
    if "$ref" in rule:
        rule = root["definitions"][rule["$ref"].removeprefix("#/definitions/")]
    if rule.get("type", KINDS[type(value)]) != KINDS[type(value)]:
        yield f"{at}: is no {rule['type']}"
    match value:
        case dict():
            yield from _in_table(value, rule, root, at)
        case list():
            yield from _size(len(value), rule, "Items", at)
            for number, item in enumerate(value):
                yield from find_problems(item, rule.get("items", {}), root, f"{at}/{number}")
        case str():
            yield from _size(len(value), rule, "Length", at)
            if not re.search(rule.get("pattern", ""), value):
                yield f"{at}: {value!r} does not look like {rule['pattern']}"
        case _:
            pass


def _in_table(
    value: Mapping[str, Any], rule: Mapping[str, Any], root: Mapping[str, Any], at: str
) -> Iterator[str]:
    known = rule.get("properties", {})
    yield from (f"{at}/{key}: is missing" for key in rule.get("required", ()) if key not in value)
    for key, item in value.items():
        if key in known:
            yield from find_problems(item, known[key], root, f"{at}/{key}")
        elif rule.get("additionalProperties") is False:
            yield f"{at}/{key}: is unknown"


def _size(size: int, rule: Mapping[str, Any], what: str, at: str) -> Iterator[str]:
    if not rule.get(f"min{what}", 0) <= size <= rule.get(f"max{what}", size):
        yield f"{at}: its {what.lower()} is {size}"
