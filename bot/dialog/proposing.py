"""Words that begin something: small talk, a greeting, a command that an engine proposes."""

from bot.dialog.binding import Reading
from bot.dialog.calling import begin, reason_of, unavailable
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard
from bot.dialog.forms import advance
from bot.dialog.matching import is_greeting
from bot.dialog.missing import keep, proposal_of
from bot.dialog.repairs import (
    chat,
    welcome_back,
    welcomed,
)
from bot.dialog.requests import Asked, asked_by
from bot.dialog.several import WHOLE, opened, opened_each
from bot.dialog.understood import is_all_of
from bot.dialog.ways_on import offer, overridden
from bot.model.misses import MissKind

__all__ = ["WHOLE", "begun"]


def begun(draft: Draft, heard: Heard, text: str) -> Draft | None:
    """Take words that are small talk, a greeting or a command's; None where they are neither."""
    return _chatted(draft, heard, text) or _greeted_or_proposed(draft, heard, text)


def _chatted(draft: Draft, heard: Heard, text: str) -> Draft | None:
    """Take small talk, unless it is wholly a command's sentence."""
    return None if heard.interpretation.confidence >= WHOLE else chat(draft, text)


def _greeted_or_proposed(draft: Draft, heard: Heard, text: str) -> Draft | None:
    if is_greeting(text, draft.around.locale):
        return _greeted(draft)
    if _is_of_the_open(draft, heard, text):
        return None
    asked = asked_by(draft, heard, text)
    if asked.requests:
        return _proposed(draft, heard, asked)
    return unavailable(draft, *asked.refused[0]) if asked.refused else None


def _is_of_the_open(draft: Draft, heard: Heard, text: str) -> bool:
    """Tell whether the open dialog understands each word, and no command's sentence is whole."""
    frame, told = draft.state.top, heard.interpretation
    spec = draft.spec_of(frame)
    if frame is None or spec is None or told.confidence >= WHOLE:
        return False
    return is_all_of(text, spec, draft.around, told, answered=frame.answers)


def _greeted(draft: Draft) -> Draft:
    prompt = draft.state.open_prompt
    if prompt is not None and prompt.frame is not None:
        return welcome_back(draft, prompt)
    if draft.state.top is not None:
        return advance(welcomed(draft))
    instead = overridden(draft, "greeting")
    if instead is not None:
        return instead
    start = draft.around.commands.get("start")
    if start is not None:
        return begin(draft, start, Reading(), proposed=True)
    return offer(draft)


def _proposed(draft: Draft, heard: Heard, asked: Asked) -> Draft:
    """Open what an engine understood; it only proposes, so no effect runs before a yes.

    What stands beside that in the sentence is named, and why it cannot be done.
    """
    draft = draft.note(*(reason_of(draft, spec, why) for spec, why in asked.refused))
    draft = draft.note(*(draft.phrases.not_understood(words) for words, _ in asked.unread if words))
    if len(asked.requests) == 1:
        draft = opened(draft, heard, asked.requests[0])
    else:
        draft = opened_each(draft, heard, asked.requests)
    for words, told in asked.unread:
        draft = keep(draft, MissKind.UNREAD, proposal_of(draft, heard, told, words))
    return advance(draft)
