"""Messages that crossed with the open question: they cannot be an answer to it."""

from bot.authoring.signatures import CommandSpec
from bot.dialog.binding import Reading, Value, read_sentence, read_value
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard
from bot.dialog.forms import NUMBERS, advance, fill
from bot.dialog.matching import (
    confirms,
    matching_index,
    strange_words,
)
from bot.dialog.proposing import begun
from bot.dialog.repairs import (
    not_understood,
)
from bot.dialog.ways_on import repeat
from bot.model.conversation import Prompt


def is_late(draft: Draft, heard: Heard, prompt: Prompt) -> bool:
    """Tell whether the customer cannot have seen the open question when this was written.

    It arrived before the question was asked, or the question goes to this very address and had
    not been sent there yet.
    """
    order = [str(kept.id) for kept in draft.state.prompts]
    shown = str(heard.shown)
    knows_shown = shown in order
    if knows_shown and order.index(shown) >= order.index(prompt.id):
        return False  # what came later was sent later
    on_its_way = prompt.to == heard.around.address and knows_shown
    return heard.crossed or on_its_way


def answered_late(draft: Draft, heard: Heard, text: str) -> Draft:
    """Take a message that crossed with the open question: an answer to what had been shown."""
    shown = draft.state.prompt(heard.shown)
    if shown is not None and confirms(shown, text, draft.around) is not None:
        return repeat(draft.note(draft.phrases.QUESTION_CHANGED))
    frame = draft.state.frame(shown.frame) if shown else draft.state.top
    spec = draft.spec_of(frame)
    if frame is not None and spec is not None:
        value = None if shown is None else _value_for(draft, shown, spec, text)
        if value is not None:
            return advance(fill(draft, frame, spec, Reading((value,))))
    other = begun(draft, heard, text)
    if other is not None:
        return other
    if frame is not None and spec is not None:
        reading = read_sentence(text, spec, draft.around, answered=frame.answers)
        if reading.values:
            return advance(fill(draft, frame, spec, reading))
    return not_understood(draft, heard, strange_words(text, draft.around.locale) or text)


def _value_for(draft: Draft, shown: Prompt, spec: CommandSpec, text: str) -> Value | None:
    """Read an answer to a question that is no longer the open one."""
    parameter = spec.parameter(shown.argument or "")
    if parameter is None:
        return None
    index = matching_index(shown, text, numbers=parameter.type not in NUMBERS)
    if index is not None and shown.choices[index].words is None:
        return Value(parameter=parameter.name, value=shown.choices[index].value, words=text)
    return read_value(text, parameter, draft.around)
