"""What a customer may do at any question: cancel, back, repeat, help, a person, an old button."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.authoring.replies import Reply
from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog import manual
from bot.dialog.answering import informed
from bot.dialog.binding import show_value
from bot.dialog.drafts import Draft
from bot.dialog.events import Handoff, Heard, Say
from bot.dialog.forms import advance, ask_for, end, show, show_again
from bot.dialog.language import LANGUAGE, language
from bot.dialog.leaving import cancel, go_on, restart
from bot.dialog.matching import is_question, spoken_forms
from bot.dialog.missing import keep, proposal_of
from bot.dialog.offers import meant_by, offered
from bot.dialog.overriding import noted
from bot.dialog.saying import behind_notes, say
from bot.dialog.summaries import labelled
from bot.dialog.talking import ANSWERS, talk_in
from bot.dialog.ways_on import nearest_of, offer, overridden, repeat
from bot.model.conversation import GIVEN, Answer, Frame, Prompt, PromptChoice, PromptKind
from bot.model.misses import MissKind

DOUBLE_TAP = timedelta(seconds=10)
"""A second tap of the same button within this time is the same tap."""
SECOND_TAP = timedelta(seconds=2)
"""The same where a button may be meant once more soon: menus, questions asked again."""
ASKING_YES = frozenset({PromptKind.CONFIRM, PromptKind.DROP})
"""The questions that are answered by yes and no."""


def built_in(name: str) -> Callable[[Draft], Draft] | None:
    """Find a built-in command by name."""
    return {
        "cancel": cancel, "restart": restart, "back": back, "repeat": say_again, "human": human,
        "help": explain_all, "skip": skip, "why": why, "summary": tell_so_far,
        LANGUAGE: language,
    }.get(name)  # fmt: skip


def as_words(text: str, locale: str) -> Callable[[Draft], Draft] | None:
    """Find the built-in that a text means."""
    words = talk_in(locale).built_in
    names = (words.get(spoken, "") for spoken in spoken_forms(text, locale))
    return next((found for found in map(built_in, names) if found), None)


def back(draft: Draft) -> Draft:
    """Take the last answer back and ask it again."""
    instead = overridden(draft, "back")
    if instead is not None:
        return instead
    frame = draft.state.top
    spec = draft.spec_of(frame)
    answers = frame.answers if frame else {}
    asked = frame.asked if frame else ()
    held = [name for name in asked if name in answers and answers[name].source != GIVEN]
    parameter = spec.parameter(held[-1]) if spec and held else None
    if frame is None or parameter is None:
        return repeat(draft.note(draft.phrases.NOTHING_BEFORE))
    shown = show_value(parameter, frame.answers[parameter.name].value, draft.around)
    kept = tuple(name for name in frame.asked if name != parameter.name)
    frame = replace(frame.without(parameter.name), asked=kept)
    return advance(draft.on(draft.state.put(frame)).note(draft.phrases.taken_back(shown)))


def say_again(draft: Draft) -> Draft:
    """Show the open question again because the customer wants to hear it."""
    return overridden(draft, "repeat") or repeat(draft)


def tell_so_far(draft: Draft) -> Draft:
    """Tell every answer with what it answers, then lead back to the open question."""
    instead = overridden(draft, "summary")
    if instead is not None:
        return instead
    frame = draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return offer(draft.note(draft.phrases.NOTHING_OPEN))
    below = [draft.spec_of(other) for other in draft.state.frames if other.id != frame.id]
    lines = [draft.phrases.known(spec, labelled(draft, frame, spec))]
    lines += [draft.phrases.also_open(other) for other in below if other is not None]
    (reply,) = behind_notes(draft, [Reply("\n".join(lines))])
    return go_on(say(draft, reply), frame, recalls=False)


def human(draft: Draft) -> Draft:
    """Note that a person is wanted; the open dialog stays."""
    instead = overridden(draft, "human")
    if instead is not None:
        return instead
    draft = draft.wish(Handoff()).note(draft.around.human)
    return repeat(draft)


def skip(draft: Draft) -> Draft:
    """Leave the open question out, where it may be; else say that it is needed."""
    instead = overridden(draft, "skip")
    if instead is not None:
        return instead
    prompt = draft.state.open_prompt
    frame = draft.state.frame(prompt.frame) if prompt else None
    spec = draft.spec_of(frame)
    parameter = spec.parameter(prompt.argument or "") if prompt and spec else None
    if prompt is None or frame is None or parameter is None:
        return repeat(draft.note(draft.phrases.NOTHING_TO_SKIP) if frame else draft)
    if parameter.required:
        return show_again(draft.note(draft.phrases.NEEDED), prompt)
    frame = frame.without(parameter.name)
    if spec is not None and spec.is_flow:  # a flow asks until it has an answer: this is one
        none = Answer(
            value=None, words="skip", at=draft.around.now, source=draft.around.connector,
            checked=True,
        )  # fmt: skip
        frame = frame.with_answer(parameter.name, none)
    state = draft.state.answered(prompt.id, draft.around.now, by=draft.around.address).put(frame)
    return advance(draft.on(state.raised(frame.id, draft.around.now)).note(draft.phrases.SKIPPED))


def why(draft: Draft) -> Draft:
    """Tell what the open question is for."""
    instead = overridden(draft, "why")
    if instead is not None:
        return instead
    prompt = draft.state.open_prompt
    spec = draft.spec_of(draft.state.frame(prompt.frame)) if prompt else None
    if prompt is None or spec is None:
        return repeat(draft)
    return repeat(draft.note(draft.phrases.why(spec, spec.parameter(prompt.argument or ""))))


def explain_all(draft: Draft) -> Draft:
    """List what can be typed, then lead back to the open question."""
    instead = overridden(draft, "help")
    if instead is not None:
        return instead
    text = manual.overview(draft.around.commands, draft.around.umbrella, draft.phrases)
    draft = draft.wish(Say(reply=Reply(text)))
    prompt = draft.state.open_prompt
    is_asked = prompt is not None and prompt.frame is not None
    return repeat(draft) if is_asked else end(draft)


def chat(draft: Draft, text: str) -> Draft | None:
    """Answer small talk, then lead back to the open question."""
    locale = draft.around.locale
    kinds = talk_in(locale).chat
    kind = next((kinds[one] for one in spoken_forms(text, locale) if one in kinds), None)
    if kind is None:
        return None
    instead = overridden(draft, "chitchat")
    if instead is not None:
        return instead
    draft = draft.note(draft.phrases.of(ANSWERS[kind]))
    frame = draft.state.top
    return end(draft) if frame is None else go_on(draft, frame)


def resume(draft: Draft) -> Draft:
    """Tell a newly joined address what is open: the question on top, and what lies below."""
    frame = draft.state.top
    below = [draft.spec_of(other) for other in draft.state.frames if other != frame]
    draft = draft.note(*(draft.phrases.also_open(spec) for spec in below if spec is not None))
    return end(draft) if frame is None else go_on(draft, frame)


def welcome_back(draft: Draft, prompt: Prompt) -> Draft:
    """Sum up what is known and show the open question where the customer is now."""
    return show_again(welcomed(draft), prompt)


def welcomed(draft: Draft) -> Draft:
    """Greet who comes back, once a turn; the next question is shown with what is known."""
    if draft.state.recalls:
        return draft
    return noted(draft, "welcome_back", draft.phrases.WELCOME_BACK).recalling()


def not_understood(draft: Draft, heard: Heard, words: str) -> Draft:
    """Tell what was not understood, and what can be done; more where that was in vain."""
    instead = overridden(draft.missed(), "search") if is_question(heard.text) else None
    instead = instead or informed(draft, heard, chatty=True)
    if instead is not None:
        return instead
    specs = meant_by(draft, heard)
    proposal = proposal_of(draft, heard, heard.interpretation, heard.text.strip())
    draft = keep(draft.missed(), MissKind.OFFERED if specs else MissKind.UNREAD, proposal)
    instead = overridden(draft, "cannot_handle")
    if instead is not None:
        return instead
    draft = draft.note(draft.phrases.not_understood(words))
    if specs:
        return offered(draft, heard, specs)
    if draft.state.top is None:
        return offer(draft, words)
    return _asked_again(draft, heard, words)


def _asked_again(draft: Draft, heard: Heard, words: str) -> Draft:
    """Ask the open question again; where that was in vain, other ways on are named."""
    prompt = draft.state.open_prompt
    if draft.state.misses > 1:
        umbrella = draft.around.umbrella
        near = [f"/{spec.name}" for spec in nearest_of(draft, words)]
        draft = draft.note(draft.phrases.ways_on(near, manual.typed("human", umbrella)))
    if prompt is None or prompt.frame is None:
        return advance(draft)
    if heard.shown != prompt.id:
        return welcome_back(draft, prompt)
    return show_again(draft, prompt)


def is_double(draft: Draft, prompt: Prompt, index: int, *, answered: bool) -> bool:
    """Tell whether this is the same tap once more: it was replied to, so it needs no reply.

    ``answered`` is False where the question is open again: then it may be meant soon.
    """
    within = DOUBLE_TAP if answered and prompt.kind is not PromptKind.MENU else SECOND_TAP
    recent = prompt.closed_at is not None and draft.around.now - prompt.closed_at <= within
    same = prompt.chosen == index and prompt.closed_by == draft.around.address
    return recent and not prompt.open and same


def old_button(draft: Draft, prompt: Prompt, index: int) -> Draft:
    """Answer a tap on a question that is closed: nothing runs, nothing is overwritten by it."""
    if draft.state.frame(prompt.frame) is None:
        was_yes = prompt.kind in ASKING_YES and prompt.chosen == 0
        return repeat(draft.note(draft.phrases.ALREADY_DONE if was_yes else draft.phrases.CLOSED))
    if prompt.kind is not PromptKind.ASK or prompt.argument is None:
        return repeat(draft.note(draft.phrases.QUESTION_CHANGED))
    return _offer_change(draft, prompt, prompt.choices[index])


def change_what(draft: Draft, frame: Frame) -> Draft:
    """Ask what to change after a no."""
    spec = draft.spec_of(frame)
    parameters = spec.parameters if spec else ()
    choices = [
        PromptChoice(label=draft.phrases.change(p), words=f"change {p.name}")
        for p in parameters
        if p.name in frame.answers or p.default is not None
    ]
    choices.append(PromptChoice(label=draft.phrases.CANCEL, words="cancel"))
    return show(draft, PromptKind.MENU, draft.phrases.WHAT_TO_CHANGE, choices, frame=frame.id)


def ask_anew(draft: Draft, frame: Frame, spec: CommandSpec, parameter: Parameter) -> Draft:
    """Ask for an argument again because the customer wants to change it."""
    frame = frame.without(parameter.name)
    state = draft.state.put(frame).raised(frame.id, draft.around.now)
    return ask_for(draft.on(state).note(draft.phrases.CHANGING), frame, spec, parameter)


def _offer_change(draft: Draft, prompt: Prompt, tapped: PromptChoice) -> Draft:
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    parameter = spec.parameter(prompt.argument or "") if spec else None
    held = frame.answers.get(prompt.argument or "") if frame else None
    if frame is None or parameter is None or held is None:
        return repeat(draft.note(draft.phrases.OLD_BUTTON))
    shown = show_value(parameter, held.value, draft.around)
    if held.value == tapped.value:
        return repeat(draft.note(draft.phrases.already_answered(shown)))
    where = draft.around.labels.get(held.source, held.source)
    choices = (
        PromptChoice(label=draft.phrases.CHANGE_IT, value=tapped.value),
        PromptChoice(label=draft.phrases.KEEP, value=held.value),
    )
    return show(
        draft, PromptKind.ASK, draft.phrases.answered_elsewhere(shown, where), choices,
        frame=frame.id, argument=prompt.argument,
    )  # fmt: skip
