"""The operator's documents: read once, cut into passages, and searched."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot import ConfigError, Source
from nlu.documents.markdown import Passage, split_markdown
from nlu.documents.meaning import Meaning
from nlu.documents.ranking import Likeness, Ranking
from nlu.vectors import static_table

NEAR = 0.45
"""From so near on a passage is an answer; chosen on the questions of our own tests."""
MAX_BYTES = 4 * 1024 * 1024
"""Of a file: more than any page of answers."""
MOST_FILES = 1000
MOST_PASSAGES = 20_000
_ENDINGS = frozenset({".md", ".markdown"})
_BETWEEN = " \u203a "


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A passage that answers a question; ``near`` is between `NEAR` and 1.0."""

    text: str
    source: Source
    near: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    passage: Passage
    source: Source


class Library:
    """Passages with their sources; see `open_library`."""

    def __init__(self, held: Sequence[_Held], likeness: Likeness | None = None) -> None:
        self._held = held
        self._ranking = Ranking([_ranked(one) for one in held], likeness)

    def __len__(self) -> int:
        return len(self._held)

    def find(self, question: str, *, most: int = 3) -> list[Found]:
        """Find the passages that are near enough to answer a question, the nearest first."""
        nearest = self._ranking.nearest(question, most)
        return [
            Found(text=self._held[one.index].passage.text, near=one.near,
                  source=self._held[one.index].source)
            for one in nearest
            if one.near >= NEAR
        ]  # fmt: skip


async def open_library(folders: Sequence[Path], *, link: str = "") -> Library:
    """Read all Markdown files of some folders, in a thread of its own.

    Args:
        folders: their files, and those of folders in them, in order of their names.
        link: where the same files are pages: ``{link}/FILE#HEADING``; "" where they are none.

    Raises:
        ConfigError: a file cannot be read, or there is too much of it.
    """
    return await asyncio.to_thread(_read, folders, link)


def has_documents(folder: Path) -> bool:
    """Tell whether a folder holds a Markdown file that is not empty; reads none."""
    return any(path.stat().st_size for path in _markdown(folder))


def _read(folders: Sequence[Path], link: str) -> Library:
    held = [*_held(folders, link)]
    texts = [(_own_heading(one), one.passage.text) for one in held]
    return Library(held, Meaning(texts, static_table()) if held else None)


def _held(folders: Sequence[Path], link: str) -> Iterator[_Held]:
    count = 0
    for folder in folders:
        for path in _files(folder):
            for passage in split_markdown(_text(path)):
                count += 1
                if count > MOST_PASSAGES:
                    raise ConfigError(
                        f"{folder}: holds more than {MOST_PASSAGES} passages; name fewer folders"
                    )
                yield _Held(passage=passage, source=_source(passage, path, folder, link))


def _files(folder: Path) -> list[Path]:
    found = sorted(_markdown(folder))
    if len(found) > MOST_FILES:
        raise ConfigError(f"{folder}: holds more than {MOST_FILES} files; name fewer folders")
    return found


def _markdown(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in _ENDINGS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ConfigError(f"{path}: has {size} bytes, more than {MAX_BYTES}; split it")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = type(error).__name__
        raise ConfigError(f"{path}: cannot be read as UTF-8 text ({why}); mend it") from error


def _source(passage: Passage, path: Path, folder: Path, link: str) -> Source:
    """Name the file by its title, else by its name, and the heading."""
    named = path.stem.replace("_", " ").replace("-", " ").strip().capitalize()
    title, *below = passage.headings or (named,)
    parts = [title, *below[-1:]]
    if not link:
        return Source(title=_BETWEEN.join(parts))
    page = quote(path.relative_to(folder).with_suffix("").as_posix())
    anchor = f"#{quote(passage.anchor)}" if passage.anchor else ""
    return Source(title=_BETWEEN.join(parts), url=f"{link.rstrip('/')}/{page}{anchor}")


def _ranked(held: _Held) -> tuple[str, str]:
    """Give the heading nearest to a passage, and its words with those of all headings above."""
    own, headings = _own_heading(held), held.passage.headings
    return own, " ".join([*(headings[:-1] if own else headings), held.passage.text])


def _own_heading(held: _Held) -> str:
    """Give the heading nearest to a passage; a file's title is none."""
    headings = held.passage.headings
    return headings[-1] if len(headings) > 1 else ""
