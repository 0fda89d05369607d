"""The emulated platforms by connector: what the page shows of them, and what it does to them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias

from aiohttp import web

from bot.ports.connectors import Body
from bot.ports.emulators import Emulator, EmulatorSettings, FileSender, Filling
from bot.sandbox import sent

OpenEmulator: TypeAlias = Callable[[EmulatorSettings], AbstractAsyncContextManager[Emulator]]

FAULTS = ("fail", "throttle", "drop", "duplicate")
_PERSONS = {
    "slack": "U1SANDBOX01",
    "telegram": "700100",
    "whatsapp": "393331112222",
    "email": "you@example.test",
}
_ANYBODY = "sandbox"
_MAX_MESSAGES = 200  # of the newest; a pane is no archive
_MAX_ARMED = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """One chat on the page; ``person`` uses an emulated app, ``widget`` is a web chat's script.

    ``files`` tells whether the emulated app can send files.
    """

    pane: str
    kind: str
    connector: str
    person: str | None = None
    widget: str | None = None
    files: bool = False


class Screens:
    """The open emulators; for a connector that is not emulated they raise KeyError."""

    def __init__(self, emulators: Mapping[str, Emulator], webchats: Sequence[str]) -> None:
        """Take the open emulators by connector and the names of the web chats."""
        self._emulators = emulators
        self._webchats = webchats

    def panes(self) -> Sequence[Pane]:
        """List the chats in the order of the page; the first of a kind is called by its kind."""
        panes: list[Pane] = []
        for name, emulator in sorted(self._emulators.items(), key=_place_of):
            first = all(pane.kind != emulator.kind for pane in panes)
            panes.append(
                Pane(
                    pane=emulator.kind if first else name,
                    kind=emulator.kind,
                    connector=name,
                    person=person_of(emulator.kind),
                    files=isinstance(emulator, FileSender),
                )
            )
        for number, name in enumerate(self._webchats):
            panes.append(
                Pane(
                    pane=name if number else "web",
                    kind="webchat",
                    connector=name,
                    widget=f"/{name}/widget.js",
                )
            )
        return panes

    def connectors(self) -> Sequence[str]:
        """List the connectors that talk to an emulator."""
        return list(self._emulators)

    def emulator(self, connector: str) -> Emulator:
        """Find the emulator that a connector talks to."""
        return self._emulators[connector]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of a platform's API."""
        emulator = self._emulators.get(request.match_info["connector"])
        if emulator is None:
            raise web.HTTPNotFound
        response: web.StreamResponse = await emulator.handle(request, request.match_info["path"])
        return response

    async def changed(self, connector: str, since: int) -> int:
        """See `bot.Emulator.changed`."""
        return await self._emulators[connector].changed(since)

    def screen(self, connector: str, person: str | None = None) -> Body:
        """Show a person's chat, the page's own person by default, and the faults that wait."""
        emulator = self.emulator(connector)
        who = person or person_of(emulator.kind)
        return {
            "connector": connector,
            "person": who,
            "messages": [
                {**asdict(replace(seen, files=())), "files": sent.told(seen, connector, who)}
                for seen in emulator.screen(who)[-_MAX_MESSAGES:]
            ],
            "form": _form(emulator, who),
            "faults": {name: getattr(emulator.faults, name) for name in FAULTS},
        }

    def arm(self, connector: str, fault: str) -> None:
        """Let one more call or webhook go wrong in a way of `FAULTS`."""
        emulator = self.emulator(connector)
        count = min(getattr(emulator.faults, fault) + 1, _MAX_ARMED)
        emulator.faults = replace(emulator.faults, **{fault: count})


def _form(emulator: Emulator, person: str) -> Body | None:
    """Show the form that an app has open, where the platform has forms."""
    form = emulator.form(person) if isinstance(emulator, Filling) else None
    return None if form is None else asdict(form)


def _place_of(item: tuple[str, Emulator]) -> int:
    """Sort the platforms that have a drawing of their own first, as the page is laid out."""
    order = [*_PERSONS]
    kind = item[1].kind
    return order.index(kind) if kind in order else len(order)


def person_of(kind: str) -> str:
    """Tell the user id of the person who sits before the page, in the platform's own shape."""
    return _PERSONS.get(kind, _ANYBODY)
