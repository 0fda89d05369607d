"""Events: what happened, told to whoever wants to know."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, ParamSpec, TypeVar

from bot.authoring.signatures import Callback, read_callback
from bot.errors import PluginError

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened: its name, as `Context.emit` gave it, and its data."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber(Generic[P, R]):
    """A function that wants to know of an event; calling it calls the function."""

    event: str
    function: Callable[P, R]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the decorated function."""
        return self.function(*args, **kwargs)


def on(event: str) -> Callable[[Callable[P, R]], Subscriber[P, R]]:
    """Have ``f(ctx, event)`` called for each event of a name, in a turn of its own.

    It may use actions and say something; it is called once for each event, also over a crash.
    The core tells of ``linked`` (data: ``connector``, ``with_``: the names of the two channels) and
    ``human.wanted`` (``frame``, ``skill``, ``note``).
    """

    def decorate(function: Callable[P, R]) -> Subscriber[P, R]:
        return Subscriber(event=event, function=function)

    return decorate


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscriber with its signature read."""

    event: str
    callback: Callback


def read_subscriber(
    subscriber: Subscriber[..., Any], *, source: str, provided: Collection[Any]
) -> Subscription:
    """Read a subscriber's signature; raises PluginError naming its place."""
    callback = read_callback(subscriber.function, source=source, provided=provided, others=None)
    if len(callback.needs) > 1:
        raise PluginError(
            f"{source}: what wants to know of {subscriber.event!r} takes ctx and event, and "
            f"services by their type; {callback.needs[1]!r} is none of these"
        )
    return Subscription(event=subscriber.event, callback=callback)
