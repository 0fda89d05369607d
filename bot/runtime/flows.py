"""Running flows: each step is answered from what the frame knows, up to the first that is open.

The function is driven step by step, so that it can wait for nothing but its `Talk`.
"""

import inspect
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from bot.authoring.actions import Action
from bot.authoring.context import Context
from bot.authoring.flows import (
    STEPS,
    Asking,
    Confirming,
    Doing,
    Flow,
    Handing,
    Recalling,
    Saying,
    Step,
    Suspended,
    Talk,
    Waiting,
)
from bot.authoring.kinds import attached
from bot.authoring.replies import Reply, replies_of
from bot.authoring.signatures import REQUIRED, CommandSpec, Parameter, Question, read_question
from bot.dialog.binding import refusal
from bot.dialog.flowing import UNDOING
from bot.dialog.traces import Finished, Outdated, Stop, Trace
from bot.errors import FlowError, Retry, UnavailableError, UserError
from bot.model.conversation import Answer, Frame
from bot.runtime.desk import Saying as Said
from bot.runtime.effects import Effects
from bot.runtime.fingerprints import request_hash


class Depth(Enum):
    """How far a replay may go."""

    LOOK = "look"  # nothing new: to know which questions have been reached
    PLAIN = "plain"  # up to the next effect
    LIVE = "live"  # effects are carried out


class _Open(Exception):  # noqa: N818 - not an error: the replay ends here
    def __init__(self, stop: Stop) -> None:
        super().__init__()
        self.stop = stop


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
    effects: Effects
    depth: Depth
    memo: dict[str, Any] = field(init=False)
    parameters: list[Parameter] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    refused: tuple[str, str] | None = None
    reached: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.memo = dict(self.frame.memo)

    async def run(self) -> Trace:
        """Replay the flow; what it raises goes on up, with the flow left in order."""
        if self.depth is Depth.LIVE:
            await self._undo_marked()
        coroutine: Coroutine[Step, Any, Any] = self.spec.handler.function(Talk(self.context))
        try:
            said = await self._drive(coroutine)
        except _Open as reached:
            _leave(coroutine, self.spec)
            return self._trace(reached.stop)
        except BaseException:
            coroutine.close()
            raise
        outdated = tuple(step for step in self._undoable() if step not in self.reached)
        if outdated:
            return self._trace(Outdated(steps=outdated))
        self.replies.extend(replies_of(said))
        return self._trace(Finished())

    async def _drive(self, coroutine: Coroutine[Step, Any, Any]) -> Any:  # noqa: ANN401 - what the flow returns
        answer: Any = None
        refused: UserError | None = None
        while True:
            try:
                step = coroutine.send(answer) if refused is None else coroutine.throw(refused)
            except StopIteration as stop:
                return stop.value
            answer, refused = None, None
            if not isinstance(step, STEPS):
                raise FlowError(
                    f"the flow {self.spec.name} waits for something that is not its talk; put that "
                    "into an @action and call it by talk.do, or by talk.once where it only looks"
                )
            try:
                answer = await self._answer(step)
            except UserError as error:  # an action refused: the flow may go another way
                refused = error

    async def _answer(self, step: Step) -> Any:  # noqa: ANN401 - the step's own type
        match step:
            case Asking():
                return self._asked(step)
            case Confirming():
                return self._confirmed(step)
            case Saying():
                return self._said(step)
            case Doing():
                return await self._done(step)
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
            raise _Open(step)
        reason = refusal(parameter, answer.value, answer.words)
        if reason is not None:
            self.refused = (parameter.name, reason)
            raise _Open(step)
        return attached(parameter.load(answer.value), self.context.desk.fetch)

    def _held(self, parameter: Parameter) -> Answer | None:
        held = self.frame.answers.get(parameter.name)
        former = parameter.arg.was
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
            raise _Open(step)
        # once something was done after the yes, a new wording of the question asks nobody again
        if self._have_changed(told["seen"]) or (told["text"] != step.text and not self._effects()):
            del self.memo[step.id]
            raise _Open(step)
        return bool(told["value"])

    def _have_changed(self, seen: Mapping[str, Any]) -> bool:
        """Tell whether an answer is another one than it was; one that is gone is none."""
        held = self.frame.answers
        return any(name in held and held[name].value != value for name, value in seen.items())

    # ── Everything else ───────────────────────────────────────────────────────

    def _said(self, step: Saying) -> None:
        if step.id not in self.memo:
            self.memo[step.id] = True
            self.replies.append(step.reply)

    def _waited(self, step: Waiting | Handing) -> Mapping[str, Any] | None:
        if step.id not in self.memo:
            raise _Open(step)
        data: Mapping[str, Any] | None = self.memo[step.id]["data"]
        return data

    async def _recalled(self, step: Recalling) -> Any:  # noqa: ANN401 - what the function returns
        adapter = _adapter(step.kind)
        if step.id not in self.memo:
            if self.depth is Depth.LOOK:
                raise _Open(Finished())  # how it goes on is not looked for
            found = step.function()
            found = await found if inspect.isawaitable(found) else found
            self.memo[step.id] = adapter.dump_python(found, mode="json")
        return adapter.validate_python(self.memo[step.id])

    async def _done(self, step: Doing) -> Any:  # noqa: ANN401 - the action's own result
        self.reached.add(step.id)
        told = self.memo.get(step.id)
        salt = f"{self.frame.id}:{step.id}"
        digest = await request_hash(step.action, salt, step.arguments)
        # other arguments for the same answers are the author's doing: what was done stands
        if told is not None and told["hash"] != digest and self._have_changed(told["answers"]):
            raise _Open(Outdated(steps=(step.id,)))
        if told is None:
            told = await self._carried_out(step, digest)
        if "refused" in told:
            raise UserError(told["refused"])
        return _adapter_of(step.action).validate_python(told["result"])

    async def _carried_out(self, step: Doing, digest: str) -> dict[str, Any]:
        can = Depth.PLAIN if step.action.read else Depth.LIVE
        if self.depth is not Depth.LIVE and self.depth is not can:
            raise _Open(step)
        told: dict[str, Any] = {
            "hash": digest, "action": step.action.name, "label": _label(step.action),
            "effect": not step.action.read, "undoable": step.action.undo_with is not None,
            "answers": {name: answer.value for name, answer in self.frame.answers.items()},
        }  # fmt: skip
        try:
            result = await self.effects.perform(
                step.action, self.context, step.arguments, occurrence=step.id
            )
        except (Retry, UnavailableError):
            raise
        except UserError as error:
            told |= {"refused": str(error), "effect": False}
        else:
            told["key"] = self.effects.key_of(step.action, step.arguments, occurrence=step.id)
            told["result"] = _adapter_of(step.action).dump_python(result, mode="json")
        self.memo[step.id] = told
        return told

    # ── Effects that a changed answer made wrong ──────────────────────────────

    def _effects(self) -> list[str]:
        """Name the steps whose effects hold."""
        return [
            step
            for step, told in self.memo.items()
            if isinstance(told, Mapping) and told.get("effect")
        ]

    def _undoable(self) -> list[str]:
        return [step for step in self._effects() if self.memo[step]["undoable"]]

    async def _undo_marked(self) -> None:
        actions = actions_of(self.spec.handler.function)
        marked = [key.removeprefix(UNDOING) for key in self.memo if key.startswith(UNDOING)]
        for step in reversed(marked):
            told = self.memo.pop(step, None)
            del self.memo[f"{UNDOING}{step}"]
            action = actions.get(told["action"]) if told else None
            if told is not None and action is not None:
                await self.effects.undo(action, self.context, told["key"])

    def _trace(self, stop: Stop) -> Trace:
        if self.said and self.depth is not Depth.LIVE:
            raise FlowError(
                f"the flow {self.spec.name} calls ctx.say, which would be said on every turn; "
                "call talk.say"
            )
        return Trace(
            answers=self.frame.answers, memo=self.memo, parameters=tuple(self.parameters),
            stop=stop, refused=self.refused, renamed=self.renamed,
            replies=(*(one.reply for one in self.said), *self.replies),
        )  # fmt: skip


