"""What an emulated workspace holds: persons, channels and their messages."""

import asyncio
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slack_sdk.signature import Clock

from bot import Body

Json = dict[str, Any]

TEAM, APP, BOT_USER, BOT = "T0EMULATOR", "A0EMULATOR", "U0EMULATED", "B0EMULATED"
TEAM_DOMAIN = "emulated"
_PERSON = re.compile(r"[UW][A-Za-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in a channel; ``text`` is escaped, as on the wire.

    ``visible_to`` is None where all members see it, else the one person who does. ``gone`` are the
    blocks that edits took away: whose app is behind may still press them.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: Sequence[Body] = ()
    files: Sequence[Body] = ()
    thread_ts: str | None = None
    visible_to: str | None = None
    edited: bool = False
    gone: Sequence[Body] = ()
    raw: Body = field(default_factory=dict)

    @property
    def is_bot(self) -> bool:
        """Whether the app wrote it, and not a person."""
        return self.user == BOT_USER

    def as_json(self) -> Json:
        """Write it as Slack's methods and interactions do."""
        message: Json = {"type": "message", "ts": self.ts, "text": self.text, "user": self.user}
        message["team"] = TEAM
        if self.blocks:
            message["blocks"] = list(self.blocks)
        if self.files:
            message |= {"subtype": "file_share", "files": list(self.files), "upload": False}
        if self.thread_ts is not None:
            message["thread_ts"] = self.thread_ts
        if self.is_bot:
            message |= {"bot_id": BOT, "app_id": APP}
        if self.edited:
            message["edited"] = {"user": self.user, "ts": self.ts}
        return message


class Workspace:
    """The state of an emulated workspace, and a version that grows with every change."""

    def __init__(self) -> None:
        self.version = 0
        self.members: dict[str, set[str]] = {}
        self.views: dict[str, Json] = {}
        self.modals: dict[str, str] = {}
        self.homes: dict[str, Json] = {}
        self.assisted: dict[tuple[str, str], str] = {}
        self.disabled: set[str] = set()  # persons whose accounts are no longer active
        self.languages: dict[str, str] = {}  # of persons whose app is not in English
        self.zones: dict[str, str] = {}  # of persons who do not live in UTC
        self.unfetched: set[str] = set()  # addresses of pictures that Slack cannot fetch
        self._messages: dict[str, list[Message]] = {}
        self._clock = Clock()  # the wall clock, as at Slack: signatures must be fresh
        self._last_stamp = 0
        self._changed = asyncio.Condition()

    def now(self) -> float:
        """Tell the seconds since 1970."""
        return self._clock.now()

    def stamp(self) -> str:
        """Make a timestamp of Slack's: unique in the workspace, and rising."""
        self._last_stamp = max(self._last_stamp + 1, int(self.now() * 1_000_000))
        seconds, micros = divmod(self._last_stamp, 1_000_000)
        return f"{seconds}.{micros:06d}"

    def direct(self, person: str) -> str:
        """Give the direct message of a person and the app."""
        channel = f"D{person}"
        self.members.setdefault(channel, set()).add(person)
        return channel

    def join(self, channel: str, person: str) -> None:
        """Let a person be in a channel; the channel appears when first used."""
        self.members.setdefault(channel, set()).add(person)

    def find_channel(self, name: str) -> str | None:
        """Find a channel by its id; a person's id means the direct message with that person."""
        if name in self.members:
            return name
        if is_person(name):
            return self.direct(name)
        return self.direct(name[1:]) if name.startswith("D") and is_person(name[1:]) else None

    def find(self, channel: str, ts: str) -> Message | None:
        """Find a message."""
        return next((m for m in self._messages.get(channel, ()) if m.ts == ts), None)

    def messages(self, channel: str) -> Sequence[Message]:
        """Give a channel's messages, oldest first, ephemeral ones included."""
        return self._messages.get(channel, [])

    def seen_by(self, person: str) -> Sequence[Message]:
        """Give what a person sees, over all channels, oldest first."""
        return sorted(self._visible(person), key=lambda message: message.ts)

    async def add(self, message: Message) -> None:
        """Show a message."""
        self._messages.setdefault(message.channel, []).append(message)
        await self.touch()

    async def edit(self, message: Message, *, text: str, blocks: Sequence[Body], raw: Body) -> None:
        """Show a message with other words."""
        gone = (*message.gone, *message.blocks)
        edited = replace(message, text=text, blocks=blocks, raw=raw, edited=True, gone=gone)
        kept = self._messages[message.channel]
        kept[kept.index(message)] = edited
        await self.touch()

    async def remove(self, message: Message) -> None:
        """Show a message no more."""
        self._messages[message.channel].remove(message)
        await self.touch()

    async def open_view(self, person: str, view: Body) -> Json:
        """Show a modal to a person, in front of everything else."""
        opened = self._named(view)
        self.views[opened["id"]], self.modals[person] = opened, opened["id"]
        await self.touch()
        return opened

    async def publish(self, person: str, view: Body) -> Json:
        """Show a home tab to a person, instead of the one before."""
        shown = self._named(view)
        if person in self.homes:
            shown |= {"id": self.homes[person]["id"]}
        self.homes[person] = shown
        await self.touch()
        return shown

    def modal_of(self, person: str) -> Json | None:
        """Give the modal that a person has open."""
        return self.views.get(self.modals.get(person, ""))

    async def close_view(self, person: str) -> None:
        """Show a person's modal no more."""
        if self.modals.pop(person, None) is not None:
            await self.touch()

    async def changed(self, since: int) -> int:
        """Wait for a version after ``since``."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.version > since)
            return self.version

    async def touch(self) -> None:
        """Tell those who watch that something changed."""
        async with self._changed:
            self.version += 1
            self._changed.notify_all()

    def _named(self, view: Body) -> Json:
        name = f"V{secrets.token_hex(5).upper()}"
        blocks = [{"block_id": secrets.token_urlsafe(4), **block} for block in view["blocks"]]
        named: Json = {"id": name, "team_id": TEAM, "app_id": APP, "bot_id": BOT, **view}
        return named | {"blocks": blocks, "root_view_id": name, "hash": f"{self.stamp()}.{name}"}

    def _visible(self, person: str) -> Iterator[Message]:
        for channel, messages in self._messages.items():
            if person in self.members.get(channel, ()):
                yield from (m for m in messages if m.visible_to in {None, person})


def is_person(name: str) -> bool:
    """Tell whether an id is that of a person; all such persons exist."""
    return _PERSON.fullmatch(name) is not None and name != BOT_USER
