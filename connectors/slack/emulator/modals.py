"""Modals as Slack's app shows and sends them: drawn from a view, filled in by a person.

Written without a look at the connector's own drawing, so that a mistake there cannot hide here.
"""

import json
import re
from collections.abc import Mapping, Sequence

from bot import Body, Form, FormField
from connectors.slack.emulator.shown import Pressable
from connectors.slack.emulator.workspace import Json

REQUIRED = "Please complete this required field."
_KINDS = {
    "datepicker": "date", "timepicker": "time", "number_input": "number", "static_select": "choice",
    "email_text_input": "email",
}  # fmt: skip
_SHOWN = {
    "datepicker": "initial_date", "timepicker": "initial_time", "static_select": "initial_option",
}  # fmt: skip
_FORMS = {
    "datepicker": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "timepicker": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
    "number_input": re.compile(r"-?\d+(\.\d+)?"),
    "email_text_input": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "url_text_input": re.compile(r"https?://\S+"),
}


def form_shown(view: Body) -> Form:
    """Tell what a person sees of a view: its input fields by block, with what stands in them."""
    return Form(
        title=view["title"]["text"],
        fields=tuple(_field(block) for block in view["blocks"] if block["type"] == "input"),
        submit=view.get("submit", {}).get("text", ""),
    )


def searched_in(view: Body) -> Sequence[Pressable]:
    """Tell the fields whose rows the app is asked for."""
    return [
        Pressable(label="", block_id=block["block_id"], element=block["element"])
        for block in view["blocks"]
        if block["type"] == "input" and block["element"]["type"] == "external_select"
    ]


def fill(
    view: Body, values: Mapping[str, str], rows: Mapping[str, Sequence[Body]] | None = None
) -> tuple[Json, Mapping[str, str]]:
    """Fill a view in: the state that is sent, and what the app refuses by itself.

    ``rows`` are those that were found for the fields of `searched_in`.
    """
    state: Json = {}
    refused: dict[str, str] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        name, element = block["block_id"], block["element"]
        words = values.get(name, _shown_in(element))
        found = (rows or {}).get(name, ())
        held, problem = _held({**element, "options": found} if found else element, words)
        if not words and not block.get("optional", False):
            problem = REQUIRED
        if problem:
            refused[name] = problem
        state[name] = {element.get("action_id", ""): held}
    return state, refused


def errors_in(answer: bytes) -> Mapping[str, str]:
    """Read what the app answers to a submission: errors by block, or nothing, which closes it."""
    try:
        told = json.loads(answer or b"{}")
    except ValueError:
        return {"": "We had some trouble connecting. Try again?"}
    if not isinstance(told, Mapping) or told.get("response_action") != "errors":
        return {}
    return {str(name): str(text) for name, text in told["errors"].items()}


def _field(block: Body) -> FormField:
    element = block["element"]
    kind = _KINDS.get(element["type"], "long" if element.get("multiline") else "text")
    options = [(row["value"], row["text"]["text"]) for row in element.get("options", ())]
    return FormField(
        name=block["block_id"], label=block["label"]["text"], kind=kind, options=tuple(options),
        required=not block.get("optional", False), value=_shown_in(element),
    )  # fmt: skip


def _shown_in(element: Body) -> str:
    shown = element.get(_SHOWN.get(element["type"], "initial_value"))
    return str(shown["value"]) if isinstance(shown, Mapping) else str(shown or "")


def _held(element: Body, words: str) -> tuple[Json, str]:
    """Put words into a field as its picker would; or tell why it cannot hold them."""
    kind = element["type"]
    held: Json = {"type": kind}
    if kind in {"static_select", "external_select"}:
        rows = element.get("options", ())
        row = next((r for r in rows if words in {r["value"], r["text"]["text"]}), None)
        problem = "That is none of the choices." if words and row is None else ""
        return held | {"selected_option": row}, problem
    key = {"datepicker": "selected_date", "timepicker": "selected_time"}.get(kind, "value")
    form = _FORMS.get(kind)
    if words and form is not None and not form.fullmatch(words):
        return held | {key: None}, "This field cannot hold that."
    if len(words) > element.get("max_length", len(words)):
        return held | {key: None}, "That is too long."
    return held | {key: words or None}, ""
