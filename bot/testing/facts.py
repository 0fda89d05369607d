"""What the log tells a test: read from where the last look ended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.model.ids import ConversationId
from bot.ports.lines import Fact
from bot.ports.stores import Store

PAGE = 500
MOST_CONVERSATIONS = 1000


@dataclass(slots=True)
class FactsRead:
    """All facts so far, in the order in which they were read; ``keys`` are those of effects."""

    all: list[Fact] = field(default_factory=list)
    keys: dict[str, None] = field(default_factory=dict)
    _heads: dict[ConversationId, int] = field(default_factory=dict)

    async def read(self, store: Store) -> None:
        """Read what is new."""
        for conversation, _, _ in await store.log.conversations(limit=MOST_CONVERSATIONS):
            after = self._heads.get(conversation, 0)
            while page := await store.log.read(conversation, after=after, limit=PAGE):
                self.all.extend(page)
                after = self._heads[conversation] = page[-1].seq
                self.keys |= {str(f.body["key"]): None for f in page if f.kind == "effect"}

    def steps(self) -> Iterator[Mapping[str, Any]]:
        """List what the turns did, oldest first."""
        for fact in self.all:
            if fact.kind == "turn":
                yield from fact.body.get("steps", ())

    def asked_twice(self) -> list[str]:
        """List the questions that were asked although their answer was known."""
        return [f"{s['frame']}: {s['argument']}" for s in self.steps() if s.get("again")]

    def transcript(self, people: Mapping[tuple[str, str], str]) -> str:
        """Write the messages as lines; ``people`` are names by channel and user."""
        return "\n".join(_line(fact, people) for fact in self.all if fact.kind == "message")


def _line(fact: Fact, people: Mapping[tuple[str, str], str]) -> str:
    body = fact.body
    channel = str(body.get("connector", "?"))
    buttons = "".join(f" [{option[1]}]" for option in body.get("options") or ())
    text = str(body.get("text", "")).replace("\n", "\n    ")
    if body.get("role") != "user":
        return f"bot on {channel}: {text}{buttons}"
    address = body.get("address") or {}
    user = str(address.get("user", "")) if isinstance(address, Mapping) else ""
    return f"{people.get((channel, user), 'somebody')} on {channel}: {text}"
