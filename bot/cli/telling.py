"""A conversation told turn by turn."""

import itertools
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.errors import BotError
from bot.model.ids import ConversationId
from bot.ports.lines import Fact
from bot.ports.stores import Store

PAGE = 500


async def tell_conversation(store: Store, conversation: ConversationId, console: Console) -> None:
    """Write a conversation's log, and those of the conversations it was joined with, by time.

    Raises:
        BotError: there is no such conversation.
    """
    facts = await _log_of(store, conversation)
    if not facts:
        raise BotError(
            f"there is no conversation {conversation}; `threadline show` lists the last ones"
        )
    for _, together in itertools.groupby(facts, lambda fact: fact.trace):
        for fact in sorted(together, key=_rank):
            console.print(Text(f"{fact.at:%Y-%m-%d %H:%M:%S} {fact.seq:>4} {_told(fact)}"))


async def _log_of(store: Store, conversation: ConversationId) -> Sequence[Fact]:
    facts: list[Fact] = []
    while page := await store.log.read(
        conversation, after=facts[-1].seq if facts else 0, limit=PAGE
    ):
        facts.extend(page)
    return facts


def _rank(fact: Fact) -> int:
    """Put what was decided between what came in and what went out; the log keeps it last."""
    if fact.kind == "turn":
        return 1
    return 0 if fact.body.get("role") == "user" or fact.kind == "kept" else 2


def _told(fact: Fact) -> str:
    body = fact.body
    match fact.kind:
        case "message":
            arrow = "->" if body.get("role") == "user" else "<-"
            options = [f"[{option[1]}]" for option in body.get("options") or ()]
            text = " ".join([str(body.get("text", "")), *options])
            return f"{arrow} {body.get('connector', '?'):<9} {text}"
        case "turn":
            steps = body.get("steps") or ()
            return "   turn      " + "; ".join(_step(step) for step in steps)
        case "kept":
            kept = (f"{file['name']} ({file['mime']}, {file['size']})" for file in body["files"])
            return f"   kept      {', '.join(kept)}"
        case "effect":
            return f"   effect    {body.get('action', '')} {body.get('state')} {body.get('key')}"
        case "receipt":
            return f"   receipt   {body.get('state')} {body.get('reason') or ''}".rstrip()
        case _:
            return f"   {fact.kind:<9} {dict(body)}"


def _step(step: dict[str, Any]) -> str:
    if "wish" in step:
        return f"{step['wish'].lower()}"
    if "mark" in step:
        return " ".join(str(value) for value in step.values())
    listed = {
        name: ",".join(value) if isinstance(value, list) else value
        for name, value in step.items()
        if name != "event" and value not in ("", [])
    }
    details = " ".join(f"{name}={value}" for name, value in listed.items())
    return f"{step.get('event', '').lower()} {details}".strip()
