"""A form that was sent: its words are answers, read and checked like any others.

What the form was shown with and nobody touched says nothing. Where an answer has been given
elsewhere since, it stays: equal words are merged, other ones are a question, as for a tap on an
old button.

A platform's own control for one answer (a day's picker) sends the same, with one field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.authoring.replies import Reply
from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.binding import Reading, Value, read_value, show_value
from bot.dialog.drafts import Draft
from bot.dialog.events import Say
from bot.dialog.flowing import kept_unread
from bot.dialog.forms import advance, fill, show, show_again
from bot.dialog.formviews import known_words
from bot.dialog.ways_on import repeat
from bot.model.conversation import Frame, Prompt, PromptChoice, PromptKind
from bot.model.messages import FormFilled

UNOPENED = ".form"
"""Ends the token of a form's button whose form did not open: then its question is asked again."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a form came to: new answers, words that could not be read, clashes with answers."""

    taken: tuple[Value, ...] = ()
    unread: tuple[str, ...] = ()
    clashing: tuple[Value, ...] = ()


def submitted(draft: Draft, form: FormFilled) -> Draft:
    """Take a form for the dialog that offered it, whatever has been asked since.

    What a platform's own control for one answer brings is a form of one field: the question's.
    """
    prompt = draft.state.prompt(form.prompt)
    if prompt is None and draft.around.in_room and draft.around.is_foreign(form.prompt):
        reply = Reply(draft.phrases.FOREIGN_BUTTON, ephemeral=True)
        return draft.wish(Say(reply=reply)).done("a stranger's form")
    fields = {} if prompt is None else _fields(prompt, form)
    if prompt is None or not fields:
        return repeat(draft.note(draft.phrases.OLD_FORM))
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    alone = _is_alone(prompt, form)
    if frame is None or spec is None:
        return repeat(draft.note(draft.phrases.CLOSED if alone else draft.phrases.FORM_CLOSED))
    if alone and spec.is_flow and spec.parameter(prompt.argument or "") is None:
        return _of_another_way(draft, frame, prompt, form)
    sent = _read(draft, fields, form, frame)
    draft = draft.note(*sent.unread)
    if sent.taken or sent.clashing:
        return _taken(draft, frame, spec, sent)
    known = _known(draft, frame, prompt) if alone else [draft.phrases.FORM_KNOWN]
    return repeat(draft if sent.unread else draft.note(*known))


def _is_alone(prompt: Prompt, form: FormFilled) -> bool:
    """Tell whether a control answers the question itself, whatever form stood beside it."""
    return prompt.kind is PromptKind.ASK and set(form.values) == {prompt.argument}


def _fields(prompt: Prompt, form: FormFilled) -> Mapping[str, str]:
    """Give the fields that may come back, with the words that each was shown with."""
    return prompt.fields or (dict.fromkeys(form.values, "") if _is_alone(prompt, form) else {})


def _of_another_way(draft: Draft, frame: Frame, prompt: Prompt, form: FormFilled) -> Draft:
    """Keep an answer to a question that a changed flow asks later, or no more; as if typed."""
    words = form.values.get(prompt.argument or "", "").strip()
    kept = kept_unread(draft, frame, prompt, words) if words and prompt.open else None
    return repeat(draft.note(draft.phrases.QUESTION_CHANGED)) if kept is None else kept


def _known(draft: Draft, frame: Frame, prompt: Prompt) -> list[str]:
    """Tell who answers the same once more that it is known; an emptied control says nothing."""
    spec, held = draft.spec_of(frame), frame.answers.get(prompt.argument or "")
    parameter = spec.parameter(prompt.argument or "") if spec else None
    if parameter is None or held is None:
        return []
    return [draft.phrases.already_answered(show_value(parameter, held.value, draft.around))]


def _taken(draft: Draft, frame: Frame, spec: CommandSpec, sent: _Sent) -> Draft:
    draft = fill(draft, frame, spec, Reading(sent.taken))
    frame = draft.state.frame(frame.id) or frame
    if len(sent.clashing) == 1:
        return _offer_change(draft, frame, spec, sent.clashing[0])
    return advance(draft.note(*_kept(draft, frame, spec, sent)))


def unopened(draft: Draft, token: str) -> Draft:
    """Lead back to the question whose form could not be opened in time."""
    prompt = draft.state.prompt(token.removesuffix(UNOPENED))
    if prompt is None or not prompt.open:
        return repeat(draft.note(draft.phrases.OLD_FORM))
    return show_again(draft.note(draft.phrases.FORM_UNOPENED), prompt)


def _read(draft: Draft, fields: Mapping[str, str], form: FormFilled, frame: Frame) -> _Sent:
    """Read every field that was filled in, in the order in which the form showed them."""
    spec = draft.spec_of(frame)
    sent = _Sent()
    for name, shown in fields.items():
        parameter = spec.parameter(name) if spec else None
        words = form.values.get(name, "").strip()
        if parameter is not None and words and words != shown:
            sent = _with(draft, sent, frame, (parameter, words, shown))
    return sent


def _with(draft: Draft, sent: _Sent, frame: Frame, field: tuple[Parameter, str, str]) -> _Sent:
    """Sort one field that was filled in or changed."""
    parameter, words, shown = field
    value = read_value(words, parameter, draft.around)
    if value is None:
        refused = draft.phrases.not_read(draft.phrases.noun(parameter), words)
        return replace(sent, unread=(*sent.unread, refused))
    held = frame.answers.get(parameter.name)
    if held is None or held.others:
        return replace(sent, taken=(*sent.taken, value))
    if held.value == value.value and not value.others:
        return sent
    if known_words(draft.around, frame, parameter) != shown:  # answered after the form was shown
        return replace(sent, clashing=(*sent.clashing, value))
    return replace(sent, taken=(*sent.taken, value))


def _offer_change(draft: Draft, frame: Frame, spec: CommandSpec, value: Value) -> Draft:
    """Ask which of two answers to one question counts."""
    parameter, held = spec.parameter(value.parameter), frame.answers[value.parameter]
    choices = (
        PromptChoice(label=draft.phrases.CHANGE_IT, value=value.value),
        PromptChoice(label=draft.phrases.KEEP, value=held.value),
    )
    return show(
        draft, PromptKind.ASK, _told(draft, frame, parameter), choices,
        frame=frame.id, argument=value.parameter,
    )  # fmt: skip


def _kept(draft: Draft, frame: Frame, spec: CommandSpec, sent: _Sent) -> list[str]:
    told = [_told(draft, frame, spec.parameter(value.parameter)) for value in sent.clashing]
    return [*told, draft.phrases.KEPT_THOSE] if told else []


def _told(draft: Draft, frame: Frame, parameter: Parameter | None) -> str:
    """Tell what was answered meanwhile, and where."""
    if parameter is None:
        return ""
    held = frame.answers[parameter.name]
    where = draft.around.labels.get(held.source, held.source)
    return draft.phrases.answered_elsewhere(show_value(parameter, held.value, draft.around), where)
