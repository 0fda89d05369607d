"""Markdown as passages of plain text: what stands below one heading, in pieces that can be read.

As much of CommonMark 0.31 as people write into questions and answers: headings of both kinds,
paragraphs, lists, quotes, tables (GitHub's), fences, links, emphasis. What is not known stays as it
stands.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 1000
"""Characters of a passage; what stands below a heading is cut between paragraphs."""

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})")
_TABLE_LINE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_FRONT = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(
    r"(!?)\[([^\]\[]{0,300})\]\(\s*<?([^\s()<>]{0,500})>?(?:\s+\"[^\"]{0,200}\")?\s*\)"
)
_BARE = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,500})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_MARKS = re.compile(r"(\*\*|__|~~|`+)(?=\S)(.{1,500}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,500}?)(?<=\S)\1(?![\w*])")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])")
_OPENED = ("http://", "https://", "mailto:", "tel:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Some text of a file; ``headings`` are those it stands below, from the title downwards.

    ``anchor`` is what GitHub and most site makers call the place of its heading.
    """

    headings: tuple[str, ...]
    anchor: str
    text: str


def split_markdown(text: str) -> list[Passage]:
    """Cut a file into passages; those without words are left out."""
    text = _COMMENT.sub("", _FRONT.sub("", text.replace("\r\n", "\n")))
    found: list[Passage] = []
    headings: list[str] = []
    for level, heading, lines in _sections(text.split("\n")):
        if level:
            headings = [*headings[: level - 1], *[""] * (level - 1 - len(headings)), heading]
        named = tuple(filter(None, headings))
        found += [
            Passage(headings=named, anchor=_anchor(heading), text=piece)
            for piece in _pieces(_paragraphs(lines))
        ]
    return found


def plain(text: str) -> str:
    """Write inline Markdown as it is read; pages that links lead to stand behind their words."""
    text = _LINK.sub(_linked, _BARE.sub(r"\1", text))
    text = _TAG.sub("", text)
    for marks in (_MARKS, _MARKS, _EMPHASIS):
        text = marks.sub(r"\2", text)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def _linked(found: re.Match[str]) -> str:
    words, target = found[2].strip(), found[3]
    if found[1] or not target.startswith(_OPENED) or words == target:
        return words
    return f"{words} ({target})" if words else target


def _sections(lines: Sequence[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Yield (level, heading, lines) in order; level 0 is what stands before any heading."""
    level, heading, body = 0, "", list[str]()
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        elif not fence:
            opened = _heading_of(line, body)
            if opened is not None:
                yield level, heading, body
                level, heading = opened
                body = []
                continue
        body.append(line)
    yield level, heading, body


def _heading_of(line: str, body: list[str]) -> tuple[int, str] | None:
    """Read a heading; an underlined one is the line before, which is taken from the body."""
    found = _HEADING.fullmatch(line)
    if found:
        return len(found[1]), plain(found[2]).strip()
    under = _UNDERLINE.fullmatch(line)
    before = body[-1].strip() if body else ""
    is_text = bool(before) and not _ITEM.match(before) and not before.startswith(("|", ">"))
    alone = len(body) < 2 or not body[-2].strip()
    if under and is_text and alone:
        body.pop()
        return (1 if under[1].startswith("=") else 2), plain(before)
    return None


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Yield what belongs together: paragraphs, each item of a list, each row of a table."""
    held: list[str] = []
    fence = False
    for line in lines:
        bare = line.strip().removeprefix(">").strip()
        if _FENCE.match(line):
            fence = not fence
            yield from filter(None, [" ".join(held)])
            held = []
            continue
        begins = fence or not bare or _ITEM.match(line) or bare.startswith("|")
        if begins or _RULE.fullmatch(line):
            yield from filter(None, [" ".join(held)])
            held = []
        if fence:
            held = [line.rstrip()]
        elif bare and not _RULE.fullmatch(line) and not _TABLE_LINE.fullmatch(line):
            held.append(_line(bare))
    yield from filter(None, [" ".join(held)])


def _line(bare: str) -> str:
    if bare.startswith("|"):
        cells = (plain(cell.strip()) for cell in bare.strip("|").split("|"))
        return ": ".join(filter(None, cells))
    item = _ITEM.match(bare)
    words = plain(bare[item.end() :] if item else bare).strip()
    return f"- {words}" if item else words


def _pieces(paragraphs: Iterator[str]) -> Iterator[str]:
    """Put paragraphs together up to the longest passage; a longer one is cut between sentences."""
    held = ""
    for paragraph in paragraphs:
        for part in _parts(paragraph):
            if held and len(held) + 1 + len(part) > LONGEST:
                yield held
                held = ""
            held = f"{held}\n{part}" if held else part
    if held.strip():
        yield held


def _parts(paragraph: str) -> Iterator[str]:
    if len(paragraph) <= LONGEST:
        yield paragraph
        return
    for sentence in _SENTENCE.split(paragraph):
        for start in range(0, len(sentence), LONGEST):
            yield sentence[start : start + LONGEST]


def _anchor(heading: str) -> str:
    """Write a heading as the anchor that GitHub gives it."""
    kept = "".join(
        sign
        for sign in unicodedata.normalize("NFC", heading).lower()
        if sign.isalnum() or sign in "-_ "
    )
    return kept.strip().replace(" ", "-")
