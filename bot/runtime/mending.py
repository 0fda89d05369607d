"""Undos that failed are tried again later: a timer brings each back as a turn of its own."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.authoring.actions import Action
from bot.authoring.context import Context
from bot.authoring.flows import Flow
from bot.dialog.phrases import phrases_in
from bot.ports.connectors import Body
from bot.ports.records import Settled, TimerSet
from bot.runtime.effects import Effects
from bot.runtime.sagas import DECIDED, Left, take_back, title_of, told_of
from bot.runtime.undoing import Later

log = structlog.get_logger()
UNDO = "undo"
"""The name of the timer and of its signal."""
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)


def timer(later: Later, now: datetime) -> TimerSet:
    """Set when an undo is tried again: after 1, 4, 16 … minutes, at most 6 hours."""
    pause = min(FIRST_PAUSE * 4 ** (later.tries - 1), LONGEST_PAUSE)
    payload = {"saga": later.saga, "keys": list(later.keys), "tries": later.tries}
    return TimerSet(due=now + pause, name=UNDO, payload=payload)


def later_of(payload: Body) -> Later:
    """Read what `timer` wrote."""
    return Later(saga=payload["saga"], keys=tuple(payload["keys"]), tries=payload["tries"])


def actions_near(functions: Iterable[Callable[..., Any]]) -> dict[str, Action[..., Any]]:
    """Find the actions by name that functions can name: in their modules and closures.

    The flows that they can name are looked through as well: their modules may be nobody's plugin.
    """
    found: dict[str, Action[..., Any]] = {}
    modules: dict[int, Mapping[str, Any]] = {}
    waiting = list(functions)
    while waiting:
        function = waiting.pop(0)
        inner = inspect.getclosurevars(function).nonlocals if inspect.isfunction(function) else {}
        found |= {one.name: one for one in inner.values() if isinstance(one, Action)}
        space = getattr(function, "__globals__", {})
        if id(space) not in modules:
            modules[id(space)] = space
            waiting += [one.function for one in list(space.values()) if isinstance(one, Flow)]
    for space in modules.values():
        for one in list(space.values()):
            if isinstance(one, Action):
                found.setdefault(one.name, one)
    return found


@dataclass(frozen=True, slots=True)
class Mending:
    """One more try of what a saga could not undo."""

    effects: Effects
    context: Context

    async def run(self, later: Later) -> list[str]:
        """Undo what still stands; returns what the customer is told."""
        ledger = self.effects.ledger
        decision = await ledger.find(later.saga)
        is_decided = decision is not None and decision.state in DECIDED
        undone: list[str] = []
        left: list[Left] = []
        for key in later.keys:
            held = await ledger.find(key)
            # done: only where nobody has begun anew since, and counts on it
            if held is None or not (
                held.state == "undoing" or (held.state == "done" and is_decided)
            ):
                continue
            rest = await take_back(self.effects, self.context, held)
            if rest is None:
                undone.append(title_of(self.effects.outside.actions.get(held.action), held))
            else:
                left.append(rest)
        again = self._again(later, [one.key for one in left if one.how == "pending"])
        if is_decided and not again:
            self.effects.settled.append(Settled(key=later.saga, state="undone"))
        phrases = phrases_in(self.context.locale)
        told = [phrases.taken_back_now(", ".join(undone))] if undone else []
        final = [_given_up(one) for one in left if one.key not in again]
        return told + told_of(final, phrases)

    def _again(self, later: Later, keys: Sequence[str]) -> Sequence[str]:
        if not keys:
            return ()
        if later.tries >= MOST_TRIES:
            for key in keys:
                log.error("undo.given_up", key=key, tries=later.tries)
            return ()
        self.effects.later.append(Later(saga=later.saga, keys=tuple(keys), tries=later.tries + 1))
        return keys


def _given_up(left: Left) -> Left:
    return Left(left.key, left.title, "stands") if left.how == "pending" else left
