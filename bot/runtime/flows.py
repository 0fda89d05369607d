"""Running flows: each step is answered from what the frame knows, up to the first that is open.

The function is driven step by step, so that it can wait for nothing but its `Talk`.
"""

import contextlib
import inspect
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.authoring.context import Context
from bot.authoring.flows import Talk
from bot.authoring.kinds import attached
from bot.authoring.replies import Reply, replies_of
from bot.authoring.signatures import REQUIRED, CommandSpec, Parameter, Question, read_question
from bot.authoring.steps import (
    STEPS,
    Asking,
    Confirming,
    Doing,
    Guarding,
    Handing,
    Recalling,
    Saying,
    Step,
    Suspended,
    Waiting,
)
from bot.dialog.bounds import refusal
from bot.dialog.phrases import phrases_in
from bot.dialog.traces import Finished, Outdated, Stop, Trace
from bot.errors import (
    FlowError,
    StoreError,
)
from bot.model.conversation import Answer, Frame
from bot.runtime.deeds import Again, Deeds, Depth, Reached, adapter
from bot.runtime.desk import Saying as Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What parameters' types may be: those that have a recogniser, those that are provided."""

    recognised: frozenset[Any]
    provided: frozenset[Any]


@dataclass(slots=True, kw_only=True)
class Replaying:
    """One replay of one flow; `run` gives the `Trace`."""

    spec: CommandSpec
    frame: Frame
    context: Context
    said: Sequence[Said]
    known: Known
    deeds: Deeds
    parameters: list[Parameter] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    refused: tuple[str, str] | None = None

    @property
    def memo(self) -> dict[str, Any]:
        """What the steps came to so far."""
        return self.deeds.memo

    async def run(self) -> Trace:
        """Replay the flow; what it raises goes on up, with the flow left in order."""
        if self.deeds.depth is Depth.LIVE:
            await self.deeds.undo_marked()
        while True:
            with contextlib.suppress(Again):
                return await self._replayed()
            self._begin_anew()

    def _begin_anew(self) -> None:
        self.parameters.clear()
        self.refused = None
        self.deeds.reached.clear()
        self.deeds.sagas.clear()

    async def _replayed(self) -> Trace:
        coroutine: Coroutine[Step, Any, Any] = self.spec.handler.function(Talk(self.context))
        try:
            said = await self._drive(coroutine)
        except Reached as reached:
            _leave(coroutine, self.spec)
            return self._trace(reached.stop)
        except BaseException:
            coroutine.close()
            raise
        forsaken = self.deeds.forsaken()
        if forsaken:
            return self._trace(Outdated(steps=forsaken, left=True))
        self.replies.extend(replies_of(said))
        return self._trace(Finished())

    async def _drive(self, coroutine: Coroutine[Step, Any, Any]) -> Any:  # noqa: ANN401 - what the flow returns
        answer: Any = None
        failed: Exception | None = None
        while True:
            try:
                step = coroutine.send(answer) if failed is None else coroutine.throw(failed)
            except StopIteration as stop:
                return stop.value
            answer, failed = None, None
            if not isinstance(step, STEPS):
                raise FlowError(
                    f"the flow {self.spec.name} waits for something that is not its talk; put that "
                    "into an @action and call it by talk.do, or by talk.once where it only looks"
                )
            try:
                answer = await self._answer(step)
            except (Again, Reached, StoreError):
                raise
            except Exception as error:  # noqa: BLE001 - an action failed: the flow may go another way
                failed = error

    async def _answer(self, step: Step) -> Any:  # noqa: ANN401, PLR0911 - one case a step
        match step:
            case Asking():
                return self._asked(step)
            case Confirming():
                return self._confirmed(step)
            case Saying():
                return self._said(step)
            case Doing():
                return await self.deeds.done(step)
            case Guarding():
                return await self.deeds.guarded(step)
            case Waiting() | Handing():
                return self._waited(step)
            case Recalling():
                return await self._recalled(step)

    # ── Questions ─────────────────────────────────────────────────────────────

    def _asked(self, step: Asking) -> Any:  # noqa: ANN401 - the question's type
        parameter = self._parameter(step)
        self.parameters.append(parameter)
        answer = self._held(parameter)
        if answer is None or answer.others or _is_unchecked(parameter, answer):
            raise Reached(step)
        reason = refusal(parameter, answer.value, answer.words, phrases_in(self.context.locale))
        if reason is not None:
            self.refused = (parameter.name, reason)
            raise Reached(step)
        return attached(parameter.load(answer.value), self.context.desk.fetch)

    def _held(self, parameter: Parameter) -> Answer | None:
        held = self.frame.answers.get(parameter.name)
        former = parameter.arg.was
        if former is not None:
            self.deeds.rename(former, parameter.name)
        if held is None and former is not None and former in self.frame.answers:
            self.renamed[parameter.name] = former
            held = self.frame.answers[former]
        return held

    def _parameter(self, step: Asking) -> Parameter:
        question = Question(
            step.id, step.kind, step.arg, REQUIRED,
            f"{self.spec.source}: talk.ask({step.id!r})",
        )  # fmt: skip
        others = frozenset(parameter.name for parameter in self.parameters)
        return read_question(
            question, provided=self.known.provided, known=self.known.recognised, others=others
        )

    def _confirmed(self, step: Confirming) -> bool:
        told = self.memo.get(step.id)
        if told is None:
            raise Reached(step)
        # once something was done after the yes, a new wording of the question asks nobody again
        if self.deeds.have_changed(told["seen"]) or (
            told["text"] != step.text and not self.deeds.standing()
        ):
            del self.memo[step.id]
            raise Reached(step)
        return bool(told["value"])

    # ── Everything else ───────────────────────────────────────────────────────

    def _said(self, step: Saying) -> None:
        if step.id not in self.memo:
            self.memo[step.id] = True
            self.replies.append(step.reply)

    def _waited(self, step: Waiting | Handing) -> Mapping[str, Any] | None:
        if step.id not in self.memo:
            raise Reached(step)
        data: Mapping[str, Any] | None = self.memo[step.id]["data"]
        return data

    async def _recalled(self, step: Recalling) -> Any:  # noqa: ANN401 - what the function returns
        kept = adapter(step.kind)
        if step.id not in self.memo:
            if self.deeds.depth is Depth.LOOK:
                raise Reached(Finished())  # how it goes on is not looked for
            found = step.function()
            found = await found if inspect.isawaitable(found) else found
            # in a list, so that no author's value is ever read as what an action did
            self.memo[step.id] = [kept.dump_python(found, mode="json")]
        return kept.validate_python(self.memo[step.id][0])

    def _trace(self, stop: Stop) -> Trace:
        if self.said and self.deeds.depth is not Depth.LIVE:
            raise FlowError(
                f"the flow {self.spec.name} calls ctx.say, which would be said on every turn; "
                "call talk.say"
            )
        return Trace(
            answers=self.frame.answers, memo=self.memo, parameters=tuple(self.parameters),
            stop=stop, refused=self.refused, renamed=self.renamed,
            replies=(*(one.reply for one in self.said), *self.replies),
        )  # fmt: skip


def _leave(coroutine: Coroutine[Step, Any, Any], spec: CommandSpec) -> None:
    """Leave a flow where it waits; one that holds on is told to its author."""
    try:
        coroutine.throw(Suspended())
    except Suspended:
        return
    except StopIteration:
        pass
    coroutine.close()
    raise FlowError(
        f"the flow {spec.name} caught what leaves it while it waits for the customer; no bare "
        "except, no except BaseException and no await in a finally around a talk"
    )


def _is_unchecked(parameter: Parameter, answer: Answer) -> bool:
    return not answer.checked and (parameter.is_checked or parameter.suggest is not None)
