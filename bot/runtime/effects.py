"""Actions through the ledger: at most once by key, settled after a crash, never guessed."""

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import structlog

from bot.authoring.actions import Absent, Action, Effect, Found
from bot.authoring.context import Context
from bot.dialog.phrases import Phrases
from bot.errors import (
    EffectMismatchError,
    EffectUnknownError,
    PluginError,
    UnavailableError,
    UserError,
)
from bot.model.conversation import Frame
from bot.ports.records import EffectRecord, Settled, Snapshot
from bot.ports.stores import Ledger
from bot.runtime.attempts import Happened, Missed, Verdict
from bot.runtime.fingerprints import masked, request_hash
from bot.runtime.outside import Outside, dumped, loaded
from bot.runtime.undoing import ENDED, Later, Undoing

log = structlog.get_logger()


class Unconfirmed(BaseException):
    """An effect was wanted in a dialog that was only proposed: it needs a yes first."""


class Effects:
    """Carries out the actions of one run of a command."""

    def __init__(
        self, ledger: Ledger, snapshot: Snapshot, frame: Frame, outside: Outside,
        *, notes: list[str] | None = None,
    ) -> None:  # fmt: skip
        self.ledger = ledger
        self.snapshot = snapshot
        self.frame = frame
        self.outside = outside
        self.settled: list[Settled] = []
        """What ended since the last commit; joins the next effect's or the turn's."""
        self.notes: list[str] = [] if notes is None else notes
        """What customers are told of effects that could not be undone."""
        self.later: list[Later] = []
        """What is still to be undone."""
        self._occurrences: dict[str, int] = {}
        self._undoing = Undoing(ledger=ledger, snapshot=snapshot, outside=outside)

    async def perform(
        self,
        action: Action[..., Any],
        context: Context,
        arguments: Mapping[str, Any],
        *,
        occurrence: str | None = None,
    ) -> Any:  # noqa: ANN401 - the action's own result
        """See `bot.authoring.context.Desk.perform`; ``occurrence`` names a flow's step."""
        self.outside.actions.setdefault(action.name, action)
        _check_arguments(self.outside, action, arguments)
        if action.read:
            return await self.outside.look_up(action, context, arguments)
        self.need_yes()
        key = self.key_of(action, arguments, occurrence=occurrence)
        wanted = EffectRecord(
            key=key, action=action.name, frame=self.frame.id,
            conversation=self.snapshot.conversation, state="started",
            request_hash=await request_hash(action, key, arguments),
            arguments=masked(action, arguments),
        )  # fmt: skip
        context = replace(context, idempotency_key=key)
        held = await self._start(action, wanted)
        if held.under_way:  # to ask the probe now would be to ask too early
            raise UnavailableError(Phrases.UNDER_WAY)
        if held.state == "undoing":  # an undo that failed or died: finish it, then begin anew
            await self.take_back(action, context, held)
            held = await self._start(action, wanted)
        known: Happened | Verdict = Verdict.NOTHING_DONE
        if not held.fresh:
            known = await self._resumed(action, context, held, arguments)
        if isinstance(known, Happened):
            return known.result
        return await self._carry_out(action, context, arguments, known)

    async def undo(self, action: Action[..., Any], context: Context, key: str) -> bool:
        """See `bot.authoring.actions.Action.undo`."""
        self.need_yes()
        await self.flush()  # what this turn has done so far may be what is undone
        held = await self.ledger.find(key)
        if held is not None and held.action != action.name:
            raise PluginError(f"the key {key!r} is of {held.action}, not of {action.name}")
        if held is None or held.state in ENDED:
            return False
        await self.take_back(action, context, held)
        return True

    def need_yes(self) -> None:
        """Leave the run where it was only proposed and nobody said yes."""
        if self.frame.proposed and not self.frame.confirmed:
            raise Unconfirmed

    def key_of(
        self,
        action: Action[..., Any],
        arguments: Mapping[str, Any],
        *,
        occurrence: str | None = None,
    ) -> str:
        """Make the key of an effect; without ``occurrence`` the calls of a run are counted."""
        if action.key is not None:
            return f"{action.name}:{action.key.format(**arguments)}"
        if occurrence is None:
            occurrence = str(self.count(action.name))
        return f"{self.frame.id}:{action.name}:{occurrence}"

    def count(self, name: str) -> int:
        """Tell how often this run has asked so before."""
        counted = self._occurrences.get(name, 0)
        self._occurrences[name] = counted + 1
        return counted

    async def flush(self) -> None:
        """Write what has ended; a crash from here on leaves it ended."""
        while self.settled:
            await self._settle(self.settled[0])
            self.settled.pop(0)

    async def take_back(
        self, action: Action[..., Any], context: Context, held: EffectRecord
    ) -> None:
        """See `bot.runtime.undoing.Undoing.take_back`; PluginError where there is no undo."""
        if action.undo_with is None:
            raise PluginError(f"the action {action.name} has no undo; write @action(undo=…)")
        await self._undoing.take_back(action, context, held)

    async def _start(self, action: Action[..., Any], wanted: EffectRecord) -> EffectRecord:
        """Write ``started``, or find what the key holds already."""
        try:
            if self.outside.refuses(action):
                return await self._remembered(wanted)
            held = await self.ledger.start(wanted, self.snapshot, settled=tuple(self.settled))
        except EffectMismatchError:
            # its key template must name what tells two requests apart, or leave more out
            log.error("effect.mismatch", action=action.name, key=wanted.key)  # noqa: TRY400 - not our error
            raise
        self.settled.clear()
        return held

    async def _remembered(self, wanted: EffectRecord) -> EffectRecord:
        """Find what was done before, while the breaker lets nothing begin."""
        await self.flush()
        held = await self.ledger.find(wanted.key)
        if held is None or held.state != "done":
            raise UnavailableError(Phrases.UNAVAILABLE)
        if held.request_hash != wanted.request_hash:
            raise EffectMismatchError(f"{wanted.action}: the same key with other arguments")
        return held

    async def _resumed(
        self, action: Action[..., Any], context: Context, held: EffectRecord,
        arguments: Mapping[str, Any],
    ) -> Happened | Verdict:  # fmt: skip
        """Tell what the ledger knows, or else the probe; raises where nobody does."""
        if held.state == "done":
            return Happened(loaded(action, held.result))
        if action.idempotent and held.state == "started":
            return Verdict.UNCLEAR
        known = await self._judge(action, context, arguments)()
        match known:
            case Happened(result):
                self._done(action, held.key, result)
            case Verdict.UNCLEAR:
                raise await self._unknown(action, held.key)
            case Verdict.NOTHING_DONE:
                pass
        return known

    async def _carry_out(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any],
        known: Verdict,
    ) -> Any:  # noqa: ANN401 - the action's own result  # fmt: skip
        """Call the service, and settle what came of it."""
        key = context.idempotency_key
        judge = self._judge(action, context, arguments)
        try:
            outcome = await self.outside.attempts(action).make(
                lambda: self.outside.call(action, context, arguments), judge, known=known
            )
        except UserError:
            await self._settle(Settled(key=key, state="failed"))
            raise
        match outcome:
            case Happened(result):
                self._done(action, key, result)
                return result
            case Missed(error, Verdict.NOTHING_DONE):
                await self._settle(Settled(key=key, state="failed"))
                raise error
            case Missed(error) if action.idempotent:
                raise error
            case Missed(error):
                raise await self._unknown(action, key) from error

    def _judge(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any]
    ) -> Callable[[], Awaitable[Happened | Verdict]]:
        """Ask the probe whether the effect is there."""
        effect = Effect(key=context.idempotency_key, arguments=dict(arguments))

        async def judge() -> Happened | Verdict:
            match await self.outside.probe(action, context, effect):
                case Found(result):
                    return Happened(result)
                case Absent():
                    return Verdict.NOTHING_DONE
                case _:
                    return Verdict.UNCLEAR

        return judge

    async def _unknown(self, action: Action[..., Any], key: str) -> EffectUnknownError:
        await self._settle(Settled(key=key, state="unknown"))
        log.error("effect.unknown", action=action.name, key=key)
        return EffectUnknownError(f"{action.name}: nobody knows whether it happened")

    def _done(self, action: Action[..., Any], key: str, result: Any) -> None:  # noqa: ANN401 - the action's own result
        self.settled.append(Settled(key=key, state="done", result=dumped(action, result)))

    async def _settle(self, settled: Settled) -> None:
        await self.ledger.settle(settled, self.snapshot)


def _check_arguments(outside: Outside, action: Action[..., Any], given: Collection[str]) -> None:
    """Refuse a wrong call before anything begins: after that, nobody knows what it did."""
    parameters = inspect.signature(action.function).parameters
    names = outside.callback(action, action.function).needs
    for name in given:
        if name not in names:
            raise TypeError(f"the action {action.name} has no parameter {name!r}")
    for name in names:
        if name not in given and parameters[name].default is inspect.Parameter.empty:
            raise TypeError(f"the action {action.name} needs the argument {name!r}")
