"""What a command gets done while it runs: services, saying, actions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from bot.authoring.actions import Action
from bot.authoring.context import Context
from bot.authoring.replies import Reply
from bot.errors import PluginError
from bot.runtime.effects import Effects

S = TypeVar("S")


@dataclass(slots=True)
class Saying:
    """A reply that was said in this turn and goes out with its commit; see `Shown`."""

    reply: Reply

    async def update(self, reply: str | Reply) -> None:
        """See `bot.authoring.context.Shown.update`."""
        self.reply = Reply(reply) if isinstance(reply, str) else reply


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
        return await self._effects(action).perform(action, context, arguments)

    async def undo(self, action: Action[..., Any], context: Context, key: str) -> bool:
        """See `bot.authoring.context.Desk.undo`."""
        return await self._effects(action).undo(action, context, key)

    def _effects(self, action: Action[..., Any]) -> Effects:
        if self.effects is None:
            raise PluginError(
                f"the action {action.name} was called by a check or a suggestion; these may only "
                "look things up: call the service itself"
            )
        return self.effects
