"""What Slack refuses of a modal as ``invalid_arguments``.

The numbers are those of Slack's reference of views and of its input elements (2026).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot import Body
from connectors.slack.emulator.limits import (
    check_count,
    check_object,
    check_select,
    check_text,
    find_problems,
    problem_at,
)

_INPUTS = frozenset(
    """
    channels_select checkboxes conversations_select datepicker datetimepicker email_text_input
    external_select file_input multi_channels_select multi_conversations_select
    multi_external_select multi_static_select multi_users_select number_input plain_text_input
    radio_buttons rich_text_input static_select timepicker url_text_input users_select
    """.split()  # noqa: SIM905 - a word each, not a line each
)
MAX_ID = 255
MAX_VIEW_BLOCKS = 100
MAX_INPUT = 3000
_FORMS = {
    "datepicker": ("initial_date", re.compile(r"\d{4}-\d{2}-\d{2}")),
    "timepicker": ("initial_time", re.compile(r"([01]\d|2[0-3]):[0-5]\d")),
    "number_input": ("initial_value", re.compile(r"-?\d+(\.\d+)?")),
}


def find_view_problems(view: Body) -> Sequence[str]:
    """Tell what is wrong with a modal, in Slack's words; nothing where it may be opened."""
    problems = list(check_object(view.get("title"), "/view/title", most=24, kinds=("plain_text",)))
    for key in ("submit", "close"):
        if key in view:
            problems += check_object(view[key], f"/view/{key}", most=24, kinds=("plain_text",))
    problems += check_text(
        view.get("private_metadata", ""), "/view/private_metadata", most=3000, least=0
    )
    problems += check_text(view.get("callback_id", ""), "/view/callback_id", most=MAX_ID, least=0)
    blocks = view.get("blocks")
    problems += check_count(blocks, "/view/blocks", least=1, most=MAX_VIEW_BLOCKS)
    problems += find_problems(blocks, most=MAX_VIEW_BLOCKS)
    inputs = [
        (index, block)
        for index, block in enumerate(blocks if isinstance(blocks, list) else ())
        if isinstance(block, Mapping) and block.get("type") == "input"
    ]
    for index, block in inputs:
        problems += _input(block, f"/view/blocks/{index}")
    if inputs and "submit" not in view:
        problems.append(problem_at("missing required field: submit", "/view"))
    return problems


def _input(block: Body, at: str) -> Iterator[str]:
    yield from check_object(block.get("label"), f"{at}/label", most=2000, kinds=("plain_text",))
    element, here = block.get("element"), f"{at}/element"
    if not isinstance(element, Mapping) or element.get("type") not in _INPUTS:
        yield problem_at("unsupported type", f"{here}/type")
        return
    yield from check_text(element.get("action_id", "x"), f"{here}/action_id", most=MAX_ID)
    if element["type"] in _FORMS:
        yield from _form(element, here)
    if element["type"] == "plain_text_input":
        yield from _plain_text(element, here)
    if element["type"] == "static_select":
        yield from check_select(element, here)
        shown = element.get("initial_option")
        if shown is not None and shown not in element.get("options", ()):
            yield problem_at("must exactly match an option", f"{here}/initial_option")
    if element["type"] == "number_input" and not isinstance(
        element.get("is_decimal_allowed"), bool
    ):
        yield problem_at("missing required field: is_decimal_allowed", here)


def _plain_text(element: Body, at: str) -> Iterator[str]:
    most = element.get("max_length", MAX_INPUT)
    if not isinstance(most, int) or not 1 <= most <= MAX_INPUT:
        yield problem_at(f"must be between 1 and {MAX_INPUT}", f"{at}/max_length")
        return
    shown = element.get("initial_value", "")
    yield from check_text(shown, f"{at}/initial_value", most=most, least=0)


def _form(element: Body, at: str) -> Iterator[str]:
    key, form = _FORMS[element["type"]]
    value = element.get(key)
    if key in element and not (isinstance(value, str) and form.fullmatch(value)):
        yield problem_at("has an invalid format", f"{at}/{key}")
