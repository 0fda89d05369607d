"""Answers that are files: looked at, then kept, before anything is done with them."""

from dataclasses import dataclass, replace
from typing import Any, Self

import structlog

from bot.authoring.signatures import Parameter
from bot.dialog import filewords
from bot.dialog.events import Check
from bot.dialog.surroundings import Surroundings
from bot.errors import ConnectorError, StoreError
from bot.model.conversation import Answer, Frame, State
from bot.runtime.files import Files

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer:
    """The answer of a dialog's question for a file, or for several."""

    frame: Frame
    parameter: Parameter
    answer: Answer

    @classmethod
    def of(cls, state: State, around: Surroundings, wish: Check) -> Self | None:
        """Find the answer that is to be checked; None where that is no file."""
        frame = state.frame(wish.frame)
        spec = around.spec_of(frame)
        parameter = spec.parameter(wish.argument) if spec else None
        answer = frame.answers.get(wish.argument) if frame else None
        if frame is None or parameter is None or answer is None or not parameter.is_file:
            return None
        return cls(frame=frame, parameter=parameter, answer=answer)

    async def flaw(self, files: Files) -> str | None:
        """Tell why its content cannot be taken; None if it can."""
        return await files.flaw(self.parameter, self._value)

    async def kept(self, state: State, files: Files) -> tuple[State, str | None]:
        """Keep it: from then on the answer is the bot's own copy, wherever it is read.

        Gives the state with that answer; where it cannot be kept, what the customer is told: a
        dialog that went on might find the platform's copy gone.
        """
        try:
            value = await files.kept(self._value)
        except (ConnectorError, StoreError, TimeoutError) as error:
            log.error("file.not_kept", reason=str(error))  # noqa: TRY400 - the reason is enough
            return state, files.phrases.of(filewords.NOT_READABLE)
        known = replace(self.answer, value=self.parameter.dump(value))
        answers = {**self.frame.answers, self.parameter.name: known}
        return state.put(replace(self.frame, answers=answers)), None

    @property
    def _value(self) -> Any:  # noqa: ANN401 - one file or a list
        return self.parameter.load(self.answer.value)
