"""What a command gets done while it runs: services, saying, actions."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from bot.authoring.actions import Action
from bot.authoring.context import Context
from bot.authoring.kinds import File
from bot.authoring.replies import Reply
from bot.authoring.sagas import OpeningSaga
from bot.dialog import manual
from bot.dialog.surroundings import Surroundings
from bot.errors import PluginError
from bot.model.customers import Customer
from bot.runtime.effects import Effects
from bot.runtime.files import Files
from bot.runtime.keeping import Keeping
from bot.runtime.notices import Notices
from bot.runtime.outside import Outside
from bot.runtime.sagas import RunningSaga, running

S = TypeVar("S")
LOOK_ONLY = "these may only look things up: call the service itself, or mark the action read=True"


@dataclass(slots=True)
class Saying:
    """A reply that was said in this turn and goes out with its commit; see `Shown`."""

    reply: Reply

    async def update(self, reply: str | Reply) -> None:
        """See `bot.authoring.context.Shown.update`."""
        self.reply = Reply(reply) if isinstance(reply, str) else reply


@dataclass(frozen=True, slots=True)
class ManualDesk:
    """See `bot.authoring.services.Manual`."""

    around: Surroundings

    def overview(self) -> str:
        """See `bot.authoring.services.Manual.overview`."""
        return manual.overview(self.around.commands, self.around.umbrella, self.around.phrases)

    def explain(self, name: str) -> str | None:
        """See `bot.authoring.services.Manual.explain`."""
        return manual.explain(self.around.commands, name, self.around.phrases)

    def nearest(self, name: str) -> str | None:
        """See `bot.authoring.services.Manual.nearest`."""
        return manual.nearest(self.around.commands, name)


@dataclass(slots=True)
class TurnDesk:
    """See `bot.authoring.context.Desk`.

    ``services`` are opened once for the bot; ``local`` are made anew for each context. Without
    ``effects`` (checks and suggestions) only look-ups may be performed.
    """

    services: Mapping[Any, Any]
    local: Mapping[Any, Callable[[Context], Any]]
    effects: Effects | None = None
    context: Context | None = None
    said: list[Saying] = field(default_factory=list)
    notices: Notices | None = None
    outside: Outside | None = None
    report: Callable[..., Awaitable[None]] | None = None
    files: Files | None = None
    keeping: Keeping | None = None

    def service(self, wanted: type[S]) -> S:
        """See `bot.authoring.context.Context.service`."""
        if wanted in self.local and self.context is not None:
            return cast("S", self.local[wanted](self.context))
        if wanted in self.services:
            return cast("S", self.services[wanted])
        name = getattr(wanted, "__name__", str(wanted))
        raise PluginError(f"no plugin provides {name}; write an @provide function that yields one")

    async def say(self, reply: str | Reply) -> Saying:
        """See `bot.authoring.context.Context.say`."""
        saying = Saying(Reply(reply) if isinstance(reply, str) else reply)
        self.said.append(saying)
        return saying

    async def perform(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any]
    ) -> Any:  # noqa: ANN401 - the action's own result
        """See `bot.authoring.context.Desk.perform`."""
        if self.effects is None and self.outside is not None and action.read:
            return await self.outside.look_up(action, context, arguments)
        return await self._effects(action).perform(action, context, arguments)

    async def fetch(self, file: File) -> bytes:
        """See `bot.authoring.context.Desk.fetch`."""
        if self.files is None:
            raise PluginError(f"the file {file.name!r} cannot be read here")
        return await self.files.read(file)

    async def undo(self, action: Action[..., Any], context: Context, key: str) -> bool:
        """See `bot.authoring.context.Desk.undo`."""
        return await self._effects(action).undo(action, context, key)

    def saga(self, name: str, context: Context) -> OpeningSaga:
        """See `bot.authoring.context.Context.saga`."""
        if self.effects is None:
            raise PluginError(f"the saga {name} was opened by a check or a suggestion; {LOOK_ONLY}")
        return running(RunningSaga(name, self.effects, context))

    async def progress(self, text: str, context: Context) -> None:
        """See `bot.authoring.context.Context.progress`."""
        if self.report is None:
            raise PluginError(f"ctx.progress was called by a check or a suggestion; {LOOK_ONLY}")
        await self.report(text, key=context.idempotency_key)

    def emit(self, event: str, data: Mapping[str, Any]) -> None:
        """See `bot.authoring.context.Context.emit`."""
        self._notices("emit").emit(event, data)

    async def notify(self, customer: Customer, reply: Reply, *, purpose: str, key: str) -> None:
        """See `bot.authoring.context.Context.notify`."""
        notices = self._notices("notify")
        kept = [reply] if self.keeping is None else await self.keeping.kept([reply])
        notices.notify(customer, kept[0], purpose=purpose, key=key)

    def _notices(self, verb: str) -> Notices:
        if self.notices is None:
            raise PluginError(
                f"ctx.{verb} was called by a check, a suggestion or a flow: these run again and "
                "again; call it in a command or in an action"
            )
        return self.notices

    def _effects(self, action: Action[..., Any]) -> Effects:
        if self.effects is None:
            raise PluginError(
                f"the action {action.name} was called by a check or a suggestion; {LOOK_ONLY}"
            )
        return self.effects
