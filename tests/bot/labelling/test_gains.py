"""What labels bring is judged by engines that have not learnt what they are asked."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.cli.opening import GivenSecrets, read
from bot.evaluation.parts import Known, known_of
from bot.evaluation.trials import Bench
from bot.labelling.lessons import gains
from bot.model.understanding import Sentence, VocabularyEntry
from bot.plugins.catalogue import read_commands, vocabulary
from bot.plugins.tables import Tables
from tests.bot.labelling.misses import project

SLANG = [
    "whats cooking fam", "yo whats cooking", "whats cooking today fam", "whats cooking yo",
    "whats cooking tonight fam", "fam whats cooking",
]  # fmt: skip


class Stage:
    """A small bot's bench and vocabulary."""

    def __init__(self, folder: Path) -> None:
        settings, extensions = read(project(folder) / "bot.toml")
        tables = Tables(settings, extensions, GivenSecrets(folder=folder))
        self.commands = read_commands(extensions)
        self.stages: list[str] = []
        self.bench = Bench(
            tables=tables, engine="classifier", tick=lambda stage, *_: self.stages.append(stage)
        )

    def vocabulary(self, known: Sequence[Known]) -> list[VocabularyEntry]:
        """Gather what is learnt with further sentences in it."""
        lessons: dict[str, list[Sentence]] = {}
        for one in known:
            lessons.setdefault(one.meaning, []).append(one.sentence)
        return vocabulary(self.commands, lessons)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


async def test_labels_of_new_words_bring_them_and_take_nothing(stage: Stage) -> None:
    missed = known_of({"hours": [Sentence(text=text) for text in SLANG]})

    found = await gains(stage.bench, stage.vocabulary(missed), missed)

    assert found.missed == len(SLANG)
    assert found.known == 4
    assert found.missed_before is not None
    assert found.missed_after is not None
    assert found.missed_before < found.missed_after
    assert found.missed_after == 1.0
    assert {"before, part 1 of 3", "after, part 3 of 3"} <= set(stage.stages)


async def test_without_labels_nothing_is_brought(stage: Stage) -> None:
    found = await gains(stage.bench, stage.vocabulary([]), [])

    assert (found.missed, found.missed_before, found.missed_after) == (0, None, None)
    assert found.known_before == found.known_after
