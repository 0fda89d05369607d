"""What a customer's message means: a tap, a slash command, an answer, a correction, a wish.

The order below is the rule (ARCHITECTURE.md): commands and built-ins first, then the open question
whatever the channel, then a new command, then values anywhere in the sentence.
"""

from dataclasses import replace
from datetime import timedelta

from bot.authoring.replies import Reply
from bot.authoring.signatures import CommandSpec
from bot.dialog.answering import asked_back, inquired
from bot.dialog.attachments import wanted_here
from bot.dialog.binding import (
    Reading,
    Value,
    read_sentence,
    read_value,
    show_value,
)
from bot.dialog.bounds import fits
from bot.dialog.calling import called, start_choice
from bot.dialog.crossing import answered_late, is_late
from bot.dialog.doubts import narrowed
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard, Say
from bot.dialog.flowing import confirmed, kept_for_later, kept_unread, without_a_person
from bot.dialog.forms import advance, fill, pause
from bot.dialog.language import asked_for
from bot.dialog.leaving import cancel, restart, settled
from bot.dialog.matching import (
    is_greeting,
    is_question,
    matching_index,
    strange_words,
    wants_change,
    wants_change_to,
    yes_or_no,
)
from bot.dialog.missing import keep, turned_to
from bot.dialog.offers import index_by_yes_or_no, none_meant
from bot.dialog.pointing import described, pointed
from bot.dialog.proposing import WHOLE, begun
from bot.dialog.repairs import (
    ASKING_YES,
    as_words,
    ask_anew,
    built_in,
    change_what,
    is_double,
    not_understood,
    old_button,
    welcomed,
)
from bot.dialog.sentfiles import sent_files
from bot.dialog.slash import help_on, parse_slash
from bot.dialog.submissions import UNOPENED, submitted, unopened
from bot.dialog.understood import is_amid_others, marked_words
from bot.dialog.ways_on import overridden, repeat
from bot.dialog.which import asked_again, done_instead, which_was_meant
from bot.model.conversation import Frame, Prompt, PromptChoice, PromptKind
from bot.model.misses import MissKind

PAUSE = timedelta(days=1)
"""After a silence as long as this, the next message is greeted with what is known."""
AGAIN = "again"
"""The value of a confirm's choice that goes on without being a yes."""


def hear(draft: Draft, heard: Heard) -> Draft:
    """Take in a message; who comes back is welcomed, and misses in a row are counted."""
    before = draft.state.misses
    draft = draft.on(replace(draft.state, recalls=False))
    taken = _heard(welcomed(draft) if _comes_back(draft) else draft, heard)
    if taken.state.misses > before:
        return taken
    return taken.on(replace(taken.state, misses=0))


def _comes_back(draft: Draft) -> bool:
    """Tell whether a dialog is open and nothing has been said in it for long."""
    state = draft.state
    moments = [*(frame.used_at for frame in state.frames), *(p.at for p in state.prompts)]
    return state.top is not None and draft.around.now - max(moments) >= PAUSE


def _heard(draft: Draft, heard: Heard) -> Draft:
    if heard.form is not None:
        return submitted(draft, heard.form)
    if heard.tap is not None:
        return _tapped(draft, heard, heard.tap.token)
    if heard.attachments:
        return sent_files(draft, heard, _heard)
    text = heard.text.strip()
    if not text:
        return repeat(draft.note(draft.phrases.CANNOT_READ))
    call = parse_slash(text) or help_on(text, draft.around.commands)
    return _typed(draft, heard, text) if call is None else called(draft, call)


def _typed(draft: Draft, heard: Heard, text: str) -> Draft:
    prompt = draft.state.open_prompt
    late = prompt is not None and is_late(draft, heard, prompt)
    if prompt is not None and not late:
        index = matching_index(prompt, text, numbers=False)
        if index is not None:
            return _chosen(draft, heard, prompt, index)
    wanted = as_words(text, draft.around.locale) or asked_for(draft, text)
    if wanted is not None:
        unseen = late and prompt is not None and prompt.kind is PromptKind.DROP
        return repeat(draft) if unseen and wanted in {cancel, restart} else wanted(draft)
    if late:
        return answered_late(draft, heard, text)
    return _spoken(draft, heard, prompt, text)


