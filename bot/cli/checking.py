"""`threadline evaluate --check`: is what there is to learn in order?"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.authoring.signatures import CommandSpec
from bot.clock import SystemClock
from bot.dialog.plain import with_plain
from bot.evaluation.checks import check_confused, check_sentences, check_vocabulary
from bot.evaluation.parts import entries_of
from bot.evaluation.placed import Finding, Placed, placed_of
from bot.evaluation.trials import Bench, together
from bot.evaluation.unlabelled import Unlabelled
from bot.model.understanding import Hints, VocabularyEntry
from bot.plugins.catalogue import read_commands, vocabulary
from bot.plugins.lessons import read_material

PARTS = 5


@dataclass(frozen=True, slots=True)
class DataCheck:
    """What is looked at: files alone, or the bot's commands with ``[nlu] data``."""

    bench: Bench
    files: Sequence[Path]

    async def told(self) -> bool:
        """Print what is found, what is wrong first; tells whether anything is."""
        entries, placed = self._read()
        found = [*self._looked(entries, placed), *await self._tried(entries, placed)]
        found.sort(key=lambda one: not one.is_wrong)
        wrong = sum(one.is_wrong for one in found)
        sys.stdout.writelines(f"{one.line}\n" for one in found)
        sys.stdout.write(
            f"{len(placed)} sentences of {len({one.meaning for one in placed})} meanings: "
            f"{wrong} wrong, {len(found) - wrong} hints\n"
        )
        return wrong > 0

    def _read(self) -> tuple[Sequence[VocabularyEntry], Sequence[Placed]]:
        tables = self.bench.tables
        material = read_material(self.files or tables.settings.nlu.data)
        if self.files:
            return entries_of(material.lessons, material.tables), placed_of(material.located, {})
        commands: dict[str, CommandSpec] = dict(read_commands(tables.extensions))
        entries = vocabulary(commands, material.lessons, material.tables)
        return entries, placed_of(material.located, commands)

    def _looked(
        self, entries: Sequence[VocabularyEntry], placed: Sequence[Placed]
    ) -> Iterator[Finding]:
        recognisers: Sequence[Any] = with_plain(self.bench.tables.extensions.recognisers)
        hints = Hints(now=SystemClock().now(), locale=self.bench.tables.settings.bot.locale)
        yield from check_sentences(placed)
        yield from check_vocabulary(entries, placed)
        yield from Unlabelled(entries, placed, recognisers, hints).findings()

    async def _tried(
        self, entries: Sequence[VocabularyEntry], placed: Sequence[Placed]
    ) -> list[Finding]:
        """Cross-validate; with one meaning there is nothing to confuse."""
        if len({one.meaning for one in placed}) < 2:
            return []
        trial = together(await self.bench.crossed(entries, PARTS))
        return list(check_confused(trial.answers, placed))
