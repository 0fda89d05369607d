"""Questions whose buttons mean nothing any more, and what is written below them.

A question may stand in several places: on several channels, or asked once more because an answer
did not fit. All of its copies are alive until it is answered or dropped; then each is retired,
once. A menu that belongs to no dialog may be used at any time, so it lives until something was
chosen from it or its buttons are forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from bot.authoring.kinds import Phone, Place
from bot.authoring.signatures import Parameter
from bot.dialog.binding import show_value
from bot.dialog.surroundings import Surroundings
from bot.model.conversation import Frame, Prompt, PromptKind, State
from bot.model.ids import FrameId, PromptId

CONTROLS: Mapping[object, str] = {date: "date", time: "time", Phone: "phone", Place: "place"}
"""Types that a platform may have a control of its own for, without any choice of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a question ended.

    ``mark`` is what is written below it; ``drawn`` says by what it could be answered beside words:
    ``choices``, ``form``, or the name of a control (`Capabilities.controls`).
    """

    mark: str
    drawn: frozenset[str]


@dataclass(slots=True)
class Course:
    """How a turn goes: the state it began with, and every dialog as it was last seen.

    A dialog that ends in the turn is gone from its last state, with the answers that ended it.
    """

    began: State
    frames: dict[FrameId, Frame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.see(self.began)

    def see(self, state: State) -> None:
        """Take note of a state on the way."""
        self.frames.update((frame.id, frame) for frame in state.frames)


def retired_by(course: Course, after: State, around: Surroundings) -> dict[PromptId, Ending]:
    """Tell which questions a turn was the end of, but for those that had only words."""
    closing = _Closing(after, course.frames, around)
    return {
        prompt.id: Ending(mark=closing.mark(after.prompt(prompt.id) or prompt), drawn=drawn)
        for prompt in course.began.prompts
        if (drawn := closing.drawn(prompt))
        and is_alive(prompt, course.began)
        and not is_alive(after.prompt(prompt.id), after)
    }


def is_alive(prompt: Prompt | None, state: State) -> bool:
    """Tell whether a question may still be answered by the buttons that it was shown with."""
    if prompt is None or prompt.retired:
        return False
    if prompt.kind is PromptKind.MENU and prompt.frame is None:
        return prompt.chosen is None
    return prompt.open or any(
        one.open and one.kind is prompt.kind is PromptKind.ASK and _same(one, prompt)
        for one in state.prompts
    )


def _same(one: Prompt, other: Prompt) -> bool:
    return (one.frame, one.argument) == (other.frame, other.argument)


@dataclass(frozen=True, slots=True)
class _Closing:
    state: State
    frames: Mapping[FrameId, Frame]
    around: Surroundings

    def drawn(self, prompt: Prompt) -> frozenset[str]:
        parameter = self._parameter(prompt)
        control = CONTROLS.get(parameter.type) if parameter else None
        found = ("choices" if prompt.choices else None, "form" if prompt.fields else None, control)
        return frozenset(one for one in found if one is not None)

    def mark(self, prompt: Prompt) -> str:
        shown = self._answer(prompt)
        if shown is not None:
            return self.around.phrases.answer_mark(shown)
        if prompt.kind is PromptKind.CONFIRM and self._is_confirmed_elsewhere(prompt):
            return self.around.phrases.ASKED_ANEW
        is_menu = prompt.kind is PromptKind.MENU and prompt.frame is None
        return self.around.phrases.OUT_OF_DATE if is_menu else self.around.phrases.NO_LONGER_ASKED

    def _answer(self, prompt: Prompt) -> str | None:
        """Write what a question was answered with; of a value, what came of it in the end."""
        frame = self.frames.get(prompt.frame) if prompt.frame else None
        answer = frame.answers.get(prompt.argument or "") if frame else None
        if prompt.kind is PromptKind.ASK and answer is not None and not answer.others:
            parameter = self._parameter(prompt)
            if parameter is not None:
                return show_value(parameter, answer.value, self.around)
        if prompt.chosen is None:
            return None
        return prompt.choices[prompt.chosen].label

    def _parameter(self, prompt: Prompt) -> Parameter | None:
        frame = self.frames.get(prompt.frame) if prompt.frame else None
        spec = self.around.spec_of(frame)
        return spec.parameter(prompt.argument or "") if spec else None

    def _is_confirmed_elsewhere(self, prompt: Prompt) -> bool:
        newest = self.state.open_prompt
        return newest is not None and newest.kind is prompt.kind and _same(newest, prompt)
