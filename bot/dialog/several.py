"""Several commands in one sentence: look-ups are answered at once, the rest wait in order.

Those that wait are open dialogs like any other: they follow the customer over channels, survive a
restart, keep what the sentence said of them, and each asks for a yes of its own.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialog.calling import laid_open
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard
from bot.dialog.flowing import Opening, flow_open
from bot.dialog.missing import proposal_of
from bot.dialog.queueing import answers_at_once, following
from bot.dialog.requests import Request
from bot.dialog.tools import read_arguments
from bot.dialog.understood import read_understood
from bot.model.ids import FrameId

WHOLE = 1.0
"""Engines say this where the whole sentence is the command's."""


def opened(draft: Draft, heard: Heard, request: Request, *, anew: bool = False) -> Draft:
    """Open what was asked for, with what was said of it; it is only a proposal."""
    spec, told, text = request.spec, request.told, request.text
    if spec.is_flow:
        opening = Opening(words=text, slots=told.slots, given=told.arguments)
        draft = flow_open(draft, spec, opening, proposed=True, anew=anew)
    elif told.arguments:  # an engine that calls tools has read the whole sentence
        reading, reasons = read_arguments(spec, told.arguments, draft.around)
        draft = laid_open(draft.note(*reasons), spec, reading, proposed=True, anew=anew)
    else:
        frame = None if anew else draft.state.open_frame(spec.name)
        answered = frame.answers if frame else ()
        reading = read_understood(text, spec, draft.around, told, answered=answered)
        draft = laid_open(draft, spec, reading, proposed=True, anew=anew)
    frame = draft.state.top
    if frame is None or told.confidence >= WHOLE:
        return draft
    proposal = proposal_of(draft, heard, told, text.strip())
    return draft.on(draft.state.put(replace(frame, proposal=proposal)))


def opened_each(draft: Draft, heard: Heard, requests: Sequence[Request]) -> Draft:
    """Open all that was asked for; on top is what is answered at once, then the first that asks."""
    frames: list[FrameId] = []
    for place, request in enumerate(requests):
        seen = {frame.id for frame in draft.state.frames}
        anew = any(one.spec is request.spec for one in requests[:place])
        draft = opened(draft, heard, request, anew=anew)
        top = draft.state.top
        if top is not None:
            frames.append(top.id)
            draft = draft.on(draft.state.put(replace(top, queued=top.id not in seen)))
    return _in_turn(draft, frames)


def _in_turn(draft: Draft, frames: Sequence[FrameId]) -> Draft:
    """Put the dialogs of a sentence on the stack so that each has its turn."""
    held = [frame for one in frames if (frame := draft.state.frame(one)) is not None]
    at_once = [one for one in held if answers_at_once(one, draft.spec_of(one))]
    later = [one for one in held if one not in at_once]
    for frame in reversed([*at_once, *later]):
        draft = draft.on(draft.state.raised(frame.id, draft.around.now))
    top = draft.state.top
    if top is None or top.id not in frames:
        return draft
    draft = draft.on(draft.state.put(replace(top, queued=False)))
    return draft if at_once else draft.note(*following(draft))
