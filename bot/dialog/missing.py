"""Sentences that were not read right: put aside for the trainer, with what was meant instead."""

from dataclasses import replace
from datetime import timedelta

from bot.dialog.drafts import Draft
from bot.dialog.events import Heard
from bot.dialog.misses import Chose, Keep
from bot.model.ids import MissId
from bot.model.misses import MissKind, Proposal
from bot.model.understanding import Alternative, Interpretation

TURNS_TO = timedelta(hours=1)
"""What is begun within this time after a miss may be what was meant."""


def proposal_of(draft: Draft, heard: Heard, told: Interpretation, text: str) -> Proposal:
    """Say what the engines made of a sentence, or of a part of it."""
    guesses = list(told.alternatives)
    if told.command is not None:
        guesses.insert(0, Alternative(command=told.command, confidence=told.confidence))
    read = heard.interpretation
    return Proposal(
        text=text, guesses=tuple(guesses), engine=told.engine or read.engine,
        model=told.model or read.model, data=draft.around.data,
    )  # fmt: skip


def keep(draft: Draft, kind: MissKind, proposal: Proposal) -> Draft:
    """Put a sentence aside; never what may be the answer to a masked question."""
    if not proposal.text.strip() or is_private(draft):
        return draft
    prompt = draft.state.open_prompt
    asking = draft.state.frame(prompt.frame) if prompt else None
    miss = MissId(draft.around.new_id(draft.state, f"miss:{len(draft.wishes)}:{kind}"))
    wish = Keep(
        id=miss, kind=kind, proposal=proposal, command=asking.command if asking else "",
        argument=(prompt.argument or "") if prompt and asking else "",
    )  # fmt: skip
    state = replace(draft.state, missed=(miss, draft.around.now))
    return draft.on(state).wish(wish)


def turned_to(draft: Draft, command: str) -> Draft:
    """Note that a customer turned to a command; the first one after a miss tells its meaning."""
    if draft.state.missed is None:
        return draft
    miss, at = draft.state.missed
    draft = draft.on(replace(draft.state, missed=None))
    if draft.around.now - at > TURNS_TO:
        return draft
    return draft.wish(Chose(miss=miss, command=command))


def is_private(draft: Draft) -> bool:
    """Tell whether a question is open, if only behind a menu, whose answer is nobody's business."""
    for prompt in draft.state.prompts:
        spec = draft.spec_of(draft.state.frame(prompt.frame)) if prompt.open else None
        parameter = spec.parameter(prompt.argument or "") if spec else None
        if parameter is not None and parameter.arg.mask:
            return True
    return False
