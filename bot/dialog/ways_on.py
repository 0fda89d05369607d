"""How a turn may lead on where nothing else does: the open question, a menu, the dialog below."""

from collections.abc import Sequence

from bot.authoring.patterns import PatternName
from bot.authoring.signatures import CommandSpec
from bot.dialog import manual
from bot.dialog.drafts import Draft
from bot.dialog.forms import advance, end, show, show_again
from bot.dialog.matching import nearest_names
from bot.dialog.overriding import noted, spoken
from bot.dialog.queueing import introduced
from bot.dialog.saying import behind_notes, say
from bot.model.conversation import PromptChoice, PromptKind

MOST_OFFERED = 3
"""How many commands get a button where all are listed, and are named where that was in vain."""


def repeat(draft: Draft) -> Draft:
    """Show the open question again, with what is known."""
    prompt = draft.state.open_prompt
    if prompt is not None:
        return show_again(draft, prompt)
    if draft.state.top is not None:
        return advance(draft)
    return offer(draft if draft.state.notes else draft.note(draft.phrases.NOTHING_TO_REPEAT))


def offer(draft: Draft, words: str = "") -> Draft:
    """End with what can be done: all of it, or what is nearest to ``words`` where that was in vain.

    Never a dead end.
    """
    if draft.state.misses > 1:
        return choose_of(draft, nearest_of(draft, words), person=True)
    specs = manual.listed(draft.around.commands)
    return choose_of(draft, specs, first=[spec for spec in specs if spec.name != "help"])


def nearest_of(draft: Draft, words: str) -> Sequence[CommandSpec]:
    """Find the few commands that words may have meant; the first of all where none is near."""
    specs = [spec for spec in manual.listed(draft.around.commands) if spec.name != "help"]
    names = {name: spec for spec in specs for name in (spec.name, *spec.command.aliases)}
    near = [names[name] for name in nearest_names(words, names)]
    found = {spec.name: spec for spec in (*near, *specs)}
    return list(found.values())[:MOST_OFFERED]


def choose_of(
    draft: Draft,
    specs: Sequence[CommandSpec],
    *,
    first: Sequence[CommandSpec] | None = None,
    person: bool = False,
) -> Draft:
    """List commands, with buttons for all or for some of the ``first``, and one for a person."""
    # a group that was asked for is spread out, in the list of everything it is one line
    lines = (
        [manual.line(spec) for spec in specs]
        if first is None
        else manual.lines(specs, draft.phrases)
    )
    lines = lines or [manual.overview({}, draft.around.umbrella, draft.phrases)]
    choices = [
        PromptChoice(label=f"/{spec.name}", command=spec.name)
        for spec in (specs if first is None else first[:MOST_OFFERED])
    ]
    if person:
        choices.append(PromptChoice(label=draft.phrases.A_PERSON, words="human"))
    return show(draft, PromptKind.MENU, "\n".join([draft.phrases.WHAT_YOU_CAN_DO, *lines]), choices)


def go_on_below(draft: Draft) -> Draft:
    """Lead back to the dialog below, if there is one."""
    frame = draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return advance(draft)
    if frame.queued:
        return advance(introduced(draft, frame, spec))
    draft = noted(draft, "continued", draft.phrases.back_to(spec)).recalling()
    # "Try again?" is not answered by what was done meanwhile
    prompt = next(
        (p for p in reversed(draft.state.prompts) if p.open and p.frame == frame.id), None
    )
    if prompt is not None and (prompt.kind, prompt.argument) == (PromptKind.CONFIRM, None):
        return show_again(draft, prompt)
    return advance(draft)


def completed(draft: Draft) -> Draft:
    """Go on after a command is done: below or, where nothing is open, with an author's words."""
    if draft.state.top is not None:
        return go_on_below(draft)
    replies, draft = spoken(draft, "completed")
    for reply in replies:
        draft = say(draft, reply)
    return end(draft)


def overridden(draft: Draft, name: PatternName) -> Draft | None:
    """Say what an author's pattern says and show the open question again; None: the core goes on.

    The reasons noted so far go before it.
    """
    replies, draft = spoken(draft, name)
    if draft.asked:
        return draft
    if not replies:
        return None
    for reply in behind_notes(draft, replies):
        draft = say(draft, reply)
    prompt = next((p for p in reversed(draft.state.prompts) if p.open and p.frame), None)
    if prompt is not None:
        return show_again(draft, prompt)
    return advance(draft)
