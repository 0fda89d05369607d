"""Platforms on this machine: an API for the connector, an app for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, runtime_checkable

from bot.model.messages import Form
from bot.ports.connectors import Body
from bot.ports.lines import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFile:
    """A file on a person's screen."""

    name: str
    mime: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message on a person's screen in an emulated app.

    ``buttons`` are labels in the order shown, ``gone`` those that an edit took away: whose app is
    behind may still press them. ``files`` are those that the bot sent; the text
    names them, too. ``raw`` is the request as the connector sent it
    (JSON), or the webhook body for what the person wrote.
    """

    id: str
    role: str  # "user" or "bot"
    text: str
    buttons: tuple[str, ...] = ()
    raw: Body = field(default_factory=dict)
    ephemeral: bool = False
    files: tuple[SeenFile, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What goes wrong in an emulated platform; every number counts down to 0.

    ``fail``: answer so many calls with HTTP 500. ``throttle``: answer so many with the platform's
    "slow down". ``drop``: accept so many messages, show them, then cut the connection before
    answering. ``duplicate``: deliver so many webhooks twice. ``delay``: of each webhook.
    """

    fail: int = 0
    throttle: int = 0
    drop: int = 0
    duplicate: int = 0
    delay: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorSettings:
    """How an emulator is opened.

    ``webhook_url`` is the connector's URL without its last part (``http://127.0.0.1:1/slack``).
    ``base_url`` is where `Emulator.handle` is mounted, without a trailing slash. ``pace``
    multiplies the platform's own waits (retries, expiries): 1.0 is the platform's.
    """

    webhook_url: str
    base_url: str
    pace: float = 1.0


class Emulator(Protocol):
    """A platform on this machine: its API for the connector, its app for a person.

    Opened by ``open_emulator(settings: EmulatorSettings)``, an async context manager, named in
    the entry-point group ``threadline.emulators`` under the connector's kind. Persons are named
    by their platform user id and appear when first used.
    """

    kind: str
    faults: Faults

    def connector_settings(self) -> Mapping[str, str]:
        """Tell the keys of ``[connectors.NAME]`` that point a connector here, secrets in clear."""
        ...

    async def handle(self, request: Request, path: str) -> Request:
        """Answer an aiohttp request of the platform's API; ``path`` is what follows base_url/."""
        ...

    async def says(self, person: str, text: str) -> None:
        """Let a person type; returns when the first delivery of the webhook was answered or failed.

        What failed is delivered again on the platform's schedule, in the background.
        """
        ...

    async def taps(self, person: str, message: str, label: str) -> None:
        """Let a person press the button ``label`` of a message; also one that is `Seen.gone`."""
        ...

    def screen(self, person: str) -> Sequence[Seen]:
        """Tell what the person's chat shows, oldest first."""
        ...

    async def changed(self, since: int) -> int:
        """Wait until any screen has changed since version ``since``; returns the new version."""
        ...

    async def settled(self) -> None:
        """Wait until no webhook waits for delivery."""
        ...


@runtime_checkable
class FileSender(Protocol):
    """An emulated platform whose app can send files, too."""

    async def sends(
        self, person: str, data: bytes, *, name: str, mime: str, text: str = ""
    ) -> None:
        """Let a person send a file, with words under it; returns like `Emulator.says`.

        The connector is told of it as the platform tells, and can fetch the bytes from here.
        """
        ...


@runtime_checkable
class Filling(Protocol):
    """An emulator whose app opens forms, at most one in front of a person at a time."""

    def form(self, person: str) -> Form | None:
        """Tell which form a person has open."""
        ...

    async def fills(self, person: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """Fill fields by name, the others staying as shown, and send the form.

        Returns what is wrong, by field; empty where the form was taken and has closed. Raises
        LookupError where no form is open.
        """
        ...

    async def dismisses(self, person: str) -> None:
        """Close a person's form without sending it."""
        ...
