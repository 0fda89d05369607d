"""Words that could answer the open question and ask for several commands, too: which was meant.

Where any text is an answer, "a table for two and my bill" is one as well. Nothing is guessed: the
customer is asked, and says it once.
"""

from bot.authoring.signatures import Parameter
from bot.dialog.binding import Value
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard
from bot.dialog.forms import show
from bot.dialog.matching import yes_or_no
from bot.dialog.proposing import begun
from bot.dialog.requests import asked_by
from bot.dialog.ways_on import repeat
from bot.locale.formats import both
from bot.model.conversation import Prompt, PromptChoice, PromptKind


def which_was_meant(
    draft: Draft, heard: Heard, prompt: Prompt, *, parameter: Parameter, value: Value
) -> Draft | None:
    """Ask whether words are the answer or requests; None where the engine is not sure of all."""
    told, least = heard.interpretation, draft.around.thresholds.propose
    if not parameter.shape.is_open or parameter.arg.mask or not told.more:
        return None
    asked = asked_by(draft, heard, heard.text)
    is_all_read = len(asked.requests) == 1 + len(told.more) and not asked.refused
    if not is_all_read or asked.unread or least > min(r.told.confidence for r in asked.requests):
        return None
    phrases = draft.phrases
    titles = [phrases.title(request.spec) for request in asked.requests]
    choices = (
        PromptChoice(
            label=phrases.AS_THE_ANSWER, value=value.value, slots={parameter.name: value.words}
        ),
        PromptChoice(label=phrases.DO_THESE, words=heard.text, meant=told),
    )
    text = phrases.tell(
        "Shall I take that as the answer, or do these: {what}?",
        what=both(draft.around.locale, titles),
    )
    return show(draft, PromptKind.MENU, text, choices, frame=prompt.frame, argument=parameter.name)


def asked_again(draft: Draft, prompt: Prompt, text: str) -> Draft | None:
    """Ask once more where a bare yes or no does not tell which of the two was meant."""
    asks_which = any(choice.meant is not None for choice in prompt.choices)
    return repeat(draft) if asks_which and yes_or_no(text, draft.around) is not None else None


def done_instead(draft: Draft, heard: Heard, choice: PromptChoice) -> Draft | None:
    """Take a choice that asks for commands after all; None for any other."""
    if choice.meant is None or choice.words is None:
        return None
    said = Heard(text=choice.words, interpretation=choice.meant, around=heard.around)
    return begun(draft, said, choice.words) or repeat(draft)
