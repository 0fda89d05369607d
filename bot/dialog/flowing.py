"""One flow from stop to stop: what a replay came to decides what is asked, done or waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, assert_never

from bot.authoring.signatures import CommandSpec, Parameter
from bot.authoring.steps import Asking, Confirming, Doing, Guarding, Handing, Waiting
from bot.dialog.binding import Reading, Value, read_call, read_sentence, read_value
from bot.dialog.drafts import Draft
from bot.dialog.events import Ask, Handoff, Replayed, Run, Say, Sleep, Woken
from bot.dialog.finding import fillers_in
from bot.dialog.forms import advance, ask_for, end, fill, show, yes_and_no
from bot.dialog.opening import open_frame
from bot.dialog.remembering import known_before, noted
from bot.dialog.saying import behind_notes, say
from bot.dialog.slash import SlashCall, parse_slash
from bot.dialog.surroundings import Surroundings
from bot.dialog.traces import UNDO, Finished, Outdated, Trace
from bot.dialog.ways_on import completed, go_on_below
from bot.model.conversation import (
    ANEW,
    Answer,
    Frame,
    Prompt,
    PromptChoice,
    PromptKind,
    State,
    Wait,
)

SLOT = "/slot:"
"""Begins the memo of words that were said for a question before it was reached."""
GIVEN = "/given:"
"""Begins the memo of a value, in JSON form, that was given for a question before it was reached."""
UNDOING = "/undo:"
"""Begins the memo of a step whose effect is to be undone when the flow runs next."""
KEPT = "/kept:"
"""Begins the memo of a step whose effect is to stand, though the flow ends without coming by."""
HANDED_BACK = "human.done"
"""The event that ends a hand-off; its key is the frame's id."""
_VALUES = (datetime, date, time, timedelta, Decimal, int, float)


def replayed(draft: Draft, event: Replayed) -> Draft:
    """Take in what a replay came to."""
    frame, trace = draft.state.frame(event.frame), event.trace
    if frame is None:
        return advance(draft)
    draft = draft.on(draft.state.put(_told(frame, trace)))
    if trace.refused is not None:
        name, reason = trace.refused
        refused = (draft.state.frame(frame.id) or frame).without(name)
        return advance(draft.on(draft.state.put(refused)).note(reason))
    if isinstance(trace.stop, Finished):
        return _finish(draft, frame, trace)
    for reply in behind_notes(draft, trace.replies):
        draft = say(draft, reply)
    return _stopped(draft, draft.state.frame(frame.id) or frame, trace)


def _stopped(draft: Draft, frame: Frame, trace: Trace) -> Draft:
    """Take the step at which a flow waits."""
    match trace.stop:
        case Asking():
            return _ask(draft, frame, trace.parameters[-1])
        case Confirming(id=name, text=text):
            choices = yes_and_no(draft)
            return show(draft, PromptKind.CONFIRM, text, choices, frame=frame.id, argument=name)
        case Doing() | Guarding():
            return draft.wish(Run(frame=frame.id))
        case Outdated():
            return _ask_undo(draft, frame, trace.stop)
        case Waiting() | Handing():
            return _park(draft, frame, trace.stop)
        case Finished():
            return end(draft)
        case _:
            assert_never(trace.stop)


