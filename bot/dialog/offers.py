"""A few commands that words may have meant: "did you mean", and what an answer begins."""

from collections.abc import Sequence
from dataclasses import replace

from bot.authoring.signatures import CommandSpec
from bot.dialog import manual
from bot.dialog.binding import Reading
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard
from bot.dialog.forms import show
from bot.dialog.matching import yes_or_no
from bot.dialog.missing import proposal_of
from bot.dialog.surroundings import Surroundings
from bot.dialog.tools import read_arguments
from bot.dialog.understood import read_understood
from bot.dialog.ways_on import choose_of, overridden
from bot.model.conversation import Prompt, PromptChoice, PromptKind
from bot.model.misses import Proposal
from bot.model.understanding import Interpretation

MOST_MEANT = 3
"""How many commands a "did you mean" offers."""


def meant_by(draft: Draft, heard: Heard) -> list[CommandSpec]:
    """List the commands that engines hold possible, the likeliest first.

    While a dialog is open, only where an engine names one: most words are for the open question.
    """
    told, least = heard.interpretation, draft.around.thresholds.offer
    names = [told.command or ""] if told.confidence >= least else []
    if draft.state.top is None:
        names += [other.command for other in told.alternatives if other.confidence >= least]
    found = (draft.around.commands.get(name.casefold()) for name in dict.fromkeys(names))
    specs = [spec for spec in found if spec is not None and not spec.command.hidden]
    open_now = draft.spec_of(draft.state.top)
    others = [spec for spec in specs if open_now is None or spec.name != open_now.name]
    return others[:MOST_MEANT]


def offered(draft: Draft, heard: Heard, specs: Sequence[CommandSpec]) -> Draft:
    """Ask which of some commands was meant; nothing runs on a guess.

    A tap begins it with what the sentence says of it. In vain for the second time, a person is
    offered as well.
    """
    instead = overridden(draft, "clarification")
    if instead is not None:
        return instead
    about = proposal_of(draft, heard, heard.interpretation, heard.text.strip())
    choices = [_choice(draft, spec, heard) for spec in specs]
    open_now = draft.spec_of(draft.state.top)
    if open_now is None:
        choices.append(PromptChoice(label=draft.phrases.NONE_OF_THESE))
    else:
        label = draft.phrases.go_on_with(open_now)
        choices.append(PromptChoice(label=label, command=open_now.name))
    if draft.state.misses > 1:
        choices.append(PromptChoice(label=draft.phrases.A_PERSON, words="human"))
    text = draft.phrases.DID_YOU_MEAN
    return show(draft, PromptKind.MENU, text, choices, about=about)


def none_meant(draft: Draft, prompt: Prompt, about: Proposal) -> Draft:
    """Take it that none of the offered commands was meant: there are others, and a person."""
    draft = draft.missed().note(draft.phrases.not_understood(about.text))
    specs = manual.listed(draft.around.commands)
    declined = {"help", *(choice.command for choice in prompt.choices)}
    others = [spec for spec in specs if spec.name not in declined]
    return choose_of(draft, specs, first=others, person=True)


def index_by_yes_or_no(prompt: Prompt, text: str, around: Surroundings) -> int | None:
    """Find the choice that a bare yes or no to a "did you mean" takes; None: it is not clear."""
    offers = [index for index, choice in enumerate(prompt.choices) if choice.offered]
    yes = yes_or_no(text, around) if prompt.about is not None and offers else None
    if yes is None:
        return None
    return (offers[0] if len(offers) == 1 else None) if yes else offers[-1] + 1


def reading_of(
    draft: Draft, spec: CommandSpec, prompt: Prompt, choice: PromptChoice
) -> tuple[Reading, Sequence[str]]:
    """Read the sentence for the command that was chosen, as of when it was said; and reasons."""
    around = draft.around
    text = prompt.about.text if prompt.about else ""
    then = replace(around, now=prompt.at.astimezone(around.now.tzinfo))
    given, reasons = read_arguments(spec, choice.arguments, then)
    frame = draft.state.open_frame(spec.name)
    told = Interpretation(command=spec.name, slots=choice.slots)
    read = read_understood(text, spec, then, told, answered=frame.answers if frame else ())
    known = {value.parameter for value in given.values}
    others = [value for value in read.values if value.parameter not in known]
    return Reading((*given.values, *others)), reasons


def _choice(draft: Draft, spec: CommandSpec, heard: Heard) -> PromptChoice:
    """Make the button of a command; what an engine found in the sentence is the winner's only."""
    label = draft.phrases.title(spec)
    told = heard.interpretation
    if (told.command or "").casefold() != spec.name:
        return PromptChoice(label=label, command=spec.name, offered=True)
    slots, arguments = dict(told.slots), dict(told.arguments)
    for name, words in told.meant(heard.text).items():
        if spec.is_flow:
            slots[name] = words
        else:
            arguments[name] = words
    return PromptChoice(
        label=label, command=spec.name, arguments=arguments, slots=slots, offered=True
    )
