"""An engine that learns by heart, and a command for it: what was labelled shows at once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot import Context, Engine, Interpretation, Utterance, VocabularyEntry, command


@command(examples=["what do I owe"])
async def balance(ctx: Context) -> str:
    """Tell what you owe."""
    return f"Nothing, {ctx.customer.name or 'stranger'}."


@dataclass
class Parrot:
    """Understands exactly the sentences of its vocabulary."""

    meanings: dict[str, str]
    closed: bool = False

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`."""
        assert not self.closed, "it was asked after it had been closed"
        meaning = self.meanings.get(utterance.text)
        return Interpretation(
            command=meaning, confidence=0.9 if meaning else 0.0, engine="parrot",
            model=f"of {len(self.meanings)} sentences",
        )  # fmt: skip


@dataclass
class Aviary:
    """Opens parrots and keeps them in sight."""

    opened: list[Parrot] = field(default_factory=list)
    refuses: bool = False

    @asynccontextmanager
    async def open(self, vocabulary: Sequence[VocabularyEntry]) -> AsyncIterator[Engine]:
        if self.refuses:
            raise RuntimeError("no seeds")
        known = {
            text: entry.command
            for entry in vocabulary
            if entry.answered
            for text in (*entry.examples, *(one.text for one in entry.sentences))
        }
        parrot = Parrot(known)
        self.opened.append(parrot)
        yield parrot
        parrot.closed = True
