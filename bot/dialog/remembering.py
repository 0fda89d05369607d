"""What a customer has told once and need not tell again: answers kept in their profile.

`Arg.remember` names the profile's key. Nothing is remembered of masked answers and files, and
nothing is told from the profile where others read along.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.binding import Value, show_value
from bot.dialog.bounds import fits
from bot.dialog.drafts import Draft
from bot.dialog.surroundings import Surroundings
from bot.model.conversation import GIVEN, Answer, Frame


def known_before(parameter: Parameter, around: Surroundings) -> Value | None:
    """Find an earlier answer that still fits."""
    told = None if around.in_room else around.profile.get(parameter.arg.remember or "")
    if told is None or parameter.arg.mask or parameter.is_file:
        return None
    for value in _readings(told):
        if fits(parameter, value):
            kept = parameter.dump(parameter.load(value))
            return Value(parameter=parameter.name, value=kept, words=told)
    return None


def prefilled(draft: Draft, frame: Frame, spec: CommandSpec) -> Draft:
    """Give a new dialog what is known from before, and say so."""
    around = draft.around
    found = [(one, known_before(one, around)) for one in spec.parameters]
    known = [(parameter, value) for parameter, value in found if value is not None]
    if not known:
        return draft
    answers = {
        parameter.name: Answer(
            value=value.value, words=value.words, at=around.now, source=GIVEN,
            checked=not parameter.is_checked,
        )
        for parameter, value in known
    }  # fmt: skip
    frame = replace(frame, answers={**answers, **frame.answers})
    return noted(draft.on(draft.state.put(frame)), *known)


def noted(draft: Draft, *known: tuple[Parameter, Value]) -> Draft:
    """Say what is taken from before."""
    shown = [show_value(parameter, value.value, draft.around) for parameter, value in known]
    return draft.note(draft.phrases.known_before(shown))


def to_remember(
    parameters: Sequence[Parameter], answers: Mapping[str, Answer], known: Mapping[str, str]
) -> dict[str, str]:
    """Tell what a finished dialog adds to the profile: texts as they are, all else as JSON."""
    return {
        key: told
        for parameter in parameters
        if (key := parameter.arg.remember) is not None
        and not (parameter.arg.mask or parameter.is_file)
        and (answer := answers.get(parameter.name)) is not None
        and answer.value is not None
        and (told := _told(answer.value)) != known.get(key)
    }


def _told(value: Any) -> str:  # noqa: ANN401 - JSON
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _readings(told: str) -> Collection[Any]:
    try:
        return (told, json.loads(told))
    except ValueError:
        return (told,)
