"""Patterns that an author has written anew: they speak first, the core goes on where they do not.

A decision that meets such a pattern is given up and made again when the pattern has spoken:
nothing that was decided on the way there counts, so it may be met anywhere.
"""

from collections.abc import Sequence

from bot.authoring.patterns import PatternName
from bot.authoring.replies import Reply, words_of
from bot.dialog.drafts import Draft
from bot.dialog.events import Consult, Heard, Incoming, Override
from bot.model.conversation import State


def spoken(draft: Draft, name: PatternName) -> tuple[Sequence[Reply], Draft]:
    """Find what an author's pattern says, having it asked where it has not been."""
    if name not in draft.around.patterns:
        return (), draft
    if name not in draft.around.overridden:
        return (), draft.asks(name)
    return draft.around.overridden[name] or (), draft


def noted(draft: Draft, name: PatternName, *otherwise: str) -> Draft:
    """Note the words of an author's pattern in place of the core's."""
    replies, draft = spoken(draft, name)
    return draft.note(*([words_of(reply) for reply in replies] if replies else otherwise))


def rewound(draft: Draft, state: State, event: Incoming) -> Override | Consult | None:
    """Find who must speak before this decision can be made: a pattern, or an engine."""
    words = event.text if isinstance(event, Heard) else ""
    if draft.consults and not draft.asked:
        return Consult(words=words, chatty=draft.consults[0], event=event)
    if not draft.asked:
        return None
    prompt, frame = state.open_prompt, state.top
    spec = draft.around.spec_of(frame)
    asked = spec.parameter(prompt.argument or "") if spec and prompt else None
    return Override(
        pattern=draft.asked[0], frame=frame.id if frame else None,
        question=prompt.text if prompt else None,
        words="" if asked is not None and asked.arg.mask else words, event=event,
    )  # fmt: skip
