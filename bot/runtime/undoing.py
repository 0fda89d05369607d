"""Undoing effects: each undo in the ledger, once, finished after a crash, never on a guess."""

from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.authoring.actions import Absent, Action, Effect, Found
from bot.authoring.context import Context
from bot.dialog.phrases import Phrases
from bot.errors import EffectUnknownError, UnavailableError, UserError
from bot.ports.records import EffectRecord, Settled, Snapshot
from bot.ports.stores import Ledger
from bot.runtime.attempts import Happened, Missed, Verdict
from bot.runtime.outside import Outside, loaded

log = structlog.get_logger()
ENDED = frozenset({"failed", "undone"})
"""States of effects that leave nothing to undo; their keys are free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Effects of a failed saga that are still to be undone; ``saga`` is the key of its own row."""

    saga: str
    keys: tuple[str, ...]
    tries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """Takes effects back under the lease of one turn."""

    ledger: Ledger
    snapshot: Snapshot
    outside: Outside

    async def take_back(
        self, action: Action[..., Any], context: Context, held: EffectRecord
    ) -> None:
        """Undo an effect that the ledger holds; its key is free when this returns.

        Raises:
            UserError: the service refuses for good; the effect stands as ``done``.
            UnavailableError: the breaker is open; nothing was done.
            EffectUnknownError: nobody can tell whether it is undone; it stays ``undoing``.
            Exception: what the author's undo raised; it stays ``undoing`` and may be tried again.
        """
        one = _Undo(action, replace(context, idempotency_key=held.key), held, self.outside)
        known: Happened | Verdict = Verdict.NOTHING_DONE
        if held.state == "undoing":
            known = await one.judge()
        elif self.outside.refuses(action):
            raise UnavailableError(Phrases.UNAVAILABLE)
        else:
            await self._settle(held, "undoing")
        if known is Verdict.UNCLEAR and not action.idempotent:
            raise one.unknown()
        try:
            if isinstance(known, Verdict):
                await one.call(known)
        except UserError as error:
            if not isinstance(error, UnavailableError):
                await self._settle(held, "done")
            raise
        await self._settle(held, "undone")

    async def _settle(self, held: EffectRecord, state: str) -> None:
        await self.ledger.settle(
            Settled(key=held.key, state=state, result=held.result), self.snapshot
        )


@dataclass(frozen=True, slots=True)
class _Undo:
    """One undo of one effect."""

    action: Action[..., Any]
    context: Context
    held: EffectRecord
    outside: Outside

    async def call(self, known: Verdict) -> None:
        """Call the author's undo; raises where it is not known to have worked."""
        outcome = await self.outside.attempts(self.action).make(
            lambda: self.outside.undo(self.action, self.context, self._effect),
            self.judge,
            known=known,
        )
        match outcome:
            case Missed(error, Verdict.UNCLEAR) if not self.action.idempotent:
                raise self.unknown() from error
            case Missed(error):
                raise error
            case Happened():
                return

    async def judge(self) -> Happened | Verdict:
        """Ask the probe whether the effect is still there."""
        match await self.outside.probe(self.action, self.context, self._effect):
            case Absent():
                return Happened(None)
            case Found():
                return Verdict.NOTHING_DONE
            case _:
                return Verdict.UNCLEAR

    def unknown(self) -> EffectUnknownError:
        """Tell an operator, who alone can find out."""
        log.error("undo.unknown", action=self.action.name, key=self.held.key)
        return EffectUnknownError(f"{self.action.name}: nobody knows whether it was undone")

    @property
    def _effect(self) -> Effect:
        held = self.held
        result = None if held.result is None else loaded(self.action, held.result)
        return Effect(key=held.key, arguments=held.arguments, result=result)