def woken(draft: Draft, event: Woken) -> Draft:
    """Go on with a parked flow, unless it waits for something else by now."""
    frame = draft.state.frame(event.frame)
    wait = frame.waiting if frame else None
    if frame is None or wait is None:
        return end(draft)
    expected = wait.event == event.event if event.event else wait.step == event.step
    if not expected:
        return end(draft)
    data = None if event.event is None else dict(event.data or {})
    frame = replace(frame, waiting=None, memo={**frame.memo, wait.step: {"data": data}})
    return advance(draft.on(draft.state.put(frame).raised(frame.id, draft.around.now)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What was said when a flow was begun: its questions find their answers there.

    ``words`` are a slash command or a sentence, ``slots`` words by name as an engine found them,
    ``given`` values by name in JSON form.
    """

    words: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)


def begin_flow(draft: Draft, spec: CommandSpec, opening: Opening, *, proposed: bool) -> Draft:
    """Open a flow, or go on with the open one, with what was said."""
    return advance(flow_open(draft, spec, opening, proposed=proposed))


def flow_open(
    draft: Draft, spec: CommandSpec, opening: Opening, *, proposed: bool, anew: bool = False
) -> Draft:
    """Do what `begin_flow` does, but for the next step; ``anew``: beside an open one of it."""
    draft = open_frame(draft, spec, proposed=proposed, anew=anew)
    frame = draft.state.top
    if frame is None:
        return draft
    memo = {key: value for key, value in frame.memo.items() if not key.startswith(ANEW)}
    memo.update({f"{SLOT}{name}": words for name, words in opening.slots.items()})
    memo.update({f"{GIVEN}{name}": value for name, value in opening.given.items()})
    frame = replace(frame, opening=opening.words or frame.opening, memo=memo)
    return draft.on(draft.state.put(frame))


def kept_for_later(frame: Frame, value: Value) -> Frame:
    """Keep an answer to a question that a changed flow reaches only after another one."""
    return replace(frame, memo={**frame.memo, f"{GIVEN}{value.parameter}": value.value})


def kept_unread(draft: Draft, frame: Frame, prompt: Prompt, text: str) -> Draft | None:
    """Keep words that answer such a question, to be read once it is reached; None if none does."""
    spec = draft.spec_of(frame)
    asks = prompt.kind is PromptKind.ASK and prompt.argument is not None
    if spec is None or not spec.is_flow or not asks:
        return None
    state = draft.state.answered(prompt.id, draft.around.now, by=draft.around.address)
    frame = replace(frame, memo={**frame.memo, f"{SLOT}{prompt.argument}": text})
    return advance(draft.on(state.put(frame)))


def confirmed(draft: Draft, frame: Frame, name: str, *, yes: bool) -> Draft:
    """Take a yes or no to a flow's own question."""
    if name == UNDO:
        draft = draft.on(draft.state.put(_undo_settled(draft, frame, yes=yes)))
        return draft.wish(Run(frame=frame.id)) if yes else advance(draft)
    trace = draft.around.flows.get(frame.id)
    names = [p.name for p in trace.parameters] if trace else list(frame.answers)
    text = trace.stop.text if trace and isinstance(trace.stop, Confirming) else ""
    seen = {name: frame.answers[name].value for name in names if name in frame.answers}
    told = {"value": yes, "text": text, "seen": seen}
    frame = replace(frame, memo={**frame.memo, name: told})
    if yes:  # what words proposed has been agreed to
        frame = replace(frame, proposed=False, confirmed=True)
    return advance(draft.on(draft.state.put(frame)))


def _told(frame: Frame, trace: Trace) -> Frame:
    """Keep what a replay recorded, and answers under their new names."""
    answers = dict(frame.answers)
    for new, old in trace.renamed.items():
        if new not in answers and old in answers:
            answers[new] = answers.pop(old)
    asked = tuple(
        next((new for new, old in trace.renamed.items() if old == name), name)
        for name in frame.asked
    )
    return replace(frame, answers=answers, asked=asked, memo=dict(trace.memo))


def _finish(draft: Draft, frame: Frame, trace: Trace) -> Draft:
    draft = draft.on(draft.state.dropped(frame.id))
    replies = behind_notes(draft, trace.replies)
    for reply in replies:
        draft = say(draft, reply)
    if not replies and not draft.state.notes:
        draft = draft.note(draft.phrases.DONE)
    return completed(draft)


def _ask(draft: Draft, frame: Frame, parameter: Parameter) -> Draft:
    """Ask a question, unless what was said before answers it."""
    spec = draft.spec_of(frame)
    if spec is None:
        return end(draft)
    if parameter.name in frame.answers:
        return advance(draft)  # it is in doubt, or to be checked
    value = _said_before(frame, spec, parameter, draft.around)
    if value is None and f"{ANEW}{parameter.name}" not in frame.memo:
        value = known_before(parameter, draft.around)
        draft = draft if value is None else noted(draft, (parameter, value))
    if value is None:
        return ask_for(draft, frame, spec, parameter)
    used = {f"{ANEW}{parameter.name}": True}  # were it refused, it would be read again
    frame = replace(frame, memo={**frame.memo, **used})
    filled = fill(draft, frame, spec, Reading((value,)))
    return advance(filled)


def _said_before(
    frame: Frame, spec: CommandSpec, parameter: Parameter, around: Surroundings
) -> Value | None:
    name, memo = parameter.name, frame.memo
    if memo.get(f"{ANEW}{name}"):
        return None
    if f"{GIVEN}{name}" in memo:
        value = memo[f"{GIVEN}{name}"]
        return Value(parameter=name, value=value, words=str(value))
    if f"{SLOT}{name}" in memo:
        words = memo[f"{SLOT}{name}"]
        if parameter.type is str:
            words = _before_values(words, around)
        return read_value(words, parameter, around)
    return _opened_with(frame, spec, parameter, around) if frame.opening else None


def _opened_with(
    frame: Frame, spec: CommandSpec, parameter: Parameter, around: Surroundings
) -> Value | None:
    """Look for a value in the words that opened the flow, behind those of earlier questions."""
    call = parse_slash(frame.opening)
    if call is None:
        reading = read_sentence(frame.opening, spec, around)
        return None if parameter.type is str else reading.get(parameter.name)
    if parameter.type is not str:
        return None if _is_code(call, spec) else read_call(call, spec, around).get(parameter.name)
    named = next((word.text for word in call.words if word.key == parameter.name), None)
    if named is not None:
        return read_value(named, parameter, around)
    free = [
        w.text for w in call.words if w.key is None and (w.quoted or not _is_value(w.text, around))
    ]
    before = sum(1 for p in spec.parameters if p.type is str and p.name != parameter.name)
    if _is_code(call, spec):
        free = [call.words[0].text]
    return read_value(free[before], parameter, around) if len(free) > before else None


def _is_code(call: SlashCall, spec: CommandSpec) -> bool:
    """Tell whether a lone number answers a first question that takes a text: "/parcel 42"."""
    asks_text = bool(spec.parameters) and spec.parameters[0].type is str
    return asks_text and len(call.words) == 1 and call.words[0].text.isdecimal()


def _before_values(words: str, around: Surroundings) -> str:
    """Cut a text where a moment or a number begins: that answers some later question."""
    hints = around.hints()
    starts = [
        match.start
        for recogniser in around.recognisers
        if recogniser.type in _VALUES
        for match in recogniser.find(words, hints)
        if match.start > 0
    ]
    kept = words[: min(starts)].split() if starts else words.split()
    fillers = fillers_in(around.locale)
    while len(kept) > 1 and kept[-1].casefold() in fillers:
        kept.pop()
    return " ".join(kept)


def _is_value(word: str, around: Surroundings) -> bool:
    """Tell whether a word says a moment or a number: then it answers some later question."""
    hints = around.hints()
    return any(
        match.end - match.start == len(word)
        for recogniser in around.recognisers
        if recogniser.type in _VALUES
        for match in recogniser.find(word, hints)
    )


def _ask_undo(draft: Draft, frame: Frame, outdated: Outdated) -> Draft:
    done = [frame.memo[step]["label"] for step in outdated.steps]
    if not all(frame.memo[step]["undoable"] for step in outdated.steps):
        frame = replace(frame, answers=_answers_before(draft, frame, outdated.steps))
        return advance(draft.on(draft.state.put(frame)).note(draft.phrases.cannot_undo(done)))
    choices = (
        PromptChoice(label=draft.phrases.YES, value=True),
        PromptChoice(label=draft.phrases.NO_KEEP_IT, value=False),
    )
    text = draft.phrases.undo_first(done)
    return show(draft, PromptKind.CONFIRM, text, choices, frame=frame.id, argument=UNDO)


def _undo_settled(draft: Draft, frame: Frame, *, yes: bool) -> Frame:
    """Mark effects to be undone after a yes; after a no the answers are again as they were."""
    trace = draft.around.flows.get(frame.id)
    steps = trace.stop.steps if trace and isinstance(trace.stop, Outdated) else ()
    if yes:
        marks = {f"{UNDOING}{step}": True for step in steps}
        return replace(frame, memo={**frame.memo, **marks}, confirmed=True)
    if trace and isinstance(trace.stop, Outdated) and trace.stop.left:
        # were it asked about once more, two noes would lead from one way to the other for ever
        frame = replace(frame, memo={**frame.memo, **{f"{KEPT}{step}": True for step in steps}})
    return replace(frame, answers=_answers_before(draft, frame, steps))


def _answers_before(draft: Draft, frame: Frame, steps: Sequence[str]) -> dict[str, Answer]:
    """Give the answers for which the effects of steps were done."""
    answers = dict(frame.answers)
    for step in steps:
        for name, value in frame.memo[step]["answers"].items():
            held = answers.get(name)
            if held is None or held.value != value:
                answers[name] = _as_it_was(draft, held, value)
    return answers


def _as_it_was(draft: Draft, held: Answer | None, value: Any) -> Answer:  # noqa: ANN401 - JSON
    around = draft.around
    base = held or Answer(value=value, words="", at=around.now, source=around.connector)
    return replace(base, value=value, words=str(value), checked=True, others=(), fits=())


def _park(draft: Draft, frame: Frame, stop: Waiting | Handing) -> Draft:
    """Set a flow aside until what it waits for happens; other dialogs go on."""
    if isinstance(stop, Handing):
        return _hand_off(draft, frame, stop)
    until = _moment(stop.until, draft.around)
    wait = Wait(step=stop.id, event=stop.event, key=stop.key, until=until)
    draft = draft.on(_parked(draft.state, frame, wait))
    if until is not None:
        draft = draft.wish(Sleep(frame=frame.id, step=stop.id, due=until))
    return _leave(draft, draft.phrases.COMING_BACK)


def _hand_off(draft: Draft, frame: Frame, stop: Handing) -> Draft:
    wait = Wait(step=stop.id, event=HANDED_BACK, key=frame.id)
    draft = draft.on(_parked(draft.state, frame, wait))
    draft = draft.wish(Handoff(frame=frame.id, skill=stop.skill, note=stop.note))
    go_on = PromptChoice(label=draft.phrases.WITHOUT_A_PERSON, words="go on")
    draft = show(draft, PromptKind.MENU, draft.around.human, (go_on,), frame=frame.id)
    return draft if draft.state.top is None else go_on_below(draft)


def without_a_person(draft: Draft, frame: Frame) -> Draft:
    """Go on with a flow whose customer waits for nobody any more."""
    wait = frame.waiting
    if wait is not None:
        frame = replace(frame, waiting=None, memo={**frame.memo, wait.step: {"data": None}})
    return advance(draft.on(draft.state.put(frame).raised(frame.id, draft.around.now)))


def _parked(state: State, frame: Frame, wait: Wait) -> State:
    """Set a dialog aside; its questions are closed, so that what is said is not meant for them."""
    for kind in PromptKind:
        state = state.closed(frame.id, kind)
    return state.put(replace(frame, waiting=wait))


def _leave(draft: Draft, words: str) -> Draft:
    """Lead to what is open beside a parked flow; a word is said where none was."""
    if not any(isinstance(wish, Say | Ask) for wish in draft.wishes):
        draft = draft.note(words)
    return end(draft) if draft.state.top is None else go_on_below(draft)


def _moment(until: datetime | timedelta | None, around: Surroundings) -> datetime | None:
    if isinstance(until, timedelta):
        return around.now + until
    if until is not None and until.tzinfo is None:
        return until.replace(tzinfo=around.now.tzinfo)
    return until
