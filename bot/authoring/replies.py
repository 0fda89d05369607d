"""What a command says."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from bot.authoring.kinds import File


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with some of its arguments given; made by `Command.with_`."""

    command: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap below a reply.

    Give one of: ``command`` (a name, or ``book.with_(guests=4)``) with ``args`` starts that
    command; ``url`` opens a page; ``value`` is taken as if the customer had typed it. With none
    of them the label is taken as typed.
    """

    label: str
    command: str | Invocation | None = None
    args: Mapping[str, Any] | None = None
    url: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Something with a title, shown below a reply's text.

    ``image`` is the web address of a picture. Where the platform has no cards the words stand in
    the text, the buttons below it, and the picture is a link.
    """

    title: str
    text: str = ""
    image: str | None = None
    buttons: tuple[Button, ...] | list[Button] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A text with buttons and files.

    ``ephemeral`` where only this customer should see it in a room. ``files`` are the bot's own
    (``File("menu.pdf", path=…)``) or ones that a customer sent.
    """

    text: str
    buttons: tuple[Button, ...] | list[Button] = ()
    ephemeral: bool = False
    card: Card | None = None
    files: tuple[File, ...] | list[File] = ()


def words_of(reply: Reply) -> str:
    """Write a reply's text, and its card's below it."""
    told = [reply.text] if reply.card is None else [reply.text, reply.card.title, reply.card.text]
    return "\n".join(filter(None, told))


def buttons_of(reply: Reply) -> tuple[Button, ...]:
    """List a reply's buttons, and its card's behind them."""
    return (*reply.buttons, *(() if reply.card is None else reply.card.buttons))


Said: TypeAlias = "str | Reply | list[str | Reply] | None"
"""What a command may return."""


def replies_of(said: object) -> list[Reply]:
    """Turn what a command returned into replies; raises TypeError for anything else."""
    match said:
        case None:
            return []
        case str():
            return [Reply(said)]
        case Reply():
            return [said]
        case list() | tuple():
            return [reply for part in said for reply in replies_of(part)]
        case _:
            raise TypeError(f"a command returns text, Reply, a list of them or None, not {said!r}")


_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


def dump_reply(reply: Reply) -> Any:  # noqa: ANN401 - JSON
    """Write a reply in JSON form, for a conversation that says it later."""
    return _REPLY.dump_python(reply, mode="json")


def load_reply(dumped: Any) -> Reply:  # noqa: ANN401 - JSON
    """Read what `dump_reply` wrote."""
    reply = _REPLY.validate_python(dumped)
    return replace(reply, files=tuple(reply.files))
