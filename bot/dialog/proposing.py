"""Words that begin something: small talk, a greeting, a command that an engine proposes."""

from bot.authoring.signatures import CommandSpec
from bot.dialog.access import Refusal
from bot.dialog.binding import Reading
from bot.dialog.calling import begin, unavailable
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard
from bot.dialog.flowing import Opening, begin_flow
from bot.dialog.forms import advance
from bot.dialog.matching import is_greeting
from bot.dialog.repairs import (
    chat,
    welcome_back,
    welcomed,
)
from bot.dialog.tools import read_arguments
from bot.dialog.understood import read_understood
from bot.dialog.ways_on import offer, overridden

SURE = 0.5
"""Engines below this confidence only make an offer."""
WHOLE = 1.0
"""Engines say this where the whole sentence is the command's."""


def begun(draft: Draft, heard: Heard, text: str) -> Draft | None:
    """Take words that are small talk, a greeting or a command's; None where they are neither."""
    return _chatted(draft, heard, text) or _greeted_or_proposed(draft, heard, text)


def _chatted(draft: Draft, heard: Heard, text: str) -> Draft | None:
    """Take small talk, unless it is wholly a command's sentence."""
    return None if heard.interpretation.confidence >= WHOLE else chat(draft, text)


def _greeted_or_proposed(draft: Draft, heard: Heard, text: str) -> Draft | None:
    if is_greeting(text, draft.around.locale):
        return _greeted(draft)
    named = (heard.interpretation.command or "").casefold()
    spec = draft.around.known.get(named)
    if spec is None or spec.command.hidden or heard.interpretation.confidence < SURE:
        return None
    why = draft.around.refusal(spec)
    if why is Refusal.ROLE:  # to others it does not exist
        return None
    return _proposed(draft, heard, spec, text) if why is None else unavailable(draft, spec, why)


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


def _proposed(draft: Draft, heard: Heard, spec: CommandSpec, text: str) -> Draft:
    """Open what an engine understood; it only proposes, so no effect runs before a yes."""
    told = heard.interpretation
    if spec.is_flow:
        opening = Opening(words=text, slots=told.slots, given=told.arguments)
        return begin_flow(draft, spec, opening, proposed=True)
    if told.arguments:  # an engine that calls tools has read the whole sentence
        reading, reasons = read_arguments(spec, told.arguments, draft.around)
        return begin(draft.note(*reasons), spec, reading, proposed=True)
    frame = draft.state.open_frame(spec.name)
    answered = frame.answers if frame else ()
    reading = read_understood(text, spec, draft.around, told, answered=answered)
    return begin(draft, spec, reading, proposed=True)
