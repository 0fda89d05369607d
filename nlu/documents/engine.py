"""The engine: a question, and the passage that answers it in the operator's own words.

It reads no commands and needs no model: what it says stands in a file, with its source.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot import ConfigError, Interpretation, Question, Statement, Utterance, VocabularyEntry
from nlu.documents.library import Found, Library, has_documents, open_library

log = structlog.get_logger()

PATIENCE = timedelta(seconds=2)
_ENDS = re.compile(r"[.!?\u2026](?=\s|$)|\n|[\u3002\uff01\uff1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsSettings:
    """The table ``[nlu.documents]``.

    Attributes:
        folders: of Markdown files that customers may read; relative to bot.toml.
        link: where the same files are pages, without the slash at the end; the source of an
            answer leads there. "": the source is named without a link.
        max_characters: a longer passage is cut between sentences.
    """

    folders: tuple[Path, ...]
    link: str = ""
    max_characters: int = 700

    def __post_init__(self) -> None:
        check_folders("folders", self.folders)
        check_link(self.link)
        if not self.folders:
            raise ValueError('folders: is empty; name a folder, as ["faq"]')
        if self.max_characters < 1:
            raise ValueError("max_characters: must be 1 or more; change it")

    def problems(self) -> Iterable[str]:
        """List what cannot work, for `threadline check`, too."""
        return empty_folders("folders", self.folders)


def check_folders(key: str, folders: Sequence[Path]) -> None:
    """Refuse a folder that is none."""
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"{key}: there is no folder {folder}; make it, or change the name")


def empty_folders(key: str, folders: Sequence[Path]) -> Iterator[str]:
    """Tell the folders in which there is nothing to answer from."""
    for folder in folders:
        if not has_documents(folder):
            yield (
                f"{key}: {folder} holds no Markdown file with words; write one (as faq.md), or "
                "take the folder out"
            )


def check_link(link: str) -> None:
    """Refuse an address that is none."""
    parts = urlsplit(link)
    if link and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment):
        raise ValueError("link: is no http or https address; write it as https://example.com/faq")


@asynccontextmanager
async def open_engine(
    name: str,
    settings: DocumentsSettings,
    vocabulary: Sequence[VocabularyEntry],  # noqa: ARG001 - it reads no commands
) -> AsyncIterator["DocumentsEngine"]:
    """Open the engine: the files are read now, and not again before the next start."""
    library = await open_library(settings.folders, link=settings.link)
    if not len(library):
        raise ConfigError(f"nlu.{name}.folders: hold no Markdown file with words; write one")
    log.info("documents.read", engine=name, passages=len(library))
    yield DocumentsEngine(name, settings, library)


class DocumentsEngine:
    """See `bot.ports.Engine` and `bot.ports.Answering`."""

    answers = True
    answer_patience = PATIENCE

    def __init__(self, name: str, settings: DocumentsSettings, library: Library) -> None:
        self._name = name
        self._longest = settings.max_characters
        self._library = library

    async def interpret(self, utterance: Utterance) -> Interpretation:  # noqa: ARG002 - the port's
        """See `bot.ports.Engine.interpret`; documents hold no commands."""
        return Interpretation(command=None, engine=self._name)

    async def answer(self, question: Question) -> AsyncGenerator[Statement, None]:
        """See `bot.ports.Answering.answer`."""
        for found in self._library.find(question.text, most=1):
            yield quoted(found, self._name, self._longest)


def quoted(found: Found, engine: str, longest: int) -> Statement:
    """Quote a passage, cut after the last sentence that fits."""
    text = found.text
    if len(text) > longest:
        ends = [end.end() for end in _ENDS.finditer(text[:longest])]
        cut = ends[-1] if ends else text.rfind(" ", 0, longest)
        text = f"{text[: cut if cut > 0 else longest].rstrip()} …"
    return Statement(text=text, sources=(found.source,), engine=engine)
