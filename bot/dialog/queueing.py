"""Dialogs that one sentence asked for behind another one: whose turn it is, and what is told."""

from dataclasses import replace

from bot.authoring.natures import Nature
from bot.authoring.signatures import CommandSpec
from bot.dialog.drafts import Draft
from bot.model.conversation import Frame


def answers_at_once(frame: Frame, spec: CommandSpec | None) -> bool:
    """Tell whether a dialog needs no word of the customer's, and nothing is known to be done."""
    if spec is None or spec.is_flow or spec.nature is Nature.ACTS:
        return False
    doubted = any(answer.others for answer in frame.answers.values())
    missing = any(one.required and one.name not in frame.answers for one in spec.parameters)
    return not doubted and not missing


def introduced(draft: Draft, frame: Frame, spec: CommandSpec) -> Draft:
    """Give a dialog its turn: who asked for it is told that it is next, and what comes then."""
    draft = draft.on(draft.state.put(replace(frame, queued=False)))
    if answers_at_once(frame, spec):
        return draft
    return draft.note(draft.phrases.next_is(spec), *following(draft))


def following(draft: Draft) -> list[str]:
    """Tell what else of the same sentence will have its turn."""
    waiting = [draft.spec_of(frame) for frame in reversed(draft.state.frames) if frame.queued]
    specs = [spec for spec in waiting if spec is not None]
    return [draft.phrases.after_that(specs)] if specs else []
