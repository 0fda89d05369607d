"""Granting wishes that need an answer: checks, suggestions, commands."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from bot.authoring.context import Context
from bot.authoring.replies import replies_of
from bot.authoring.services import Linking, Manual
from bot.authoring.signatures import Callback, CommandSpec
from bot.dialog import manual
from bot.dialog.events import (
    Check,
    Checked,
    Event,
    Failed,
    Ran,
    Run,
    Suggest,
    Suggested,
    Surroundings,
)
from bot.dialog.forms import arguments_of
from bot.errors import EffectUnknownError, Retry, StaleTurnError, UserError
from bot.model.conversation import Frame, PromptChoice, State
from bot.model.ids import FrameId
from bot.ports.records import Outgoing, Settled, Snapshot, TimerSet
from bot.ports.stores import Store
from bot.runtime import calls
from bot.runtime.calls import Call
from bot.runtime.desk import TurnDesk
from bot.runtime.effects import Effects, Unconfirmed
from bot.runtime.linking import Joins, LinkingDesk
from bot.runtime.scene import Scene

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Turn:
    """A turn in the making: everything that its commit will write."""

    snapshot: Snapshot
    state: State
    around: Surroundings
    outgoing: list[Outgoing] = field(default_factory=list)
    timers: list[TimerSet] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    joins: Joins = field(default_factory=Joins)
    trail: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ManualDesk:
    """See `bot.authoring.services.Manual`."""

    commands: Mapping[str, CommandSpec]
    umbrella: str

    def overview(self) -> str:
        """See `bot.authoring.services.Manual.overview`."""
        return manual.overview(self.commands, self.umbrella)

    def explain(self, name: str) -> str | None:
        """See `bot.authoring.services.Manual.explain`."""
        return manual.explain(self.commands, name)

    def nearest(self, name: str) -> str | None:
        """See `bot.authoring.services.Manual.nearest`."""
        return manual.nearest(self.commands, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Runs authors' code: outside any transaction, under a time limit, its errors contained."""

    store: Store
    scene: Scene
    services: Mapping[Any, Any]
    patience: timedelta

    @property
    def provided(self) -> frozenset[Any]:
        """The types that are injected."""
        return frozenset({*self.services, Linking, Manual})

    async def check(self, turn: Turn, wish: Check) -> Event:
        """Have a value checked; a check that raises refuses with its `UserError`'s text."""
        call, spec = self._call(turn, wish)
        problem: str | None
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                problem = None if call is None else await calls.check(call)
        except UserError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - authors' code; the answers are kept
            return _failed(turn, wish.frame, "error", _logged("check.failed", spec, error))
        return Checked(
            frame=wish.frame, argument=wish.argument, problem=problem, around=turn.around
        )

    async def suggest(self, turn: Turn, wish: Suggest) -> Event:
        """Have choices named; where the author's code raises, there is simply no menu."""
        call, spec = self._call(turn, wish)
        parameter = spec.parameter(wish.argument) if spec else None
        choices: Sequence[PromptChoice] = ()
        try:
            if call is not None and parameter is not None:
                async with asyncio.timeout(self.patience.total_seconds()):
                    choices = await calls.suggest(call, parameter, turn.around)
        except Exception as error:  # noqa: BLE001 - authors' code; the question is asked without it
            _logged("suggestion.failed", spec, error)
        return Suggested(
            frame=wish.frame, argument=wish.argument, choices=tuple(choices), around=turn.around
        )

    async def run(self, turn: Turn, wish: Run) -> Event:
        """Run a command under the turn's lease; what it raises becomes an event."""
        frame = turn.state.frame(wish.frame)
        spec = self.scene.commands.get(frame.command) if frame else None
        if frame is None or spec is None:
            return Ran(frame=wish.frame, replies=(), around=turn.around)
        effects = Effects(self.store.ledger, turn.snapshot, frame, self.provided)
        desk, context = self._desk(turn, spec, frame, effects)
        call = Call(callback=spec.handler, context=context, known=arguments_of(frame, spec))
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                said = replies_of(await call.run())
        except (Unconfirmed, Exception) as error:  # noqa: BLE001 - authors' code; see _failure
            desk.said.clear()
            return _failure(turn, frame, spec, error)
        finally:
            turn.settled.extend(effects.settled)
        replies = (*(saying.reply for saying in desk.said), *said)
        leaving = turn.joins.part is not None
        return Ran(frame=frame.id, replies=replies, leaving=leaving, around=turn.around)

    def _call(self, turn: Turn, wish: Check | Suggest) -> tuple[Call | None, CommandSpec | None]:
        frame = turn.state.frame(wish.frame)
        spec = self.scene.commands.get(frame.command) if frame else None
        parameter = spec.parameter(wish.argument) if spec else None
        if frame is None or spec is None or parameter is None:
            return None, None
        callback: Callback | None = (
            parameter.check if isinstance(wish, Check) else parameter.suggest
        )
        if callback is None:
            return None, spec
        _, context = self._desk(turn, spec, frame, None)
        known = arguments_of(frame, spec)
        value = known.get(wish.argument)
        return Call(callback=callback, context=context, known=known, value=value), spec

    def _desk(
        self, turn: Turn, spec: CommandSpec, frame: Frame, effects: Effects | None
    ) -> tuple[TurnDesk, Context]:
        labels = self.scene.labels
        local: dict[Any, Callable[[Context], Any]] = {
            Linking: lambda context: LinkingDesk(
                self.store, context, turn.joins, labels, self.scene.connectors
            ),
            Manual: lambda _: ManualDesk(self.scene.commands, turn.around.umbrella),
        }
        desk = TurnDesk(self.services, local, effects)
        context = self.scene.context(turn.snapshot, spec, frame.id, desk)
        desk.context = context
        return desk, context


def _failure(turn: Turn, frame: Frame, spec: CommandSpec, error: BaseException) -> Event:
    """Turn what a command raised into an event; a stale turn goes on up."""
    match error:
        case StaleTurnError():
            raise error
        case Unconfirmed():
            return _failed(turn, frame.id, "unconfirmed")
        case Retry():
            return _failed(turn, frame.id, "retry", str(error), argument=error.arg)
        case UserError():
            return _failed(turn, frame.id, "user", str(error))
        case EffectUnknownError():
            return _failed(turn, frame.id, "unknown")
        case _:
            return _failed(turn, frame.id, "error", _logged("command.failed", spec, error))


def _failed(
    turn: Turn, frame: FrameId, why: str, text: str = "", *, argument: str | None = None
) -> Failed:
    return Failed(frame=frame, why=why, text=text, argument=argument, around=turn.around)


def _logged(event: str, spec: CommandSpec | None, error: BaseException) -> str:
    """Log what an author's code raised; returns the id that the customer is told."""
    error_id = secrets.token_hex(4)
    log.error(event, command=spec.name if spec else "", error_id=error_id, exc_info=error)
    return error_id
