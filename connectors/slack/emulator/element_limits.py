"""What Slack refuses of what can be pressed, chosen and typed into.

The numbers are those of Slack's Block Kit reference (2026).
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from bot import Body
from connectors.slack.emulator.checks import (
    check_count,
    check_number,
    check_object,
    check_text,
    items,
    objects_of,
    problem_at,
    texts_of,
)

MAX_ID = 255
MAX_INPUT = 3000
_SELECTS = frozenset(
    """
    channels_select conversations_select external_select multi_channels_select
    multi_conversations_select multi_external_select multi_static_select multi_users_select
    static_select users_select
    """.split()  # noqa: SIM905 - a word each, not a line each
)
ACTIONS = _SELECTS | frozenset(
    """
    button checkboxes datepicker datetimepicker overflow radio_buttons rich_text_input timepicker
    workflow_button
    """.split()  # noqa: SIM905 - a word each, not a line each
)
INPUTS = _SELECTS | frozenset(
    """
    checkboxes datepicker datetimepicker email_text_input file_input number_input plain_text_input
    radio_buttons rich_text_input timepicker url_text_input
    """.split()  # noqa: SIM905 - a word each, not a line each
)
_INITIAL = {
    "datepicker": ("initial_date", re.compile(r"\d{4}-\d{2}-\d{2}")),
    "timepicker": ("initial_time", re.compile(r"([01]\d|2[0-3]):[0-5]\d")),
    "number_input": ("initial_value", re.compile(r"-?\d+(\.\d+)?")),
}
_CHOSEN_FROM = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
_TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input"})


def check_element(
    element: object, at: str, *, kinds: frozenset[str] = ACTIONS | {"image"}
) -> Iterator[str]:
    """Tell what is wrong with an element; ``kinds`` may stand there."""
    if not isinstance(element, Mapping) or element.get("type") not in kinds:
        yield problem_at("unsupported type", f"{at}/type")
        return
    kind = element["type"]
    yield from texts_of(element, at, {"action_id": MAX_ID, "accessibility_label": 75})
    if "placeholder" in element:
        held = element["placeholder"]
        yield from check_object(held, f"{at}/placeholder", most=150, kinds=("plain_text",))
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{at}/confirm")
    if kind in _INITIAL:
        yield from _initial(element, at)
    if kind in _CHOSEN_FROM:
        yield from _options(element.get("options"), f"{at}/options", most=_CHOSEN_FROM[kind])
    yield from _by_kind(element, at)


def _by_kind(element: Body, at: str) -> Iterator[str]:
    match element["type"]:
        case "button":
            yield from check_object(
                element.get("text"), f"{at}/text", most=75, kinds=("plain_text",)
            )
            yield from texts_of(element, at, {"value": 2000, "url": 3000})
        case "static_select" | "multi_static_select":
            yield from _select(element, at)
        case "image":
            yield from check_picture(element, at)
        case "number_input":
            yield from _number(element, at)
        case "file_input":
            yield from check_number(
                element.get("max_files", 10), f"{at}/max_files", least=1, most=10
            )
        case str(kind) if kind in _TYPED:
            yield from _text_input(element, at)
        case _:
            return


def check_picture(element: Body, at: str) -> Iterator[str]:
    """Tell what is wrong with an image: a block, or an element."""
    if ("image_url" in element) == ("slack_file" in element):
        yield problem_at("must define one of `image_url` or `slack_file`", at)
    yield from texts_of(element, at, {"image_url": 3000})
    yield from check_text(element.get("alt_text"), f"{at}/alt_text", most=2000)


def _confirm(confirm: object, at: str) -> Iterator[str]:
    if not isinstance(confirm, Mapping):
        yield problem_at("must be an object", at)
        return
    yield from objects_of(confirm, at, {"title": 100, "text": 300, "confirm": 30, "deny": 30})


def _select(element: Body, at: str) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield problem_at("must define one of `options` or `option_groups`", at)
    rows = list(items(element.get("options")))
    if "options" in element:
        yield from _options(element["options"], f"{at}/options", most=100)
    if "option_groups" in element:
        groups = element["option_groups"]
        yield from check_count(groups, f"{at}/option_groups", least=1, most=100)
        for index, group in enumerate(items(groups)):
            here = f"{at}/option_groups/{index}"
            yield from check_object(
                group.get("label"), f"{here}/label", most=75, kinds=("plain_text",)
            )
            yield from _options(group.get("options"), f"{here}/options", most=100)
            rows += items(group.get("options"))
    shown = element.get("initial_option")
    if shown is not None and shown not in rows:
        yield problem_at("must exactly match an option", f"{at}/initial_option")


def _options(options: object, at: str, *, most: int) -> Iterator[str]:
    yield from check_count(options, at, least=1, most=most)
    for index, option in enumerate(options if isinstance(options, list) else ()):
        here = f"{at}/{index}"
        if not isinstance(option, Mapping):
            yield problem_at("must be an object", here)
            continue
        yield from check_object(option.get("text"), f"{here}/text", most=75)
        yield from check_text(option.get("value"), f"{here}/value", most=150)
        yield from objects_of(option, here, {"description": 75})
        yield from texts_of(option, here, {"url": 3000})


def check_rows(options: object) -> list[str]:
    """Tell what is wrong with the rows that an app found for a search."""
    most = check_count(options, "/options", least=0, most=100)
    rows = _options(options, "/options", most=100) if options else ()
    return [*most, *rows]


def _number(element: Body, at: str) -> Iterator[str]:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        yield problem_at("missing required field: is_decimal_allowed", at)
    try:
        least = Decimal(str(element.get("min_value", "-Infinity")))
        most = Decimal(str(element.get("max_value", "Infinity")))
    except InvalidOperation:
        yield problem_at("must be a number", f"{at}/min_value")
        return
    if least > most:
        yield problem_at("must be less than or equal to `max_value`", f"{at}/min_value")


def _text_input(element: Body, at: str) -> Iterator[str]:
    most = element.get("max_length", MAX_INPUT)
    if not isinstance(most, int) or not 1 <= most <= MAX_INPUT:
        yield problem_at(f"must be between 1 and {MAX_INPUT}", f"{at}/max_length")
        return
    yield from texts_of(element, at, {"initial_value": most})


def _initial(element: Body, at: str) -> Iterator[str]:
    key, form = _INITIAL[element["type"]]
    value = element.get(key)
    if key in element and not (isinstance(value, str) and form.fullmatch(value)):
        yield problem_at("has an invalid format", f"{at}/{key}")