# ── Taps ──────────────────────────────────────────────────────────────────────


def _tapped(draft: Draft, heard: Heard, token: str) -> Draft:
    prompt, index = _choice_of(draft, token)
    if prompt is None and draft.around.is_foreign(token):
        reply = Reply(draft.phrases.FOREIGN_BUTTON, ephemeral=draft.around.in_room)
        return draft.wish(Say(reply=reply)).done("a stranger's tap")
    if token.endswith(UNOPENED):
        return unopened(draft, token)
    if prompt is None:
        return repeat(draft.note(draft.phrases.OLD_BUTTON))
    is_asked = _is_asked_still(draft, prompt)
    if is_double(draft, prompt, index, answered=not is_asked):
        return _tapped_once_more(draft)
    if prompt.open or prompt.kind is PromptKind.MENU or is_asked:
        return _chosen(draft, heard, prompt, index)
    return old_button(draft, prompt, index)


def _tapped_once_more(draft: Draft) -> Draft:
    """Say nothing, unless a new release has closed what was asked since."""
    if draft.state.top is not None and draft.state.open_prompt is None:
        return repeat(draft)
    return draft.on(replace(draft.state, notes=(), recalls=False)).done("a tap once more")


def _choice_of(draft: Draft, token: str) -> tuple[Prompt | None, int]:
    prompt_id, _, number = token.partition(".")
    prompt = draft.state.prompt(prompt_id)
    is_number = number.isascii() and number.isdecimal() and len(number) <= 4
    if prompt is None or not is_number or int(number) >= len(prompt.choices):
        return None, 0
    return prompt, int(number)


def _is_asked_still(draft: Draft, prompt: Prompt) -> bool:
    """Tell whether a closed question is open in a newer copy: it may be answered here as well."""
    newest = draft.state.open_prompt
    if prompt.kind is not PromptKind.ASK or newest is None:
        return False
    return (prompt.frame, prompt.argument) == (newest.frame, newest.argument)


def _chosen(draft: Draft, heard: Heard, prompt: Prompt, index: int) -> Draft:
    """Take a choice of a prompt."""
    choice = prompt.choices[index]
    asking = draft.state.frame(prompt.frame)
    asked = draft.spec_of(asking)
    is_yes_or_no = prompt.kind is PromptKind.CONFIRM and choice.words is None
    if is_yes_or_no and asking and asked and (why := draft.around.refusal(asked)) is not None:
        return pause(draft, asking, asked, why)  # a yes now must run nothing later
    draft = draft.on(
        draft.state.answered(prompt.id, draft.around.now, by=draft.around.address, chosen=index)
    )
    acted = _acted(draft, heard, prompt, choice)
    return _valued(draft, prompt, choice) if acted is None else acted


def _acted(draft: Draft, heard: Heard, prompt: Prompt, choice: PromptChoice) -> Draft | None:
    """Take a choice that is no value."""
    if choice.command is not None:
        return start_choice(draft, choice, prompt)
    if prompt.about is not None and choice.words is None:
        return none_meant(draft, prompt, prompt.about)
    if prompt.kind is PromptKind.DROP:
        return settled(draft, prompt, choice)
    if choice.meant is not None:
        return done_instead(draft, heard, choice)
    return None if choice.words is None else _said(draft, heard, prompt, choice.words)


def _valued(draft: Draft, prompt: Prompt, choice: PromptChoice) -> Draft:
    """Take a choice that answers or confirms."""
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return repeat(draft.note(draft.phrases.CLOSED))
    draft = draft.on(draft.state.raised(frame.id, draft.around.now))
    frame = draft.state.frame(frame.id) or frame
    if prompt.kind is PromptKind.CONFIRM:
        return _confirmed(draft, frame, prompt, choice.value)
    named = prompt.argument or ""
    value = Value(parameter=named, value=choice.value, words=choice.slots.get(named, choice.label))
    if spec.is_flow and spec.parameter(value.parameter) is None:
        return advance(draft.on(draft.state.put(kept_for_later(frame, value))))
    return advance(fill(draft, frame, spec, Reading((value,))))


