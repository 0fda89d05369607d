"""The status line of an assistant's thread: the only place where Slack shows that a bot works.

Slack has no typing sign for bots ("assistant.threads.setStatus", 2026). Which threads of the direct
message are an assistant's, only the event of their beginning tells: it is kept on the shelf.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot import Address, Body, Line
from connectors.slack import wire
from connectors.slack.blocks.controls import Json

KEPT = timedelta(days=90)
"""How long a thread is remembered as an assistant's; a status is no more than a courtesy."""
BUSY = "is working on it…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An assistant's thread has begun."""

    address: Address
    thread: str


def find_started(name: str, body: Body) -> Started | None:
    """Find the beginning of an assistant's thread; None for anything else."""
    if wire.text_at(body, "event", "type") != "assistant_thread_started":
        return None
    at = ("event", "assistant_thread")
    user, place = wire.text_at(body, *at, "user_id"), wire.text_at(body, *at, "channel_id")
    thread = wire.text_at(body, *at, "thread_ts")
    try:
        address = wire.sender_of(name, body, user, place)
    except wire.MalformedError:
        return None  # without it, no more than a status is missing
    return Started(address=address, thread=thread) if thread else None


async def remember(started: Started, line: Line) -> None:
    """Keep that a thread is an assistant's."""
    key = _key(started.address, started.thread)
    await line.shelf.put(key, {}, expires=line.clock.now() + KEPT)


async def status_for(to: Address, hints: Mapping[str, object], line: Line) -> Json | None:
    """Write the status for an answer that takes long; None where Slack has no place for one."""
    thread = hints.get("thread_ts")
    if not isinstance(thread, str) or await line.shelf.get(_key(to, thread)) is None:
        return None
    return {"channel_id": to.place, "thread_ts": thread, "status": BUSY}


def _key(address: Address, thread: str) -> str:
    return f"assistant:{address.account}:{address.place}:{thread}"
