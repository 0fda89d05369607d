"""Forms as Slack's modals, and how a message's button carries one until it is pressed.

A modal has to be opened within three seconds of the press: there is no time to ask anybody for
its fields, and the connector keeps nothing. So they travel in the button's ``value``, compressed;
where they do not fit, choices become fields to type in and optional fields are left out.

Limits are those of Slack's Block Kit and view references (2026).
"""

import base64
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot import Form, FormField, PromptId, shortened, units
from connectors.slack.blocks.controls import MAX_LABEL as MAX_OPTION_TEXT
from connectors.slack.blocks.controls import MAX_ROWS, date_or_time, searching

FORM_ACTION = "form"
"""The ``action_id`` of the button that opens a form; answers have others."""
HOME_ACTION = "home"
"""Begins the ``action_id`` of the buttons of the home tab: their value is what they say."""
CALLBACK = "threadline-form"
"""The ``callback_id`` of our modals."""
INPUT_ACTION = "words"
MAX_VALUE = 2000
MAX_VIEW_BLOCKS = 100
MAX_TITLE = 24
MAX_LABEL = 2000
MAX_BUTTON = 75
MAX_OPTION_VALUE = 150
MAX_INPUT = 3000
MAX_UNPACKED_BYTES = 64 * 1024

SEARCH = "search"
"""A kind of field of our own: a choice whose rows are asked for while somebody types."""
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,200}\.[^@\s.]{2,60}")
_YES_OR_NO = (("yes", "Yes"), ("no", "No"))

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the button of a form holds: its question, whom it was shown to, and the form.

    ``form`` is None where the button is of another release and cannot be read.
    """

    prompt: PromptId
    owner: str
    form: Form | None


def form_button(form: Form, prompt: PromptId, owner: str, *, searches: bool = False) -> Json | None:
    """Draw the button of a form; None where the form is too large for it.

    ``searches`` tells that somebody answers where rows of a choice are searched.
    """
    for smaller in _smaller(form, searches=searches):
        value = f"{prompt}|{owner}|{_packed(smaller)}"
        if len(value) <= MAX_VALUE and smaller.fields:
            return {
                "type": "button",
                "action_id": FORM_ACTION,
                "text": _label(form.label, MAX_BUTTON),
                "value": value,
            }
    return None


def read_offer(value: str) -> Offer:
    """Read a button's value."""
    prompt, _, rest = value.partition("|")
    owner, _, packed = rest.partition("|")
    return Offer(prompt=PromptId(prompt), owner=owner, form=_unpacked(packed))


def modal(form: Form, metadata: str) -> Json:
    """Draw a form as a view; ``metadata`` comes back with its submission."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": metadata,
        "title": _label(form.title, MAX_TITLE),
        "submit": _label(form.submit, MAX_TITLE),
        "blocks": [_input(field) for field in form.fields[:MAX_VIEW_BLOCKS]],
    }


def _input(field: FormField) -> Json:
    return {
        "type": "input",
        "block_id": field.name,
        "label": _label(field.label or field.name, MAX_LABEL),
        "optional": not field.required,
        "element": {"action_id": INPUT_ACTION, **_element(field)},
    }


def _element(field: FormField) -> Json:
    match field.kind:
        case "date" | "time":
            return date_or_time(field)
        case "number" | "email":
            return _typed_as(field)
        case "search":
            shown = {"initial_option": _row(field.value, field.value)} if field.value else {}
            return {**searching(action_id=INPUT_ACTION), **shown}
        case "choice" if _can_be_drawn(field.options):
            return _select(field.options, field.value)
        case "yesno":
            drawn = field.options if _can_be_drawn(field.options) else _YES_OR_NO
            return _select(drawn, field.value)
        case _:
            long: Json = {"multiline": True} if field.kind == "long" else {}
            known: Json = {"initial_value": field.value}
            shown = known if 0 < units(field.value) <= MAX_INPUT else {}
            return {"type": "plain_text_input", "max_length": MAX_INPUT, **long, **shown}


def _typed_as(field: FormField) -> Json:
    """Draw a field whose words Slack's app checks."""
    if field.kind == "email":
        return {"type": "email_text_input", **_initial("initial_value", field.value, _EMAIL)}
    shown = _initial("initial_value", field.value, _NUMBER)
    return {"type": "number_input", "is_decimal_allowed": True, **shown}


def _select(options: Sequence[tuple[str, str]], value: str) -> Json:
    rows = [_row(words, label) for words, label in options]
    known = next((row for row in rows if row["value"] == value), None)
    return {
        "type": "static_select",
        "options": rows,
        **({} if known is None else {"initial_option": known}),
    }


def _row(words: str, label: str) -> Json:
    return {"text": _label(label, MAX_OPTION_TEXT), "value": words}


def _can_be_drawn(options: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a menu can hold all choices; else they are typed, and read like an answer."""
    return len(options) <= MAX_ROWS and _can_be_found(options)


def _can_be_found(options: Sequence[tuple[str, str]]) -> bool:
    """Tell whether every choice can be a row."""
    return bool(options) and all(
        words.strip() and units(words) <= MAX_OPTION_VALUE and label.strip()
        for words, label in options
    )


def _initial(key: str, value: str, form: re.Pattern[str]) -> Mapping[str, str]:
    return {key: value} if form.fullmatch(value) else {}


def _smaller(form: Form, *, searches: bool) -> Iterator[Form]:
    """Make a form smaller and smaller, as long as it still asks for what is required."""
    long = [field for field in form.fields if searches and len(field.options) > MAX_ROWS]
    if not long:
        yield form
    lists = tuple(
        _without_rows(one, searches=searches) if one in long else one for one in form.fields
    )
    yield replace(form, fields=lists)
    left = tuple(_without_rows(field, searches=searches) for field in form.fields)
    yield replace(form, fields=left)
    yield replace(form, fields=tuple(field for field in left if field.required))


def _without_rows(field: FormField, *, searches: bool) -> FormField:
    """Let the rows of a choice be searched; where nobody finds them, its words are typed."""
    if field.kind != "choice":
        return field
    is_searched = (
        searches and _can_be_found(field.options) and units(field.value) <= MAX_OPTION_VALUE
    )
    return replace(field, kind=SEARCH if is_searched else "text", options=())


def _packed(form: Form) -> str:
    told = json.dumps(asdict(form), ensure_ascii=False, separators=(",", ":"))
    return base64.b85encode(zlib.compress(told.encode(), 9)).decode()


def _unpacked(packed: str) -> Form | None:
    """Read what `_packed` wrote; None for anything else."""
    try:
        inflating = zlib.decompressobj()
        told = json.loads(inflating.decompress(base64.b85decode(packed), MAX_UNPACKED_BYTES))
        fields = tuple(
            FormField(**{**field, "options": tuple((w, n) for w, n in field["options"])})
            for field in told.pop("fields")
        )
        return Form(fields=fields, **told)
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error):
        return None


def _label(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": shortened(text.strip() or "…", limit), "emoji": False}
