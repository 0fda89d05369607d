"""A small desk: services by type, actions carried out at once under a key, replies kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from bot import (
    Action,
    Address,
    Capabilities,
    Channel,
    Context,
    Customer,
    CustomerId,
    Effect,
    Link,
    Linking,
    Manual,
    Reply,
    Shown,
    UserError,
    account_of,
)
from tests.closed_desk import ClosedDesk

S = TypeVar("S")
ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ROME)


@dataclass(slots=True)
class SmallDesk(ClosedDesk):
    """Does what the runtime does for a command, without its durability."""

    services: Mapping[Any, Any] = field(default_factory=dict)
    said: list[str | Reply] = field(default_factory=list)
    effects: dict[str, Effect] = field(default_factory=dict)
    performed: list[str] = field(default_factory=list)

    def service(self, wanted: type[S]) -> S:
        return cast("S", self.services[wanted])

    async def say(self, reply: str | Reply) -> Shown:
        self.said.append(reply)
        return SmallShown(self.said)

    async def perform(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any]
    ) -> Any:
        key = f"{context.frame}:{action.name}"
        inside = replace(context, idempotency_key=key)
        result = await action.function(inside, **arguments)
        self.effects[key] = Effect(key=key, arguments=arguments, result=result)
        self.performed.append(action.name)
        return result

    async def undo(self, action: Action[..., Any], context: Context, key: str) -> bool:
        effect = self.effects.pop(key, None)
        if effect is None or action.undo_with is None:
            return False
        await action.undo_with(context, effect)
        return True


@dataclass(slots=True)
class SmallShown:
    """Keeps what was said better."""

    said: list[str | Reply]

    async def update(self, reply: str | Reply) -> None:
        self.said.append(reply)


@dataclass(slots=True)
class SmallLinking:
    """See `bot.Linking`; remembers what was asked of it."""

    good_code: str = "ABCD-EFGH"
    stands_alone: bool = False
    redeemed: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)

    async def invitations(self, code: str) -> list[Link]:
        return [Link(label="Continue on Telegram", url=f"https://t.me/bot?start=link_{code}")]

    async def new_code(self) -> str:
        return self.good_code

    async def redeem(self, code: str) -> None:
        if code.replace("-", "") != self.good_code.replace("-", ""):
            raise UserError("That code is not good.")
        self.redeemed.append(code)

    async def join(self, request: str) -> str:
        self.joined.append(request)
        return "telegram"

    async def part(self) -> bool:
        return not self.stands_alone

    def others(self) -> list[Address]:
        return []


@dataclass(slots=True)
class SmallManual:
    """See `bot.Manual`; of a bot with one command."""

    def overview(self) -> str:
        return "/book DAY AT: Book a table."

    def explain(self, name: str) -> str | None:
        return "Book a table: which day, what time." if name == "book" else None

    def nearest(self, name: str) -> str | None:
        return "book" if name.startswith("bo") else None


def context(
    *,
    desk: SmallDesk | None = None,
    services: Mapping[Any, Any] | None = None,
    frame: str = "frame-1",
    customer: Customer | None = None,
    now: datetime = NOW,
) -> Context:
    """Make the surroundings of one turn of a customer in Rome."""
    linking, manual = SmallLinking(), SmallManual()
    return Context(
        customer=customer or Customer(id=CustomerId("c-1")),
        channel=Channel(name="web", kind="webchat", capabilities=Capabilities(max_text=4000)),
        address=Address(account=account_of("web"), user="u", place="u"),
        now=now,
        zone=ROME,
        event_id="e-1",
        frame=frame,
        desk=desk or SmallDesk({Linking: linking, Manual: manual, **(services or {})}),
    )
