"""How a turn may lead on where nothing else does: the open question, a menu, the dialog below."""

from collections.abc import Sequence

from bot.authoring.signatures import CommandSpec
from bot.dialog import manual, phrases
from bot.dialog.events import Draft
from bot.dialog.forms import advance, show, show_again
from bot.model.conversation import PromptChoice, PromptKind


def repeat(draft: Draft) -> Draft:
    """Show the open question again, with what is known."""
    prompt = draft.state.open_prompt
    if prompt is not None:
        return show_again(draft, prompt)
    if draft.state.top is not None:
        return advance(draft)
    return offer(draft if draft.state.notes else draft.note(phrases.NOTHING_TO_REPEAT))


def offer(draft: Draft) -> Draft:
    """End with what can be done: never a dead end."""
    specs = manual.listed(draft.around.commands)
    return choose_of(draft, specs, first=[spec for spec in specs if spec.name != "help"][:3])


def choose_of(
    draft: Draft, specs: Sequence[CommandSpec], *, first: Sequence[CommandSpec] | None = None
) -> Draft:
    """List commands, with buttons for all or for the ``first`` of them."""
    lines = [manual.line(spec) for spec in specs]
    lines = lines or [manual.overview({}, draft.around.umbrella)]
    choices = [
        PromptChoice(label=f"/{spec.name}", command=spec.name)
        for spec in (specs if first is None else first)
    ]
    return show(draft, PromptKind.MENU, "\n".join([phrases.WHAT_YOU_CAN_DO, *lines]), choices)


def go_on_below(draft: Draft) -> Draft:
    """Lead back to the dialog below, if there is one."""
    frame = draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return advance(draft)
    return advance(draft.note(phrases.back_to(spec)))
