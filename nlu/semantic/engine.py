"""The engine `semantic`: the classifier with whole sentences' vectors in place of the table's."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec

from bot import Engine, VocabularyEntry
from nlu.classifier import ClassifierSettings, open_classifier
from nlu.semantic.minilm import MODULES, minilm


class SemanticSettings(ClassifierSettings):
    """The table ``[nlu.semantic]``: what ``[nlu.classifier]`` has."""

    def problems(self) -> Iterator[str]:
        """List what is not installed, for `threadline check`."""
        for name in MODULES:
            if find_spec(name) is None:
                yield f'{name}: is not installed; pip install "threadline[semantic]"'


@asynccontextmanager
async def open_engine(
    name: str, settings: SemanticSettings, vocabulary: Sequence[VocabularyEntry]
) -> AsyncIterator[Engine]:
    """Open the engine.

    Raises:
        ConfigError: the extra is not installed.
    """
    embedder = await asyncio.to_thread(minilm)
    async with open_classifier(name, settings, vocabulary, embedder) as engine:
        yield engine