def _said(draft: Draft, heard: Heard, prompt: Prompt, words: str) -> Draft:
    """Take a button's words as typed; those about a dialog are meant for that dialog alone."""
    if prompt.frame is None:
        return _heard(draft, replace(heard, text=words, tap=None))
    draft = draft.on(draft.state.raised(prompt.frame, draft.around.now))
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    changed = wants_change(spec, words, draft.around.locale) if spec else None
    if frame is None or spec is None:
        return repeat(draft.note(draft.phrases.CLOSED))
    if changed is not None:
        return ask_anew(draft, frame, spec, changed)
    if frame.waiting is not None:
        return without_a_person(draft, frame)
    wanted = built_in(words)
    return advance(draft) if wanted is None else wanted(draft)


def _confirmed(draft: Draft, frame: Frame, prompt: Prompt, value: object) -> Draft:
    if prompt.argument is not None:
        return confirmed(draft, frame, prompt.argument, yes=value is True)
    proposal, frame = frame.proposal, replace(frame, proposal=None)
    if not value:
        draft = draft.on(draft.state.put(frame))
        if proposal is not None:
            draft = keep(draft, MissKind.REFUSED, proposal)
        return change_what(draft, frame)
    draft = turned_to(draft, frame.command)
    return advance(draft.on(draft.state.put(replace(frame, confirmed=value is True))))


# ── Answers and sentences ─────────────────────────────────────────────────────


def _spoken(draft: Draft, heard: Heard, prompt: Prompt | None, text: str) -> Draft:
    changed = _changed(draft, prompt, text)
    if changed is not None:
        return changed
    # who comes back after long greets, as who takes the dialog up elsewhere
    unseen = draft.state.recalls or (prompt is not None and heard.shown != prompt.id)
    if not (unseen and is_greeting(text, draft.around.locale)):  # a greeting is nobody's name
        answered = asked_back(draft, heard, prompt) or _answered(draft, heard, text)
        if answered is not None:
            return answered
    other = begun(draft, heard, text) or inquired(draft, heard)
    return _mentioned(draft, heard, text) if other is None else other


def _changed(draft: Draft, prompt: Prompt | None, text: str) -> Draft | None:
    """Take words that name the answer they change, also where any text would be an answer."""
    frame = draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return None
    named = wants_change_to(spec, text, draft.around.locale)
    parameter = named[0] if named else wants_change(spec, text, draft.around.locale)
    asked = prompt.argument if prompt else None
    if parameter is None or parameter.name not in frame.answers or parameter.name == asked:
        return None
    instead = overridden(draft, "correction")
    if instead is not None:
        return instead
    if named is None:
        return ask_anew(draft, frame, spec, parameter)
    value = read_value(named[1], parameter, draft.around)
    if value is None:
        return ask_anew(draft.note(draft.phrases.not_understood(named[1])), frame, spec, parameter)
    return advance(_noted(fill(draft, frame, spec, Reading((value,))), frame, spec))


def _answered(draft: Draft, heard: Heard, text: str) -> Draft | None:
    """Take a text as an answer to the open question, or to the one behind an open menu."""
    newest, top = draft.state.open_prompt, draft.state.top
    for prompt in reversed(draft.state.prompts):
        behind = top is not None and prompt.frame == top.id
        if not prompt.open or not (behind or prompt is newest):
            continue
        answered = asked_again(draft, prompt, text) or _answer_to(draft, heard, prompt, text)
        if answered is not None:
            return answered
    return None


