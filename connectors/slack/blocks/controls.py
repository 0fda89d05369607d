"""Controls of Slack's own that answer one question: a day, a time, a long menu with a search.

They say by their ``block_id`` which question and which of its answers they are about: nothing else
comes back from a press. Limits are those of Slack's Block Kit reference (2026).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot import Catalogue, FormField, FormFilled, Option, PromptId, shortened

ANSWER_ACTION = "answer"
"""The ``action_id`` of a picker below a question."""
SEARCH_ACTION = "search"
"""The ``action_id`` of a menu whose rows are asked for while somebody types."""
KINDS = frozenset({"date", "time"})
"""Kinds of answers that Slack has a picker for outside of forms."""
MAX_ID = 255
MAX_LABEL = 75
MAX_ROWS = 100
"""Of a menu that holds its rows, and of one answer to a search."""

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TIME = re.compile(r"\d{2}:\d{2}", re.ASCII)

Json = dict[str, Any]
WORDS = Catalogue(Path(__file__).parents[1] / "locale", "slack")


def picker(field: FormField, prompt: PromptId, locale: str = "en") -> Json | None:
    """Draw the block in which one answer is picked; None where Slack has nothing for its kind."""
    block_id = f"{prompt}:{field.name}"
    if field.kind not in KINDS or len(block_id) > MAX_ID:
        return None
    element = date_or_time(field)
    words = WORDS.text(locale, "Pick a day" if field.kind == "date" else "Pick a time")
    element |= {"action_id": ANSWER_ACTION, "placeholder": plain(words)}
    return {"type": "actions", "block_id": block_id, "elements": [element]}


def date_or_time(field: FormField) -> Json:
    """Draw the picker of a day or a time; it shows what is known where it can."""
    kind, form = ("date", DATE) if field.kind == "date" else ("time", TIME)
    known = {f"initial_{kind}": field.value} if form.fullmatch(field.value) else {}
    return {"type": f"{kind}picker", **known}


def menu(options: Sequence[Option], prompt: PromptId | None, locale: str = "en") -> Json:
    """Draw the block of a menu; one that is too long for its rows is searched."""
    if len(options) > MAX_ROWS and prompt is not None:
        searched = searching(action_id=SEARCH_ACTION, locale=locale)
        return {"type": "actions", "block_id": f"{prompt}:", "elements": [searched]}
    select = {
        "type": "static_select",
        "action_id": "options",
        "placeholder": plain("…"),
        "options": [row(option) for option in options],
    }
    return {"type": "actions", "elements": [select]}


def searching(*, action_id: str, locale: str = "en") -> Json:
    """Draw a menu whose rows come from `rows`; the first of them without a word typed."""
    return {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain(WORDS.text(locale, "Type to search")),
        "min_query_length": 0,
    }


def rows(options: Sequence[Option]) -> Iterator[Json]:
    """Write what a search found, as many as Slack takes."""
    for option in options[:MAX_ROWS]:
        yield row(replace(option, label=shortened(option.label, MAX_LABEL)))


def row(option: Option) -> Json:
    """Draw one row of a menu."""
    described = {"description": plain(option.description)} if option.description else {}
    return {"text": plain(option.label), "value": option.token, **described}


def picked(block_id: str, value: str) -> FormFilled | None:
    """Read what was picked below a question; None where it was cleared, or is no day or time."""
    prompt, _, name = block_id.partition(":")
    if not prompt or not name or not (DATE.fullmatch(value) or TIME.fullmatch(value)):
        return None
    return FormFilled(prompt=PromptId(prompt), values={name: value})


def plain(text: str) -> Json:
    """Write a text that Slack shows as it is."""
    return {"type": "plain_text", "text": text, "emoji": False}
