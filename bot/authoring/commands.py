"""Commands: values that the loader finds in a module; the signature is the grammar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Literal, ParamSpec, TypeVar, overload

from bot.authoring.replies import Invocation

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Generic[P, R]):
    """A command as its author declared it; calling it calls the function."""

    name: str
    function: Callable[P, R]
    say: tuple[str, ...] = ()
    confirm: str | None = None
    group: str | None = None
    roles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    expires: timedelta | None = None
    zone: Literal["place", "customer"] = "place"
    is_flow: bool = False
    read: bool | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the decorated function."""
        return self.function(*args, **kwargs)

    @property
    def full_name(self) -> str:
        """What it is called everywhere: in a group ``group name``, else its name."""
        return self.name if self.group is None else f"{self.group} {self.name}"

    def with_(self, **arguments: Any) -> Invocation:  # noqa: ANN401 - some of the function's own arguments
        """Give some of the arguments: what a `Button` starts."""
        return Invocation(self.full_name, arguments)


@overload
def command(name: Callable[P, R], /) -> Command[P, R]: ...
@overload
def command(
    name: str | None = None,
    *,
    say: Sequence[str] = (),
    confirm: str | None = None,
    group: str | None = None,
    roles: Sequence[str] = (),
    needs: Sequence[str] = (),
    examples: Sequence[str] = (),
    aliases: Sequence[str] = (),
    hidden: bool = False,
    expires: timedelta | None = None,
    zone: Literal["place", "customer"] = "place",
    read: bool | None = None,
) -> Callable[[Callable[P, R]], Command[P, R]]: ...
def command(
    name: str | Callable[P, R] | None = None,
    *,
    say: Sequence[str] = (),
    confirm: str | None = None,
    group: str | None = None,
    roles: Sequence[str] = (),
    needs: Sequence[str] = (),
    examples: Sequence[str] = (),
    aliases: Sequence[str] = (),
    hidden: bool = False,
    expires: timedelta | None = None,
    zone: Literal["place", "customer"] = "place",
    read: bool | None = None,
) -> Command[P, R] | Callable[[Callable[P, R]], Command[P, R]]:
    """Make a command of a function.

    Args:
        name: as customers type it, without the slash; the function's name when left out.
        say: sentences that mean this command; ``[optional]`` and ``{parameter}``.
        confirm: the question before it runs, a template over the parameters.
        group: typed and shown with the others of the group: ``/group name``; the name alone is
            understood as well where nothing else is called so.
        roles: who may use it, by the roles of bot.toml; empty: everybody.
        needs: what a channel must have: ``buttons``, ``lists``, ``links``, ``forms``, ``files``, or
            be of the kind that is named (``telegram``).
        examples: labelled sentences, ``[four](guests)``.
        aliases: further names.
        hidden: run when typed, but not listed, offered, suggested or understood from words.
        expires: after how long without a word an open dialog ends; never, when left out.
        zone: whose time zone dates and times are in.
        read: it only looks something up, so it may run on a weaker guess; left out, that is so
            where it calls actions and all of them are look-ups.
    """

    def decorate(function: Callable[P, R]) -> Command[P, R]:
        return Command(
            name=name if isinstance(name, str) else function.__name__,
            function=function, say=_texts(say), confirm=confirm, group=group, roles=_texts(roles),
            needs=_texts(needs), examples=_texts(examples), aliases=_texts(aliases), hidden=hidden,
            expires=expires, zone=zone, read=read,
        )  # fmt: skip

    return decorate if name is None or isinstance(name, str) else decorate(name)


def _texts(given: Sequence[str]) -> tuple[str, ...]:
    """Take one text as a sequence of one: roles="operator" would be eight roles otherwise."""
    return (given,) if isinstance(given, str) else tuple(given)
