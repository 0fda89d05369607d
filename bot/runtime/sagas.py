"""Sagas: what a block has done is undone in reverse when the block fails.

The decision to undo is a row of the ledger, an effect by itself: after a crash the block runs
again and is led through what it had done, by what the ledger remembers, up to where it failed.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from bot.authoring.actions import Action
from bot.authoring.context import Context
from bot.authoring.sagas import Saga
from bot.dialog.phrases import Phrases, phrases_in
from bot.errors import (
    EffectUnknownError,
    Retry,
    SagaUndoneError,
    StoreError,
    UnavailableError,
    UserError,
)
from bot.ports.records import EffectRecord, Settled
from bot.runtime.effects import Effects
from bot.runtime.fingerprints import hash_of
from bot.runtime.outside import loaded
from bot.runtime.undoing import Later

log = structlog.get_logger()
DECIDED = frozenset({"started", "undoing"})
"""States of a saga's own row that say: it failed, and what it did is to be undone."""
HOLDING = frozenset({"started", "done", "undoing"})
"""States of an effect that there is something to undo of."""


@dataclass(frozen=True, slots=True)
class Left:
    """An effect that is not undone: it ``stands``, is ``pending``, or it is ``unknown``."""

    key: str
    title: str
    how: str


_PHRASES: Mapping[str, Callable[[Phrases, Sequence[str]], str]] = {
    "stands": Phrases.not_taken_back,
    "pending": Phrases.being_taken_back,
    "unknown": Phrases.perhaps_taken_back,
}


class RunningSaga:
    """One saga of one run; see `bot.authoring.sagas.Saga`.

    A flow, which may wait for nothing but its talk, is driven through `begin`, `carry_out`,
    `fail` and `end` instead of ``async with``.
    """

    def __init__(self, name: str, effects: Effects, context: Context) -> None:
        count = effects.count(f"saga {name}")
        self.name = name if count == 0 else f"{name}-{count}"
        self._effects = effects
        self._context = context
        self._key = f"{effects.frame.id}:saga:{self.name}"
        self._steps: dict[str, Action[..., Any]] = {}
        self._passed: list[str] = []
        self._counts: dict[str, int] = {}
        self._decided: EffectRecord | None = None

    async def begin(self) -> None:
        """Find out whether this saga had failed before the bot died.

        Where it failed in an earlier turn, and the customer tries again, that is over: what is
        still to be undone says so itself, and what was not undone yet counts for the new attempt.
        """
        effects = self._effects
        held = await effects.ledger.find(self._key)
        if held is None or held.state not in DECIDED:
            return
        if held.arguments["turn"] == self._turn:
            self._decided = held
        else:
            effects.settled.append(Settled(key=self._key, state="undone"))

    async def do(self, action: Any, /, *args: Any, **arguments: Any) -> Any:  # noqa: ANN401 - typed by the protocol
        """See `bot.authoring.sagas.Saga.do`."""
        if not isinstance(action, Action):
            raise TypeError("a saga does actions; decorate the function with @action")
        return await self.carry_out(action, action.named(args, arguments))

    async def carry_out(
        self, action: Action[..., Any], arguments: Mapping[str, Any], *, occurrence: str = ""
    ) -> Any:  # noqa: ANN401 - the action's own result
        """Carry an action out; ``occurrence`` is a flow's own name for the step."""
        if action.read:
            return await self._effects.perform(action, self._context, arguments)
        occurrence = occurrence or self._occurrence(action)
        key = self._effects.key_of(action, arguments, occurrence=occurrence)
        if self._decided is not None:
            return await self._recalled(action, key, self._decided)
        self._steps[key] = action
        result = await self._effects.perform(
            action, self._context, arguments, occurrence=occurrence
        )
        self._passed.append(key)
        return result

    def remember(self, action: Action[..., Any], key: str) -> None:
        """Count what an earlier turn of a flow did as a part of this saga."""
        self._steps[key] = action
        self._passed.append(key)

    async def fail(self, error: Exception) -> None:
        """Undo what this saga did, the last first; the caller lets the error go on."""
        effects = self._effects
        await effects.flush()
        if self._decided is None:
            decision = await self._decision(error)
            await effects.ledger.start(decision, effects.snapshot)
            steps: Sequence[str] = decision.arguments["steps"]
        else:
            steps = self._decided.arguments["steps"]
        waiting = list(steps)
        left: list[Left] = []
        try:
            while waiting:
                rest = await self._undo(waiting[-1])
                waiting.pop()
                left += [] if rest is None else [rest]
        finally:  # also where the command's time is over
            again = [*waiting, *(one.key for one in left if one.how == "pending")]
            if again:
                effects.later.append(Later(saga=self._key, keys=tuple(again)))
        effects.notes.extend(told_of(left, phrases_in(self._context.locale)))
        if not again:
            effects.settled.append(Settled(key=self._key, state="undone"))

    async def end(self) -> None:
        """End a block that raised nothing; raises what had made it fail before a crash."""
        if self._decided is not None:
            error = _recalled_error(self._decided)
            await self.fail(error)
            raise error

    def _occurrence(self, action: Action[..., Any]) -> str:
        count = self._counts.get(action.name, 0)
        self._counts[action.name] = count + 1
        return f"{self.name}.{count}"

    async def _recalled(self, action: Action[..., Any], key: str, decided: EffectRecord) -> Any:  # noqa: ANN401 - the action's own result
        """Lead the block again through what it had done, without calling anything."""
        self._steps[key] = action
        if key not in decided.arguments["passed"]:
            raise _recalled_error(decided)
        held = await self._effects.ledger.find(key)
        if held is None or held.result is None:
            return None
        return loaded(action, held.result)

    async def _decision(self, error: Exception) -> EffectRecord:
        """Write down that the saga failed, why, and what it had done."""
        effects = self._effects
        steps = []
        for key in self._steps:
            held = await effects.ledger.find(key)
            # under a business key another dialog may have done it: that is not ours to undo
            if held is not None and held.state in HOLDING and held.frame == effects.frame.id:
                steps.append(key)
        return EffectRecord(
            key=self._key, action=f"saga:{self.name}", frame=effects.frame.id,
            conversation=effects.snapshot.conversation, request_hash=hash_of({}), state="started",
            arguments={
                "turn": self._turn, "passed": self._passed, "steps": steps, "why": _told(error),
            },
        )  # fmt: skip

    async def _undo(self, key: str) -> Left | None:
        held = await self._effects.ledger.find(key)
        if held is None or held.state not in HOLDING:
            return None
        return await take_back(self._effects, self._context, held, action=self._steps.get(key))

    @property
    def _turn(self) -> str:
        return self._effects.snapshot.entry.event.event_id


