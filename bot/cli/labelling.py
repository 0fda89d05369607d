"""Labelling misses in the terminal: `threadline train --misses`."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape

from bot.cli.gains import gains_table
from bot.cli.progress import shown_progress
from bot.labelling.batches import Batch, Suggestion
from bot.labelling.desk import Desk
from bot.labelling.marking import check_marked
from bot.model.misses import OUT_OF_SCOPE
from bot.tables import remedy_for

_KEYS = (
    "1-5 or a name: means that · o: out of scope · s: skip · d: dismiss · u: take the last back · "
    "?: names · q: end"
)
LEARN_AFTER = 5
"""Labels after which the suggestions learn from them."""


@dataclass(slots=True)
class Terminal:
    """A person who labels; reads lines, writes what they are about."""

    desk: Desk
    console: Console
    labelled: list[Batch] = field(default_factory=list)

    async def label_all(self) -> None:
        """Go through what waits until it is dealt with, or until the person ends."""
        waiting = list(await self.desk.batches())
        if not waiting:
            self.console.print("Nothing waits to be labelled.")
            return
        self.console.print(_KEYS, style="dim")
        while waiting and await self._dealt(waiting):
            pass
        if self.labelled:
            self.console.print("Learning with and without what was labelled …")
            with shown_progress() as tick:
                found = await self.desk.gains(tick)
            self.console.print(gains_table(found))

    async def _dealt(self, waiting: list[Batch]) -> bool:
        """Deal with the first that waits; False where the person has ended."""
        batch = waiting[0]
        offered = await self.desk.suggested(batch)
        await self._show(batch, offered)
        while True:
            line = await self._line("> ")
            word = "q" if line is None else line.casefold()
            if word in ("q", "quit"):
                return False
            if await self._done(word, batch, offered, waiting):
                return True

    async def _done(
        self, word: str, batch: Batch, offered: Sequence[Suggestion], waiting: list[Batch]
    ) -> bool:
        """Do what a key says; False where the batch is still to be dealt with."""
        match word:
            case "?":
                self.console.print(", ".join(self.desk.meanings))
                return False
            case "u":
                return await self._taken_back(waiting)
            case "d":
                await self.desk.dismiss(batch)
            case "s" | "":
                pass
            case _:
                meaning = self._meaning(word, offered)
                if meaning is None or not await self._label(batch, meaning):
                    return False
        waiting.remove(batch)
        return True

    async def _show(self, batch: Batch, offered: Sequence[Suggestion]) -> None:
        progress, first = await self.desk.progress(), batch.misses[0].missed
        times = f"{len(batch.misses)} times, " if len(batch.misses) > 1 else ""
        self.console.print(
            f"\n[bold]{progress.done + 1} of {progress.total}[/]  {escape(batch.text)}  "
            f"[dim]({times}{first.channel}, {first.locale}, {first.kind})[/]"
        )
        for other in batch.others:
            self.console.print(f"        and  {escape(other)}", style="dim")
        for number, one in enumerate(offered, start=1):
            sure = "" if one.confidence is None else f"{one.confidence:.0%}"
            told = f"  {number}  {one.meaning:<20} {sure:>4}  [dim]{escape(one.why)}[/]"
            self.console.print(told)

    def _meaning(self, word: str, offered: Sequence[Suggestion]) -> str | None:
        """Find what a key or a name stands for; tells where it is none."""
        if word == "o":
            return OUT_OF_SCOPE
        if word.isdecimal() and 1 <= int(word) <= len(offered):
            return offered[int(word) - 1].meaning
        names = {name.casefold(): name for name in self.desk.meanings}
        if word in names:
            return names[word]
        remedy = remedy_for(word, names, otherwise="? lists the names")
        self.console.print(f"{escape(word)} is no key and no meaning; {remedy}")
        return None

    async def _label(self, batch: Batch, meaning: str) -> bool:
        """Label a batch once its words are marked as they should be."""
        parameters = self.desk.meanings.get(meaning, ())
        marked = await self.desk.marked(batch.text, meaning)
        while parameters:
            self.console.print(f"  learnt as: {escape(marked)}")
            names = ", ".join(parameters)
            self.console.print(
                f"  Enter keeps it; or type it with words marked as {escape('[words](name)')}, "
                f"names are {names}; - goes back", style="dim",
            )  # fmt: skip
            typed = await self._line("  ")
            if typed is None or typed == "-":
                return False
            problems = check_marked(typed or marked, batch.text, parameters)
            if not problems:
                marked = typed or marked
                break
            for problem in problems:
                self.console.print(f"  {escape(problem)}")
        count = await self.desk.label(batch, meaning, marked)
        self.labelled.append(batch)
        self.console.print(f"  {count} labelled {meaning}")
        if len(self.labelled) % LEARN_AFTER == 0:
            await self.desk.relearn()
        return True

    async def _taken_back(self, waiting: list[Batch]) -> bool:
        if not self.labelled:
            self.console.print("there is no label of this session to take back")
            return False
        batch = self.labelled.pop()
        await self.desk.reopen(batch.ids)
        waiting.insert(0, batch)
        return True

    async def _line(self, prompt: str) -> str | None:
        """Read a line; None at the end of the input. Nobody is hurried: it has no time-out."""
        self.console.print(prompt, end="")
        line = await asyncio.to_thread(sys.stdin.readline)
        return line.strip() if line else None