def actions_of(function: Any, seen: frozenset[int] = frozenset()) -> dict[str, Action[..., Any]]:  # noqa: ANN401 - an author's function
    """Find the actions that a flow can name: in its module and those of the flows that it calls."""
    space = getattr(function, "__globals__", {})
    if id(space) in seen:
        return {}
    found: dict[str, Action[..., Any]] = {}
    for value in list(space.values()):
        if isinstance(value, Action):
            found.setdefault(value.name, value)
        elif isinstance(value, Flow):
            for name, action in actions_of(value.function, seen | {id(space)}).items():
                found.setdefault(name, action)
    cells = inspect.getclosurevars(function).nonlocals.values()
    return found | {cell.name: cell for cell in cells if isinstance(cell, Action)}


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


def _label(action: Action[..., Any]) -> str:
    summary, _, _ = (inspect.getdoc(action.function) or "").partition("\n")
    return summary.rstrip(".") or action.name.replace("_", " ")


def _adapter_of(action: Action[..., Any]) -> TypeAdapter[Any]:
    return _adapter(get_type_hints(action.function).get("return", Any))


def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any annotation
    try:
        return _kept_adapter(kind)
    except TypeError:  # an annotation that cannot be hashed
        return TypeAdapter(kind)


@lru_cache(maxsize=512)
def _kept_adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any annotation
    return TypeAdapter(kind)
