"""A stage on which every turn tells which questions it was the end of, and once only."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from typing_extensions import override

from bot.dialog.events import Event, Wish
from bot.dialog.retiring import Course, is_alive, retired_by
from bot.dialog.surroundings import Surroundings
from bot.model.ids import PromptId
from tests.bot.dialog.flow_stage import FlowStage
from tests.bot.dialog.stage import Shown


@dataclass(slots=True, kw_only=True)
class RetiringStage(FlowStage):
    """A stage that retires questions as the runtime does at a turn's end."""

    marks: dict[PromptId, str] = field(default_factory=dict)
    buttons: dict[PromptId, tuple[str, ...]] = field(default_factory=dict)
    _course: Course | None = None

    @override
    def _turn(self, at: str, begun: Any) -> list[Shown]:
        self._course = Course(self.state)
        around = self.surroundings(at)
        shown = FlowStage._turn(self, at, begun)
        self.buttons |= {one.prompt: one.buttons for one in shown if one.prompt and one.buttons}
        retired = retired_by(self._course, self.state, self._flowing(around))
        marks = {one: end.mark for one, end in retired.items()}
        self._judge(marks)
        self.marks |= marks
        self.state = self.state.retiring(retired)
        return shown

    @override
    def _granted(self, at: str, around: Surroundings, wishes: Sequence[Wish]) -> Event | None:
        if self._course is not None:
            self._course.see(self.state)
        return FlowStage._granted(self, at, around, wishes)

    def _flowing(self, around: Surroundings) -> Surroundings:
        return replace(around, flows=dict(self.flows))

    def _judge(self, retired: dict[PromptId, str]) -> None:
        """Whatever lost its meaning is told, in words, and never a second time."""
        twice = retired.keys() & self.marks.keys()
        if twice:
            raise AssertionError(f"retired twice: {[self.marks[one] for one in twice]}")
        if not all(retired.values()):
            raise AssertionError("a question was retired without a word")
        told = retired.keys() | self.marks.keys()
        for prompt_id in self.buttons.keys() - told:
            if not is_alive(self.state.prompt(prompt_id), self.state):
                raise AssertionError(f"buttons look alive: {self.buttons[prompt_id]}")
