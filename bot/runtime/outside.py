"""Calls of authors' functions that speak with services: each in its time, between crash points."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import structlog
from pydantic import TypeAdapter

from bot.authoring.actions import Absent, Action, Effect, Found
from bot.authoring.context import Context
from bot.authoring.signatures import Callback, read_callback
from bot.crashpoints import crashpoint
from bot.errors import StoreError
from bot.ports.clock import Clock
from bot.runtime.attempts import Attempts, Happened, Missed, Pace, Verdict
from bot.runtime.breakers import Breakers
from bot.runtime.calls import Call

log = structlog.get_logger()
DEFAULT_TIMEOUT = 30.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Everything outside the bot, as far as actions reach it.

    Attributes:
        provided: the types that are injected.
        clock: what breakers go by.
        actions: by name, for undoing what an earlier turn did; those that are used are added.
        breakers: one for each action.
        pace: of calls that are made again.
    """

    provided: frozenset[Any]
    clock: Clock
    actions: dict[str, Action[..., Any]] = field(default_factory=dict)
    breakers: Breakers = field(default_factory=Breakers)
    pace: Pace = field(default_factory=Pace)

    def attempts(self, action: Action[..., Any]) -> Attempts:
        """Prepare the calls for one effect."""
        return Attempts(
            action=action, circuit=self.breakers.of(action), pace=self.pace, now=self.clock.now
        )

    def refuses(self, action: Action[..., Any]) -> bool:
        """Tell whether the action's breaker is open."""
        return self.breakers.of(action).is_open(self.clock.now())

    def callback(self, action: Action[..., Any], function: Any) -> Callback:  # noqa: ANN401 - an author's function
        """Read the signature of an action's function, undo or probe."""
        return read_callback(function, source=action.name, provided=self.provided, others=None)

    async def look_up(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any]
    ) -> Any:  # noqa: ANN401 - the action's own result
        """Call an action without an effect; raises what its last call raised."""

        async def nothing_done() -> Verdict:
            return Verdict.NOTHING_DONE

        outcome = await self.attempts(action).make(
            lambda: self.call(action, context, arguments), nothing_done, known=Verdict.NOTHING_DONE
        )
        match outcome:
            case Happened(result):
                return result
            case Missed(error):
                raise error

    async def call(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any]
    ) -> Any:  # noqa: ANN401 - the action's own result
        """Call an action's function."""
        callback = self.callback(action, action.function)
        call = Call(callback=callback, context=context, known=arguments)
        return await _reach("effect.call", call, action)

    async def undo(self, action: Action[..., Any], context: Context, effect: Effect) -> None:
        """Call an action's undo."""
        await _reach("effect.undo", self._about(effect, action, action.undo_with, context), action)

    async def probe(
        self, action: Action[..., Any], context: Context, effect: Effect
    ) -> Found[Any] | Absent | None:
        """Ask what became of an effect; None where there is no probe or it cannot tell."""
        if action.probe is None:
            return None
        call = self._about(effect, action, action.probe, context)
        try:
            answer = await _reach("effect.probe", call, action)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - an author's probe; without its answer nobody knows
            log.warning("probe.failed", action=action.name, error=type(error).__name__)
            return None
        return answer if isinstance(answer, Found | Absent) else None

    def _about(
        self,
        effect: Effect,
        action: Action[..., Any],
        function: Any,  # noqa: ANN401 - an author's function
        context: Context,
    ) -> Call:
        """Call an undo or a probe: what is not the context or a service gets the effect."""
        callback = self.callback(action, function)
        return Call(callback=callback, context=context, known=dict.fromkeys(callback.needs, effect))


async def _reach(point: str, call: Call, action: Action[..., Any]) -> Any:  # noqa: ANN401 - whatever the author's function returns
    patience = DEFAULT_TIMEOUT if action.timeout is None else action.timeout.total_seconds()
    async with asyncio.timeout(patience):
        crashpoint(f"{point}.before")
        answer = await call.run()
        crashpoint(f"{point}.after")
        return answer


def dumped(action: Action[..., Any], result: Any) -> Any:  # noqa: ANN401 - the action's result in, JSON out
    """Write an action's result as JSON."""
    return _adapter(action).dump_python(result, mode="json")


def loaded(action: Action[..., Any], result: Any) -> Any:  # noqa: ANN401 - JSON in, the action's result out
    """Read what `dumped` wrote."""
    return _adapter(action).validate_python(result)


def _adapter(action: Action[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(action.function).get("return", Any))