def _answer_to(draft: Draft, heard: Heard, prompt: Prompt, text: str) -> Draft | None:
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    parameter = spec.parameter(prompt.argument or "") if spec else None
    whole = heard.interpretation.confidence >= WHOLE
    index, value = pointed(prompt, text, draft.around, parameter), None
    if index is None and frame and spec and parameter:
        value = narrowed(text, parameter, frame.answers.get(parameter.name), draft.around)
        marked = marked_words(text, spec, heard.interpretation)
        if value is None and not is_amid_others(text, parameter, marked):
            value = read_value(text, parameter, draft.around)
    if index is None and not whole and (value is None or value.others):
        index = described(prompt, text, draft.around, parameter)
    index = index_by_yes_or_no(prompt, text, draft.around) if index is None else index
    if index is not None:
        return _chosen(draft, heard, prompt, index)
    if frame is None or spec is None:
        return None
    if parameter is None:
        is_other = heard.interpretation.command is not None
        return None if is_other else kept_unread(draft, frame, prompt, text)
    if value is None or (parameter.shape.is_open and whole):
        return None
    asked = which_was_meant(draft, heard, prompt, parameter=parameter, value=value)
    return advance(fill(draft, frame, spec, Reading((value,)))) if asked is None else asked


def _mentioned(draft: Draft, heard: Heard, text: str) -> Draft:
    """Look for values of the open dialog anywhere in the sentence: answers and corrections."""
    frame = draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return _of_nothing(draft, heard, text)
    changed = wants_change(spec, text, draft.around.locale)
    if changed is not None:
        return ask_anew(draft, frame, spec, changed)
    prompt = draft.state.open_prompt
    asked = prompt.argument if prompt and prompt.frame == frame.id else None
    reading = read_sentence(
        text, spec, draft.around, asked=asked, answered=frame.answers,
        slots=marked_words(text, spec, heard.interpretation),
    )  # fmt: skip
    if reading.values and not _is_misread(frame, spec, reading):
        instead = overridden(draft, "correction") if _corrects(frame, reading) else None
        if instead is not None:
            return instead
        if reading.rest:  # the words may have meant something else: no effect without a yes
            frame = replace(frame, proposed=True)
        filled = fill(draft, frame, spec, reading)
        if (
            prompt is not None
            and prompt.kind is PromptKind.ASK
            and reading.get(asked or "") is None
        ):
            filled = _noted(filled, frame, spec)
        return advance(filled)
    wanted = wanted_here(draft, prompt)
    if wanted is not None:
        return repeat(draft.note(wanted))
    words = "" if is_question(text) else strange_words(text, draft.around.locale)
    return not_understood(draft, heard, words or text)


def _is_misread(frame: Frame, spec: CommandSpec, reading: Reading) -> bool:
    """Tell whether a reading only gives what is known bad values: "31 February" is no 31 guests."""
    if not reading.rest:
        return False
    found = [(spec.parameter(value.parameter), value) for value in reading.values]
    return all(
        parameter is not None
        and parameter.name in frame.answers
        and not fits(parameter, value.value)
        for parameter, value in found
    )


def _corrects(frame: Frame, reading: Reading) -> bool:
    held = frame.answers
    return any(v.parameter in held and held[v.parameter].value != v.value for v in reading.values)


def _noted(draft: Draft, before: Frame, spec: CommandSpec) -> Draft:
    """Tell what was taken over where something else had been asked; a check may still refuse."""
    frame = draft.state.frame(before.id)
    answers = frame.answers if frame else {}
    new = [
        show_value(parameter, answers[parameter.name].value, draft.around)
        for parameter in spec.parameters
        if parameter.name in answers
        and answers[parameter.name] != before.answers.get(parameter.name)
        and answers[parameter.name].checked
    ]
    return draft.note(draft.phrases.noted(new)) if new else draft


def _of_nothing(draft: Draft, heard: Heard, text: str) -> Draft:
    """Answer words where no dialog is open; a yes too many is told that there is no question."""
    confirm = next((p for p in reversed(draft.state.prompts) if p.kind in ASKING_YES), None)
    if confirm is not None and yes_or_no(text, draft.around) is not None:
        was_yes = confirm.chosen == 0
        return repeat(draft.note(draft.phrases.ALREADY_DONE if was_yes else draft.phrases.CLOSED))
    return not_understood(draft, heard, text)
