"""A travel agency whose services fail, refuse or die on request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot import Absent, Action, Command, Context, Effect, Found, action, command


class DeathError(BaseException):
    """The process is gone: nothing of this program runs on."""


@dataclass
class Service:
    """A service that keeps what was reserved by key, and counts its calls.

    ``on_do`` and ``on_undo`` run before the service has done anything, ``after_do`` and
    ``after_undo`` when it has.
    """

    name: str
    held: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)
    on_do: Callable[[], None] = lambda: None
    after_do: Callable[[], None] = lambda: None
    on_undo: Callable[[], None] = lambda: None
    after_undo: Callable[[], None] = lambda: None

    def reserve(self, key: str, what: str) -> str:
        self.on_do()
        ref = f"{self.name}-{len(self.done) + 1}"
        self.held[key] = ref
        self.done.append(what)
        self.after_do()
        return ref

    def release(self, effect: Effect) -> None:
        self.on_undo()
        self.undone.append(str(self.held.pop(effect.key)))
        self.after_undo()


def always(error: BaseException) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


def once(error: BaseException) -> Callable[[], None]:
    left = [error]

    def raise_it() -> None:
        if left:
            raise left.pop()

    return raise_it


@dataclass
class Agency:
    """Three services, an action for each, and a command that wants all three."""

    hotel: Service = field(default_factory=lambda: Service("hotel"))
    flight: Service = field(default_factory=lambda: Service("flight"))
    taxi: Service = field(default_factory=lambda: Service("taxi"))

    @property
    def services(self) -> tuple[Service, Service, Service]:
        return self.hotel, self.flight, self.taxi

    def action_for(self, service: Service, **options: Any) -> Action[..., str]:
        async def reserve(ctx: Context, what: str) -> str:
            return service.reserve(ctx.idempotency_key, what)

        async def undo(ctx: Context, effect: Effect) -> None:
            service.release(effect)

        async def probe(ctx: Context, effect: Effect) -> Found[str] | Absent:
            ref = service.held.get(effect.key)
            return Absent() if ref is None else Found(ref)

        reserve.__name__ = f"reserve_{service.name}"
        made: Action[..., str] = action(**{"undo": undo, "probe": probe, **options})(reserve)
        return made

    def command(self, **options: Any) -> Command[Any, Any]:
        """Make ``/trip TO``; ``options`` by service name are those of its action."""
        first, second, third = (
            self.action_for(service, **options.get(service.name, {})) for service in self.services
        )

        @command("trip")
        async def trip(ctx: Context, to: str) -> str:
            """Book a trip."""
            async with ctx.saga("trip") as saga:
                hotel = await saga.do(first, what=to)
                flight = await saga.do(second, what=to)
                taxi = await saga.do(third, what=to)
            return f"Booked: {hotel}, {flight}, {taxi}."

        return trip


@dataclass
class Bank:
    """A service with one action, /pay and /refund; its probe can be switched off."""

    agency: Agency = field(default_factory=Agency)
    tells: bool = True

    @property
    def service(self) -> Any:
        return self.agency.taxi

    async def probe(self, ctx: Context, effect: Effect) -> Found[str] | Absent | None:
        if not self.tells:
            return None
        ref = self.service.held.get(effect.key)
        return Absent() if ref is None else Found(ref)

    def commands(self, **options: Any) -> tuple[Command[Any, Any], Command[Any, Any]]:
        async def probe(ctx: Context, effect: Effect) -> Found[str] | Absent | None:
            return await self.probe(ctx, effect)

        given = {"probe": probe, "key": "order-{what}", **options}
        pay: Action[..., str] = self.agency.action_for(self.service, **given)

        @command("pay")
        async def paying(ctx: Context, what: str) -> str:
            """Pay for an order."""
            return f"Paid: {await pay(ctx, what=what)}."

        @command("refund")
        async def refund(ctx: Context, what: str) -> str:
            """Take a payment back."""
            done = await pay.undo(ctx, key=f"reserve_taxi:order-{what}")
            return "Taken back." if done else "There is nothing to take back."

        return paying, refund
