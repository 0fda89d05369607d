"""Actions through the ledger: at most once by key, settled after a crash, never guessed."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_type_hints

import structlog
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from bot.authoring.actions import Absent, Action, Effect, Found
from bot.authoring.context import Context
from bot.authoring.signatures import Callback, read_callback
from bot.crashpoints import crashpoint
from bot.errors import EffectUnknownError, UserError
from bot.model.conversation import Frame
from bot.ports.records import EffectRecord, Settled, Snapshot
from bot.ports.stores import Ledger
from bot.runtime.calls import Call

log = structlog.get_logger()
DEFAULT_TIMEOUT = timedelta(seconds=30)
MASKED = "•••"


class Unconfirmed(BaseException):
    """An effect was wanted in a dialog that was only proposed: it needs a yes first."""


class Effects:
    """Carries out the actions of one run of a command."""

    def __init__(
        self, ledger: Ledger, snapshot: Snapshot, frame: Frame, provided: frozenset[Any]
    ) -> None:
        self._ledger = ledger
        self._snapshot = snapshot
        self._frame = frame
        self._provided = provided
        self._occurrences: dict[str, int] = {}
        self.settled: list[Settled] = []

    async def perform(
        self,
        action: Action[..., Any],
        context: Context,
        arguments: Mapping[str, Any],
        *,
        occurrence: str | None = None,
    ) -> Any:  # noqa: ANN401 - the action's own result
        """See `bot.authoring.context.Desk.perform`; ``occurrence`` names a flow's step."""
        callback = self._callback(action)
        if action.read:
            return await self._call(action, callback, context, arguments)
        self._need_yes()
        key = self.key_of(action, arguments, occurrence=occurrence)
        effect = EffectRecord(
            key=key, action=action.name, frame=self._frame.id,
            conversation=self._snapshot.conversation, request_hash=hash_of(arguments),
            state="started", arguments=_masked(action, arguments),
        )  # fmt: skip
        held = await self._ledger.start(effect, self._snapshot, settled=tuple(self.settled))
        self.settled.clear()
        context = replace(context, idempotency_key=key)
        if held.fresh:
            return await self._try(action, callback, context, arguments)
        return await self._resume(action, held, context, arguments)

    async def undo(self, action: Action[..., Any], context: Context, key: str) -> bool:
        """See `bot.authoring.actions.Action.undo`."""
        self._need_yes()
        held = await self._ledger.find(key)
        if held is None or held.state in {"failed", "undone"} or action.undo_with is None:
            return False
        # what this turn has done so far is settled first: the undo may be all that a crash leaves
        while self.settled:
            await self._settle(self.settled[0])
            self.settled.pop(0)
        await self._settle(Settled(key=key, state="undoing", result=held.result))
        effect = Effect(key=key, arguments=held.arguments, result=_loaded(action, held.result))
        callback = read_callback(
            action.undo_with, source=action.name, provided=self._provided, others=None
        )
        call = Call(callback=callback, context=context, known={"effect": effect})
        async with asyncio.timeout((action.timeout or DEFAULT_TIMEOUT).total_seconds()):
            await _outside("effect.undo", call)
        self.settled.append(Settled(key=key, state="undone"))
        return True

    def _need_yes(self) -> None:
        if self._frame.proposed and not self._frame.confirmed:
            raise Unconfirmed

    def _callback(self, action: Action[..., Any]) -> Callback:
        return read_callback(
            action.function, source=action.name, provided=self._provided, others=None
        )

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
            counted = self._occurrences.get(action.name, 0)
            self._occurrences[action.name] = counted + 1
            occurrence = str(counted)
        return f"{self._frame.id}:{action.name}:{occurrence}"

    async def _resume(
        self, action: Action[..., Any], held: EffectRecord, context: Context,
        arguments: Mapping[str, Any],
    ) -> Any:  # noqa: ANN401 - the action's own result  # fmt: skip
        """Go on from what the ledger holds: the remembered result, or what the probe tells."""
        if held.state == "done":
            return _loaded(action, held.result)
        callback = self._callback(action)
        if action.idempotent and held.state == "started":
            return await self._try(action, callback, context, arguments)
        match await self._probe(action, context, arguments):
            case Found(result):
                self._done(action, held.key, result)
                return result
            case Absent():
                return await self._try(action, callback, context, arguments)
            case _:
                await self._settle(Settled(key=held.key, state="unknown"))
                log.error("effect.unknown", action=action.name, key=held.key)
                raise EffectUnknownError(f"{action.name}: nobody knows whether it happened")

    async def _try(
        self, action: Action[..., Any], callback: Callback, context: Context,
        arguments: Mapping[str, Any],
    ) -> Any:  # noqa: ANN401 - the action's own result  # fmt: skip
        key = context.idempotency_key
        try:
            result = await self._call(action, callback, context, arguments)
        except UserError:
            await self._settle(Settled(key=key, state="failed"))
            raise
        except Exception as error:  # noqa: BLE001 - an author's action; settled by its probe or told
            log.warning("effect.interrupted", action=action.name, error=type(error).__name__)
            return await self._after_error(action, context, arguments, error)
        self._done(action, key, result)
        return result

    async def _after_error(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any],
        error: Exception,
    ) -> Any:  # noqa: ANN401 - the action's own result  # fmt: skip
        """Find out what became of an effect whose call raised."""
        key = context.idempotency_key
        match await self._probe(action, context, arguments):
            case Found(result):
                self._done(action, key, result)
                return result
            case Absent():
                await self._settle(Settled(key=key, state="failed"))
                raise error
            case _ if action.idempotent:
                raise error
            case _:
                await self._settle(Settled(key=key, state="unknown"))
                log.error("effect.unknown", action=action.name, key=key)
                raise EffectUnknownError(f"{action.name}: it may have happened") from error

    async def _probe(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any]
    ) -> Any:  # noqa: ANN401 - Found, Absent or None
        if action.probe is None:
            return None
        effect = Effect(key=context.idempotency_key, arguments=dict(arguments))
        callback = read_callback(
            action.probe, source=action.name, provided=self._provided, others=None
        )
        call = Call(callback=callback, context=context, known={"effect": effect})
        try:
            async with asyncio.timeout((action.timeout or DEFAULT_TIMEOUT).total_seconds()):
                return await _outside("effect.probe", call)
        except Exception as error:  # noqa: BLE001 - an author's probe; without its answer the effect is unknown
            log.warning("probe.failed", action=action.name, error=type(error).__name__)
            return None

    async def _call(
        self, action: Action[..., Any], callback: Callback, context: Context,
        arguments: Mapping[str, Any],
    ) -> Any:  # noqa: ANN401 - the action's own result  # fmt: skip
        call = Call(callback=callback, context=context, known=arguments)
        async with asyncio.timeout((action.timeout or DEFAULT_TIMEOUT).total_seconds()):
            return await _outside("effect.call", call)

    def _done(self, action: Action[..., Any], key: str, result: Any) -> None:  # noqa: ANN401 - the action's own result
        dumped = _adapter(action).dump_python(result, mode="json")
        self.settled.append(Settled(key=key, state="done", result=dumped))

    async def _settle(self, settled: Settled) -> None:
        await self._ledger.settle(settled, self._snapshot)


async def _outside(point: str, call: Call) -> Any:  # noqa: ANN401 - whatever the author's function returns
    """Call an author's function that speaks with a service, between two crash points."""
    crashpoint(f"{point}.before")
    answer = await call.run()
    crashpoint(f"{point}.after")
    return answer


def hash_of(arguments: Mapping[str, Any]) -> str:
    """Make the request hash of arguments."""
    plain = json.dumps(to_jsonable_python(dict(arguments), fallback=repr), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def _masked(action: Action[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = to_jsonable_python(dict(arguments), fallback=repr)
    return {name: MASKED if name in action.mask else value for name, value in plain.items()}


def _adapter(action: Action[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(action.function).get("return", Any))


def _loaded(action: Action[..., Any], result: Any) -> Any:  # noqa: ANN401 - JSON in, the action's result out
    return _adapter(action).validate_python(result)
