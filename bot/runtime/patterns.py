"""Having authors' patterns speak in place of the core."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from bot.authoring.context import Context
from bot.authoring.patterns import OpenDialog
from bot.authoring.replies import Reply, replies_of
from bot.authoring.signatures import Callback, CommandSpec
from bot.dialog.events import Override
from bot.model.conversation import Frame
from bot.runtime.calls import Call
from bot.runtime.desk import Saying


@dataclass(frozen=True, slots=True)
class Speaking:
    """One call of an author's pattern; ``said`` is what it says before it ends."""

    patterns: Mapping[str, Callback]
    context: Context
    said: Sequence[Saying]
    patience: timedelta

    async def run(self, wish: Override, dialog: OpenDialog) -> tuple[Reply, ...] | None:
        """Call the pattern; None where it leaves everything to the core."""
        callback = self.patterns.get(wish.pattern)
        if callback is None:
            return None
        call = Call(callback=callback, context=self.context, known={}, value=dialog)
        async with asyncio.timeout(self.patience.total_seconds()):
            answer = replies_of(await call.run())
        replies = (*(saying.reply for saying in self.said), *answer)
        return replies or None


def open_dialog(wish: Override, frame: Frame | None, spec: CommandSpec | None) -> OpenDialog:
    """Tell a pattern of the dialog it interrupts; masked answers are nobody's business."""
    if frame is None or spec is None:
        return OpenDialog(question=wish.question, words=wish.words)
    return OpenDialog(
        command=spec.name, answers=_answers(frame, spec), question=wish.question, words=wish.words
    )


def _answers(frame: Frame, spec: CommandSpec) -> dict[str, Any]:
    """Give the answers as the command would get them, as far as they are settled and still fit."""
    typed: dict[str, Any] = {}
    for parameter in spec.parameters:
        answer = frame.answers.get(parameter.name)
        if answer is None or answer.others or parameter.arg.mask:
            continue
        try:
            typed[parameter.name] = parameter.load(answer.value)
        except ValidationError:
            continue  # of an older release: it is asked again
    return typed
