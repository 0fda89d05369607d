"""Where persons of a test live: on fake platforms, or on emulated ones over the wire."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Protocol

from bot.app import Bot
from bot.authoring.kinds import File
from bot.model.ids import ConnectorName, EventId, account_of
from bot.model.messages import Address, Form, FormFilled, InboundMessage, Tap
from bot.ports.connectors import Connector, Received
from bot.ports.emulators import Seen, SeenFile
from bot.testing.chaos import Fate
from bot.testing.deaths import DiedError
from bot.testing.fakes import KINDS, Delivered, FakeConnector


class World(Protocol):
    """The platforms as persons use them; it outlives the bot."""

    @property
    def connectors(self) -> Mapping[str, Connector] | None:
        """The connectors the bot gets; None: those of its bot.toml."""
        ...

    def joined(self, bot: Bot) -> AbstractAsyncContextManager[None]:
        """Put a bot into the world while the context lasts."""
        ...

    def befall(self, channel: str, fate: Fate) -> None:
        """Say what happens to the next message on a channel."""
        ...

    async def says(self, channel: str, user: str, text: str) -> None:
        """Let a user type."""
        ...

    async def taps(self, channel: str, user: str, message: str, label: str) -> None:
        """Let a user press a button."""
        ...

    async def sends(self, channel: str, user: str, files: Sequence[File], text: str) -> None:
        """Let a user send files, with words under them."""
        ...

    async def fills(self, channel: str, user: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """Let a user fill in the newest form; tells what is wrong by field, "" for the whole."""
        ...

    def screen(self, channel: str, user: str) -> Sequence[Seen]:
        """Tell what a user sees of the bot, oldest first."""
        ...

    async def settled(self) -> None:
        """Wait until nothing is under way outside the bot."""
        ...


class FakeWorld:
    """Platforms without a wire: fast, for tests of dialogs. See `World`."""

    def __init__(self, channels: Mapping[str, str]) -> None:
        self.fakes = {
            name: FakeConnector(kind=kind, capabilities=KINDS.get(kind, KINDS["webchat"]))
            for name, kind in channels.items()
        }
        self._bot: Bot | None = None
        self._events = itertools.count(1)
        self._fate = Fate()
        self._late: list[Sequence[InboundMessage]] = []
        self._stale: list[Sequence[InboundMessage]] = []

    @property
    def connectors(self) -> Mapping[str, Connector]:
        """See `World.connectors`."""
        return dict(self.fakes)

    def joined(self, bot: Bot) -> AbstractAsyncContextManager[None]:
        """See `World.joined`."""
        return _Joined(self._set, bot)

    def befall(self, channel: str, fate: Fate) -> None:
        """See `World.befall`."""
        del channel  # one person writes at a time
        self._fate = fate

    async def says(self, channel: str, user: str, text: str) -> None:
        """See `World.says`."""
        await self.hears(self.message(channel, user, text=text))

    async def taps(self, channel: str, user: str, message: str, label: str) -> None:
        """See `World.taps`."""
        shown = next(one for one in self.fakes[channel].screens[user] if one.id == message)
        token = {**dict(shown.gone), **dict(zip(shown.buttons, shown.tokens, strict=True))}[label]
        await self.hears(self.message(channel, user, tap=Tap(token=token, label=label)))

    async def sends(self, channel: str, user: str, files: Sequence[File], text: str) -> None:
        """See `World.sends`; all come in one message."""
        kept = tuple(self.fakes[channel].keep(file) for file in files)
        await self.hears(replace(self.message(channel, user, text=text), attachments=kept))

    async def fills(self, channel: str, user: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """See `World.fills`."""
        screen = self.fakes[channel].screens.get(user, ())
        shown = next((one for one in reversed(screen) if one.form is not None), None)
        if shown is None or shown.form is None or shown.prompt is None:
            return {"": "there is none"}
        filled, refused = filled_in(shown.form, values)
        if not refused:
            form = FormFilled(prompt=shown.prompt, values=filled)
            await self.hears(replace(self.message(channel, user), form=form))
        return refused

    def message(
        self, channel: str, user: str, *, text: str = "", tap: Tap | None = None
    ) -> InboundMessage:
        """Make the message of a user with an id of its own."""
        place = f"D{user}"
        sender = Address(account=account_of(channel), user=user, place=place)
        event_id = EventId(f"{channel}-{next(self._events)}")
        return InboundMessage(event_id=event_id, sender=sender, text=text, tap=tap)

    async def hears(self, *messages: InboundMessage) -> None:
        """Deliver messages at once, as one request; what befalls it was said by `befall`."""
        fate, self._fate = self._fate, Fate()
        stale, self._stale = self._stale, []
        if fate.drop:
            self._late.append(messages)
        else:
            await self._deliver(messages)
        if fate.duplicate:
            await self._deliver(messages)
        if fate.reorder:
            self._stale.append(messages)
        for one in stale:
            await self._deliver(one)

    def screen(self, channel: str, user: str) -> Sequence[Seen]:
        """See `World.screen`."""
        return [_seen(one) for one in self.fakes[channel].screens.get(user, ())]

    async def settled(self) -> None:
        """See `World.settled`; here, what a dead bot or a bad line did not take is repeated."""
        late, self._late = self._late, []
        for messages in late:
            await self._deliver(messages)

    async def _deliver(self, messages: Sequence[InboundMessage]) -> None:
        if self._bot is None:
            raise RuntimeError("the bot is not running")
        connector = messages[0].sender.connector
        try:
            await self._bot.intake.accept(ConnectorName(connector), Received(messages=messages))
        except DiedError:
            self._late.append(messages)

    def _set(self, bot: Bot | None) -> None:
        self._bot = bot


def _seen(one: Delivered) -> Seen:
    files: tuple[SeenFile, ...] = ()
    if one.file is not None:
        files = (SeenFile(name=one.file.name, mime=one.file.mime, data=one.file.data),)
    return Seen(
        id=one.id, role="bot", text=one.shown, buttons=one.buttons, ephemeral=one.ephemeral,
        files=files, gone=tuple(label for label, _ in one.gone),
    )  # fmt: skip


def filled_in(form: Form, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Fill in a form: the words that are sent, and what a platform would refuse by itself."""
    known = {field.name: field.value for field in form.fields}
    words = {**known, **values}
    refused = {name: "there is no such field" for name in values if name not in known}
    for field in form.fields:
        if field.required and not words[field.name].strip():
            refused[field.name] = "it must be filled in"
    return {name: text for name, text in words.items() if text.strip()}, refused


class _Joined:
    """Sets the bot on entering and takes it away on leaving."""

    def __init__(self, put: Callable[[Bot | None], None], bot: Bot) -> None:
        self._put = put
        self._bot = bot

    async def __aenter__(self) -> None:
        self._put(self._bot)

    async def __aexit__(self, *_: object) -> None:
        self._put(None)