@asynccontextmanager
async def running(saga: RunningSaga) -> AsyncIterator[Saga]:
    """Run a saga around a block."""
    await saga.begin()
    try:
        yield saga
    except StoreError:
        raise  # the turn is no longer ours, or runs again when the database is back
    except Exception as error:
        await saga.fail(error)
        raise
    await saga.end()


async def take_back(
    effects: Effects,
    context: Context,
    held: EffectRecord,
    *,
    action: Action[..., Any] | None = None,
) -> Left | None:
    """Undo one effect of a failed saga; tells what is left of it, if anything.

    Without ``action`` it is found by its name: the block did not come by it again.
    """
    action = action or effects.outside.actions.get(held.action)
    title = title_of(action, held)
    if action is None or action.undo_with is None:
        log.warning("saga.effect_stands", action=held.action, key=held.key)
        return Left(held.key, title, "stands")
    try:
        await effects.take_back(action, context, held)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - an author's undo; the others are undone all the same
        how = _fate(error)
        name = type(error).__name__  # its message may quote a customer
        log.error("saga.undo_failed", action=action.name, key=held.key, left=how, error=name)  # noqa: TRY400
        return Left(held.key, title, how)
    return None


def _fate(error: Exception) -> str:
    """Tell what an error of an undo leaves behind."""
    match error:
        case EffectUnknownError():
            return "unknown"
        case UserError() if not isinstance(error, UnavailableError):
            return "stands"
        case _:
            return "pending"


def told_of(left: Sequence[Left], phrases: Phrases) -> list[str]:
    """Tell customers what is not undone."""
    told = []
    for how, phrase in _PHRASES.items():
        titles = [one.title for one in left if one.how == how]
        if titles:
            told.append(phrase(phrases, titles))
    return told


def title_of(action: Action[..., Any] | None, held: EffectRecord) -> str:
    """Name an effect as customers know it."""
    return held.action.replace("_", " ") if action is None else action.title


def _told(error: Exception) -> dict[str, Any]:
    """Write an error so that it can be raised again after a crash."""
    match error:
        case Retry():
            return {"error": "retry", "text": str(error), "arg": error.arg}
        case UnavailableError():
            return {"error": "unavailable", "text": str(error)}
        case UserError():
            return {"error": "user", "text": str(error)}
        case EffectUnknownError():
            return {"error": "unknown"}
        case _:
            return {"error": type(error).__name__}


def _recalled_error(decided: EffectRecord) -> Exception:
    why = decided.arguments["why"]
    match why["error"]:
        case "retry":
            return Retry(why["text"], arg=why["arg"])
        case "unavailable":
            return UnavailableError(why["text"])
        case "user":
            return UserError(why["text"])
        case "unknown":
            return EffectUnknownError(f"{decided.action}: an effect of it is unknown")
        case name:
            return SagaUndoneError(f"{decided.action} failed by {name} before the bot died")
