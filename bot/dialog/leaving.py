"""Leaving a dialog: cancelled or begun anew; a yes comes first where answers would be lost."""

from dataclasses import replace
from typing import Final

from bot.dialog.drafts import Draft
from bot.dialog.forms import advance, show, show_again
from bot.dialog.opening import open_frame
from bot.dialog.summaries import summary
from bot.dialog.traces import standing_of
from bot.dialog.ways_on import go_on_below, offer, overridden, repeat
from bot.model.conversation import GIVEN, Frame, Prompt, PromptChoice, PromptKind

CANCEL: Final = "cancel"
RESTART: Final = "restart"


def cancel(draft: Draft) -> Draft:
    """Drop the dialog on top and lead back to the one below."""
    frame = draft.state.top
    instead = overridden(draft, CANCEL)
    if instead is not None:
        return instead
    if frame is None:
        return offer(draft.note(draft.phrases.NOTHING_TO_CANCEL))
    if _would_lose(frame) and not _was_asked(draft, frame, CANCEL):
        return _ask_first(draft, frame, CANCEL)
    return _dropped(draft, frame)


def restart(draft: Draft) -> Draft:
    """Begin the dialog on top anew, from its first question."""
    frame = draft.state.top
    instead = overridden(draft, RESTART)
    if instead is not None:
        return instead
    if frame is None:
        return offer(draft.note(draft.phrases.NOTHING_TO_RESTART))
    if _would_lose(frame) and not _was_asked(draft, frame, RESTART):
        return _ask_first(draft, frame, RESTART)
    return _anew(draft, frame)


def settled(draft: Draft, prompt: Prompt, choice: PromptChoice) -> Draft:
    """Take the answer to whether answers may be lost."""
    frame = draft.state.frame(prompt.frame)
    if frame is None:
        return repeat(draft.note(draft.phrases.CLOSED))
    draft = draft.on(draft.state.raised(frame.id, draft.around.now))
    if not choice.value:
        return go_on(draft, frame)
    wanted = prompt.choices[0].words
    return _anew(draft, frame) if wanted == RESTART else _dropped(draft, frame)


def go_on(draft: Draft, frame: Frame, *, recalls: bool = True) -> Draft:
    """Show a dialog's open question again, with what is known."""
    prompts = reversed(draft.state.prompts)
    prompt = next((p for p in prompts if p.open and p.frame == frame.id), None)
    draft = draft.recalling() if recalls else draft
    return advance(draft) if prompt is None else show_again(draft, prompt)


def _would_lose(frame: Frame) -> bool:
    return any(answer.source != GIVEN for answer in frame.answers.values())


def _was_asked(draft: Draft, frame: Frame, wanted: str) -> bool:
    """Tell whether the open question is this one: saying it again is the yes."""
    prompt = draft.state.open_prompt
    is_open = prompt is not None and prompt.kind is PromptKind.DROP and prompt.frame == frame.id
    return is_open and prompt is not None and prompt.choices[0].words == wanted


def _ask_first(draft: Draft, frame: Frame, wanted: str) -> Draft:
    spec = draft.spec_of(frame)
    shown = summary(draft, frame, spec) if spec else []
    choices = (
        PromptChoice(label=draft.phrases.losing(wanted), value=True, words=wanted),
        PromptChoice(label=draft.phrases.GO_ON, value=False),
    )
    text = draft.phrases.would_lose(wanted, spec, shown)
    return show(draft, PromptKind.DROP, text, choices, frame=frame.id)


def _dropped(draft: Draft, frame: Frame) -> Draft:
    spec = draft.spec_of(frame)
    draft = draft.on(draft.state.dropped(frame.id)).note(
        draft.phrases.cancelled(spec), *_stands(draft, frame)
    )
    return go_on_below(draft)


def _stands(draft: Draft, frame: Frame) -> tuple[str, ...]:
    """Tell what a flow has done that giving it up does not undo."""
    done = [label for _, label in standing_of(frame)]
    return (draft.phrases.stands(done),) if done else ()


def _anew(draft: Draft, frame: Frame) -> Draft:
    """Open the same command's dialog in place of one; a new dialog is a new intent."""
    spec = draft.spec_of(frame)
    if spec is None:
        return _dropped(draft, frame)
    draft = draft.on(draft.state.dropped(frame.id)).note(
        draft.phrases.STARTED_OVER, *_stands(draft, frame)
    )
    draft = open_frame(draft, spec, proposed=frame.proposed)
    opened = draft.state.top
    if opened is None:
        return advance(draft)
    given = {name: one for name, one in frame.answers.items() if one.source == GIVEN}
    return advance(draft.on(draft.state.put(replace(opened, answers={**given, **opened.answers}))))
