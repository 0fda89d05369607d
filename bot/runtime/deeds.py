"""What flows do and undo: their actions and sagas, recorded step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from bot.authoring.actions import Action
from bot.authoring.context import Context
from bot.authoring.steps import Doing, Guarding, Phase
from bot.dialog.flowing import KEPT, UNDOING
from bot.dialog.traces import Outdated, Stop
from bot.errors import (
    ActionFailedError,
    EffectUnknownError,
    FlowError,
    Retry,
    StoreError,
    UnavailableError,
    UserError,
)
from bot.model.conversation import Frame
from bot.runtime.effects import Effects
from bot.runtime.fingerprints import request_hash
from bot.runtime.sagas import RunningSaga

FAILED = "/failed"
"""Ends the memo of a saga that failed and was undone."""
TRIES = "/tries"
"""Ends the memo of how often a saga has failed: each try has keys of its own."""


class Depth(Enum):
    """How far a replay may go."""

    LOOK = "look"  # nothing new: to know which questions have been reached
    PLAIN = "plain"  # up to the next effect
    LIVE = "live"  # effects are carried out


class Reached(Exception):  # noqa: N818 - not an error: the replay ends here
    """A replay has come to a step that is open."""

    def __init__(self, stop: Stop) -> None:
        super().__init__()
        self.stop = stop


class Again(Exception):  # noqa: N818 - not an error: the replay begins anew
    """A saga that had failed is tried anew: its block is to be entered as if for the first time."""


@dataclass(slots=True, kw_only=True)
class Deeds:
    """What the steps of one replay did; ``memo`` is the replay's, told and kept here."""

    frame: Frame
    context: Context
    effects: Effects
    depth: Depth
    memo: dict[str, Any]
    reached: set[str] = field(default_factory=set)
    sagas: dict[str, RunningSaga] = field(default_factory=dict)

    async def done(self, step: Doing) -> Any:  # noqa: ANN401 - the action's own result
        """Give the result of an action, carried out now or before; raises what it raised."""
        salt = f"{self.frame.id}:{step.action.name}"
        digest = await request_hash(step.action, salt, step.arguments)
        step = self._placed(step, digest)
        self.reached.add(step.id)
        told = self.memo.get(step.id)
        if told is None:
            told = await self._carried_out(step, digest)
        elif step.saga is not None and "key" in told:
            self.sagas[step.saga].remember(step.action, told["key"])
        if "failed" in told:
            raise _recalled_error(told)
        return result_adapter(step.action).validate_python(told["result"])

    def _placed(self, step: Doing, digest: str) -> Doing:
        """Find what was done at a step's place, unless the answers for it are others by now."""
        told = self.memo.get(step.id)
        if told is None:
            if not step.action.read:
                self._find_done_elsewhere(step, digest)
            return step
        is_it = told["action"] == step.action.name
        if is_it and told["hash"] == digest:
            return step
        if self.have_changed(told["answers"]):
            if told["effect"]:
                raise Reached(Outdated(steps=(step.id,)))
            self._forget(step)
        elif not is_it:  # a release put another action here: what was done keeps the name
            return self._placed(replace(step, id=f"{step.id}:{step.action.name}"), digest)
        # other arguments for the same answers are the author's doing: what was done stands
        return step

    def _forget(self, step: Doing) -> None:
        """Look up anew, or try anew what failed: the answers are others, and nothing stands."""
        del self.memo[step.id]
        if step.saga is not None and self.memo.pop(f"{step.saga}{FAILED}", None):
            for part in self._part_of(step.saga):
                del self.memo[part]
            self._count_try(step.saga)
            raise Again

    def _find_done_elsewhere(self, step: Doing, digest: str) -> None:
        """Take over what was done by the same action at a place that the flow has left.

        A step is named after the question before it. A branch or a release that puts another
        question there gives it another name, and what is done must not be done again for that.
        """
        left = {
            name: told
            for name, told in done_steps(self.memo)
            if told["action"] == step.action.name and told["effect"]
            and told["saga"] == step.saga and name not in self.reached
        }  # fmt: skip
        for name, told in left.items():
            if told["hash"] == digest:
                self.memo[step.id] = self.memo.pop(name)
                return
        outdated = tuple(n for n, told in left.items() if self.have_changed(told["answers"]))
        if outdated:
            raise Reached(Outdated(steps=outdated))

    async def _carried_out(self, step: Doing, digest: str) -> dict[str, Any]:
        can = Depth.PLAIN if step.action.read else Depth.LIVE
        if self.depth is not Depth.LIVE and self.depth is not can:
            raise Reached(step)
        told: dict[str, Any] = {
            "hash": digest, "action": step.action.name, "label": step.action.title,
            "effect": not step.action.read, "undoable": step.action.undo_with is not None,
            "answers": {name: answer.value for name, answer in self.frame.answers.items()},
            "saga": step.saga,
        }  # fmt: skip
        try:
            result = await self._performed(step)
        except (Retry, StoreError, UnavailableError):
            raise
        except Exception as error:
            # where the flow goes on all the same, the next replay must fail here as well
            self.memo[step.id] = {
                **told,
                "failed": _kind(error),
                "why": str(error),
                "effect": False,
            }
            raise
        occurrence = self._occurrence(step)
        told["key"] = self.effects.key_of(step.action, step.arguments, occurrence=occurrence)
        told["result"] = result_adapter(step.action).dump_python(result, mode="json")
        self.memo[step.id] = told
        return told

    async def _performed(self, step: Doing) -> Any:  # noqa: ANN401 - the action's own result
        occurrence = self._occurrence(step)
        if step.saga is not None:
            saga = self.sagas[step.saga]
            return await saga.carry_out(step.action, step.arguments, occurrence=occurrence)
        return await self.effects.perform(
            step.action, self.context, step.arguments, occurrence=occurrence
        )

    def _occurrence(self, step: Doing) -> str:
        """Name a step in its effect's key; another one may have taken what was done under it."""
        name = self._tried(step.id, step.saga)
        key = self.effects.key_of(step.action, step.arguments, occurrence=name)
        taken = sum(told.get("key", "").startswith(key) for _, told in done_steps(self.memo))
        return f"{name}*{taken}" if taken else name

    def _tried(self, name: str, saga: str | None) -> str:
        """Name what belongs to a saga: anew for each try, so that a try undoes its own."""
        tries = self.memo.get(f"{saga}{TRIES}", 0) if saga else 0
        return f"{name}~{tries}" if tries else name

    # ── Sagas ─────────────────────────────────────────────────────────────────

    async def guarded(self, step: Guarding) -> None:
        """Begin a saga, end it, or undo what it did."""
        if step.phase is Phase.BEGIN:
            name = self._tried(step.id, step.id)
            self.sagas[step.id] = RunningSaga(name, self.effects, self.context)
        if f"{step.id}{FAILED}" in self.memo:
            return  # it has been undone
        if self.depth is Depth.LIVE:
            await self._guard(step, self.sagas[step.id])
        elif step.phase is Phase.FAIL and self._part_of(step.id):
            raise Reached(step)

    async def _guard(self, step: Guarding, saga: RunningSaga) -> None:
        match step.phase:
            case Phase.BEGIN:
                await saga.begin()
            case Phase.END:
                await saga.end()
            case Phase.FAIL:
                await saga.fail(step.error or FlowError(step.id))
                self.memo[f"{step.id}{FAILED}"] = True
                for part in self._part_of(step.id):
                    self.memo[part] = {**self.memo[part], "effect": False}

    def _count_try(self, saga: str) -> None:
        self.memo[f"{saga}{TRIES}"] = self.memo.get(f"{saga}{TRIES}", 0) + 1

    def _part_of(self, saga: str) -> list[str]:
        return [step for step, told in done_steps(self.memo) if told["saga"] == saga]

    def kept(self) -> dict[str, Any]:
        """Tell what stands of a run that failed: what was done, less what a saga undid."""
        failed = {key.removesuffix(FAILED) for key in self.memo if key.endswith(FAILED)}
        begun = {**self.frame.memo}
        begun.update({f"{saga}{TRIES}": begun.get(f"{saga}{TRIES}", 0) + 1 for saga in failed})
        for step, told in done_steps(self.memo):
            if told["saga"] in failed:
                begun.pop(step, None)
            elif "result" in told:
                begun[step] = told
        marks = [key for key in self.frame.memo if key.startswith(UNDOING) and key not in self.memo]
        return {key: value for key, value in begun.items() if key not in marks}

    # ── Effects that a changed answer made wrong ──────────────────────────────

    def standing(self) -> list[str]:
        """Name the steps whose effects hold."""
        return [step for step, told in done_steps(self.memo) if told["effect"]]

    def forsaken(self) -> tuple[str, ...]:
        """Name the steps whose effects hold and could be undone, and were not come by."""
        left = (step for step in self.standing() if step not in self.reached)
        asked = (step for step in left if f"{KEPT}{step}" not in self.memo)
        return tuple(step for step in asked if self.memo[step]["undoable"])

    def rename(self, former: str, name: str) -> None:
        """Know an answer by its new name in what was done and agreed to for it."""
        for step, told in self.memo.items():
            for kept in ("answers", "seen"):
                seen = told.get(kept) if isinstance(told, Mapping) else None
                if isinstance(seen, Mapping) and former in seen and name not in seen:
                    renamed = {name if one == former else one: seen[one] for one in seen}
                    self.memo[step] = {**told, kept: renamed}

    def have_changed(self, seen: Mapping[str, Any]) -> bool:
        """Tell whether an answer is another one than it was; one that is gone is none."""
        held = self.frame.answers
        return any(name in held and held[name].value != value for name, value in seen.items())

    async def undo_marked(self) -> None:
        """Undo what the customer has said yes to; raises FlowError where nobody knows how."""
        marked = [key.removeprefix(UNDOING) for key in self.memo if key.startswith(UNDOING)]
        for step in reversed(marked):
            told = self.memo.get(step)
            if told is not None:
                await self._undo(told)
            for key in (step, f"{UNDOING}{step}", f"{KEPT}{step}"):
                self.memo.pop(key, None)

    async def _undo(self, told: Mapping[str, Any]) -> None:
        action = self.effects.outside.actions.get(told["action"])
        if action is None:
            raise FlowError(
                f"the action {told['action']} is to be undone and no plugin has it any more; "
                "put it back until the dialogs that called it have ended"
            )
        await self.effects.undo(action, self.context, told["key"])


def done_steps(memo: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """List the steps of a memo that called an action."""
    return [
        (step, told)
        for step, told in memo.items()
        if isinstance(told, Mapping) and "action" in told
    ]


def _kind(error: Exception) -> str:
    match error:
        case UserError():
            return "user"
        case EffectUnknownError():
            return "unknown"
        case _:
            return "error"


def _recalled_error(told: Mapping[str, Any]) -> Exception:
    """Make the error again that a flow has gone on after."""
    match told["failed"]:
        case "user":
            return UserError(told["why"])
        case "unknown":
            return EffectUnknownError(told["why"])
        case _:
            return ActionFailedError(f"{told['action']} failed before")


def result_adapter(action: Action[..., Any]) -> TypeAdapter[Any]:
    """Make what keeps an action's result as JSON."""
    return adapter(get_type_hints(action.function).get("return", Any))


def adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any annotation
    """Make what keeps values of a type as JSON, once a type."""
    try:
        return _kept_adapter(kind)
    except TypeError:  # an annotation that cannot be hashed
        return TypeAdapter(kind)


@lru_cache(maxsize=512)
def _kept_adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any annotation
    return TypeAdapter(kind)
