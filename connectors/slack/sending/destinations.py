"""Where an answer goes, so that nobody reads along who should not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """``chat.postMessage``: seen by all who are in the channel or direct message."""

    channel: str
    thread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisper:
    """``chat.postEphemeral``: seen by one person, for as long as their app stays open."""

    channel: str
    user: str
    thread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseUrl:
    """The address that came with a command or a tap: five posts within 30 minutes."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMessage:
    """``conversations.open``, then ``chat.postMessage``."""

    user: str


Destination: TypeAlias = Channel | Whisper | ResponseUrl | DirectMessage


def find_destinations(
    to: Address, hints: Mapping[str, str], *, ephemeral: bool
) -> Sequence[Destination]:
    """Tell where to send, the best first; the others are tried when Slack says that it is gone.

    The place of a room and that of a command typed there look alike. Only hints tell that a
    room is meant; without them the answer goes where no other person reads it.
    """
    channel, _, thread = to.place.partition(":")
    if channel.startswith("D"):
        return _direct(channel, to.user, hints)
    whisper = Whisper(channel=channel, user=to.user, thread=thread or None)
    private = DirectMessage(user=to.user)
    if hints.get("room") or thread:
        if ephemeral:
            return (whisper, private)
        return (Channel(channel=channel, thread=thread or None),)
    if "response_url" in hints:
        return (ResponseUrl(url=hints["response_url"]), whisper, private)
    return (private,)


def _direct(channel: str, user: str, hints: Mapping[str, str]) -> Sequence[Destination]:
    """A command may be typed in a direct message that the bot is not part of."""
    here = Channel(channel=channel, thread=hints.get("thread_ts"))
    private = DirectMessage(user=user)
    if "command" in hints and "response_url" in hints:
        return (here, ResponseUrl(url=hints["response_url"]), private)
    return (here, private)
