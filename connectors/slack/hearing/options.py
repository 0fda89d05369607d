"""Searches in long menus: read, and answered within the request, for Slack waits three seconds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import Address, Body, Option, PromptId, WebhookResponse, shortened
from connectors.slack import wire
from connectors.slack.blocks.controls import MAX_LABEL, MAX_ROWS, SEARCH_ACTION, plain, rows
from connectors.slack.blocks.views import CALLBACK, MAX_OPTION_VALUE

MAX_TYPED = 200
"""Characters of what somebody searches for; nothing that fits a row is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Somebody types into a menu.

    Attributes:
        address: who, and where the question stands.
        prompt: the question.
        typed: the words so far, perhaps none.
        field: the field of its form; "" where the question itself is answered.
    """

    address: Address
    prompt: PromptId
    typed: str
    field: str = ""


def find_search(name: str, body: Body) -> Search | None:
    """Find a search in one of our menus; None for anything else."""
    if wire.text_at(body, "type") != "block_suggestion":
        return None
    typed = wire.text_at(body, "value")[:MAX_TYPED]
    user, block = wire.text_at(body, "user", "id"), wire.text_at(body, "block_id")
    try:
        if wire.text_at(body, "view", "callback_id") == CALLBACK:
            told = wire.told_in(body)
            address = wire.sender_of(name, body, user, wire.text_at(told, "place"))
            prompt = PromptId(wire.text_at(told, "prompt"))
            return Search(address=address, prompt=prompt, typed=typed, field=block)
        if wire.text_at(body, "action_id") == SEARCH_ACTION:
            address = wire.sender_of(name, body, user, wire.place_of(body))
            return Search(address=address, prompt=PromptId(block.partition(":")[0]), typed=typed)
    except wire.MalformedError:
        return None  # nobody waits for rows of what is not ours
    return None


def found(search: Search, options: Sequence[Option]) -> WebhookResponse:
    """Write the rows; those of a form's field bring their words instead of a token."""
    if search.field:
        shown = [_worded(option.label) for option in options if _fits(option.label)][:MAX_ROWS]
    else:
        shown = list(rows(options))
    return _answer({"options": shown})


def _fits(words: str) -> bool:
    return bool(words.strip()) and len(words) <= MAX_OPTION_VALUE


def _worded(words: str) -> Mapping[str, object]:
    return {"text": plain(shortened(words, MAX_LABEL)), "value": words}


def _answer(body: Mapping[str, object]) -> WebhookResponse:
    return WebhookResponse(body=json.dumps(body).encode(), content_type="application/json")
