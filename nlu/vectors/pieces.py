"""Word pieces of BERT's uncased vocabulary (Schuster and Nakajima 2012; Devlin et al. 2019).

A word is cut from the left into the longest pieces that the vocabulary has.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

VOCABULARY = Path(__file__).with_name("vocabulary.txt")

UNKNOWN, FIRST, LAST, PADDING = "[UNK]", "[CLS]", "[SEP]", "[PAD]"

LONGEST = 100
"""Letters of a word above which BERT's tokenizer takes it for unknown."""


class Pieces:
    """Cuts text into pieces."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """Take the pieces in the order of their numbers; what goes on a word begins with ##."""
        self.numbers: Mapping[str, int] = {piece: n for n, piece in enumerate(vocabulary)}
        self._unknown = self.numbers[UNKNOWN]
        self.cut = lru_cache(maxsize=4096)(self._cut)

    def of(self, text: str) -> list[int]:
        """Give the numbers of a text's pieces, without BERT's marks of beginning and end."""
        return [number for word in words_of(text) for number in self.cut(word)]

    def _cut(self, word: str) -> tuple[int, ...]:
        """Cut a word as `words_of` gives it; all of it is unknown where a part is."""
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST:
            end = len(word)
            while end > start:
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if (number := self.numbers.get(piece)) is not None:
                    found.append(number)
                    break
                end -= 1
            else:
                return (self._unknown,)
            start = end
        return tuple(found) or (self._unknown,)


def read_vocabulary(path: Path = VOCABULARY) -> list[str]:
    """Read the pieces, one a line."""
    return path.read_text("utf-8").split("\n")[:-1]


def words_of(text: str) -> Iterable[str]:
    """Split a text as BERT does: lower case, no accents; marks and ideographs stand alone."""
    if text.isascii() and text.isprintable():
        return _PLAIN.findall(text.lower())
    return _letter_by_letter(text)


_PLAIN = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
"""A word of plain text, of which all but letters, digits and blanks are marks."""


def _letter_by_letter(text: str) -> Iterator[str]:
    word: list[str] = []
    for letter in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(letter)
        if kind == "Mn" or letter == "\ufffd" or (kind.startswith("C") and not letter.isspace()):
            continue
        if letter.isspace() or is_alone(letter, kind):
            if word:
                yield "".join(word)
                word = []
            if not letter.isspace():
                yield letter
        else:
            word.append(letter)
    if word:
        yield "".join(word)


def is_alone(letter: str, kind: str) -> bool:
    """Tell whether a sign is a word of its own: a mark, or an ideograph.

    BERT counts all of ASCII that is no letter and no digit among the marks, and of the ideographs
    those of the CJK Unified Ideographs blocks.
    """
    if letter.isascii():
        return not letter.isalnum()
    code = ord(letter)
    return (
        kind.startswith("P")
        or 0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x2CEAF
        or 0x2F800 <= code <= 0x2FA1F
    )
