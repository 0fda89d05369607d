"""What of a model's answer customers are shown: what stands in the passages, or mere small talk.

Whoever writes to a model, or into its documents, may make it write anything. So its text is held
against what it was given. An answer from documents uses the words of its passages, and every link,
address and number in it stands there. Small talk has no source, so it has no numbers, no links and
no word about money, secrets or deeds, and is short. What holds anything else is not shown at all.
Both hold for every beginning of a text, too, so that an answer can be shown while it grows.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

NONE = "none"
"""What a model writes where the passages do not answer."""
LONGEST_CHAT = 300
"""Characters of small talk."""
SUPPORT = 0.5
"""The share of an answer's words that stand in its passages, at least."""
ECHO = 6
"""So many words in a row of what the model was told beside the passages are a leak."""
FEWEST = ECHO + 2
"""Words of an answer before any of it is shown: a leak is seen before it is."""

_CITED = re.compile(r"[ \t]*[\[\u3010](\d{1,2}(?:\s*[,;]\s*\d{1,2})*)[\]\u3011]")
_LINKED = re.compile(r"!?\[([^\]\[\n]{0,200})\]\(([^()\s]{0,500})\)")
_TAG = re.compile(r"<(?!https?://)[^<>\n]{0,300}>")
_MARK = re.compile(r"\*\*|__|~~|`+|^[ \t]{0,3}#{1,6}[ \t]+|^[ \t]*>[ \t]?", re.MULTILINE)
_STARRED = re.compile(r"(?<!\w)\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*(?!\w)")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}:/{0,2}[^\s<>\"']+", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?:/[^\s<>\"']*)?", re.IGNORECASE)
_NAME = re.compile(r"[@/#](?=\w)\S+|\S+@\S+")
_NUMBER = re.compile(r"\d+(?:[.,:'\u2019/\u2013-]\d+)*")
_DIGITS = re.compile(r"\D+")
_CODE = re.compile(r"[{}<>|\\]")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?\u2026](?=\s|$)|[\u3002\uff01\uff1f]")
_SPELLED = re.compile(r"(?:\b[^\W\d_]\b[\s.-]*){3}")
_DISGUISED = re.compile("[a-z].*[\u0370-\u052f]|[\u0370-\u052f].*[a-z]")
"""Latin letters beside Greek or Cyrillic ones that look the same."""
_NO_BLANKS = 0x0590  # from here on scripts join words to what stands before them
_KEPT_SIGNS = frozenset("\u200c\u200d\n")
_STEM = 5

FORBIDDEN = frozenset(files(__package__).joinpath("forbidden.txt").read_text("utf-8").split())
"""Words that no small talk needs and every fraud does, in the languages of the bot's phrases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What may be shown; ``cited`` are the passages it rests on, counted from 0.

    What is not ``final`` is still being written.
    """

    text: str
    cited: tuple[int, ...] = ()
    final: bool = True


class ForeignError(ValueError):
    """A model's text holds what was not given to it; the message tells what kind, for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """Sifts one answer.

    Attributes:
        question: what the customer asked; its numbers may come back, its links may not.
        passages: what the model was given.
        told: what the model was told beside that, which nobody else may read.
        chatty: small talk is allowed.
        longest: characters of an answer; more are cut off after a sentence.
    """

    question: str
    passages: Sequence[str]
    told: str = ""
    chatty: bool = False
    longest: int = 800
    _echo: frozenset[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        runs = frozenset(_runs(_folded(self.told)))
        object.__setattr__(self, "_echo", runs - frozenset(_runs(_folded(self._given))))

    @property
    def _given(self) -> str:
        return "\n".join(self.passages)

    def so_far(self, raw: str) -> str:
        """Give what may be shown of an answer that is still being written; "" for nothing yet.

        Raises:
            ForeignError: nothing of this answer may be shown any more.
        """
        if NONE.startswith(raw.strip().casefold()[: len(NONE)]) or len(raw) > 2 * self.longest:
            return ""
        head = raw.rpartition(" ")[0]  # the last word may not be whole
        if head.count("[") > head.count("]") or head.count("<") > head.count(">"):
            head = re.split(r"[\[<][^\]>]*$", head)[0]
        text = self._cut(written(head))
        if len(_WORD.findall(text)) < FEWEST:
            return ""
        self._check(text)
        return text

    def whole(self, raw: str) -> Spoken | None:
        """Give what may be shown of an answer; None where the model knows none.

        Raises:
            ForeignError: nothing of it may be shown.
        """
        text = self._cut(written(raw))
        words = _folded(text).split()
        if not words or words[0].strip(".!\"'") == NONE:
            return None
        grounded = self._check(text)
        cited = self._sources(raw, text) if grounded else ()
        return Spoken(text=text, cited=cited)

    def _check(self, text: str) -> bool:
        """Tell whether a text rests on the passages; raises where it rests on nothing."""
        if not self._echo.isdisjoint(_runs(_folded(text))):
            raise ForeignError("its own instructions")
        if set(_CODE.findall(text)) - set(self._given):
            raise ForeignError("code")
        if self.passages and support(text, self._given) >= SUPPORT:
            self._check_evidence(text)
            return True
        if not self.chatty:
            raise ForeignError("words of its own")
        _check_chat(text)
        return False

    def _check_evidence(self, text: str) -> None:
        """Raise where a link, a name or a number stands in no passage."""
        given = _folded(self._given)
        for pattern, kind in ((_URL, "a link"), (_HOST, "a link"), (_NAME, "a name")):
            for found in pattern.findall(_folded(text)):
                if not _stands_in(found.rstrip(".,;:!?)\u2026"), given):
                    raise ForeignError(kind)
        known = {_DIGITS.sub("", one) for one in _NUMBER.findall(f"{given} {self.question}")}
        parts = {part for one in _NUMBER.findall(given) for part in re.findall(r"\d+", one)}
        for found in _NUMBER.findall(text):
            if _DIGITS.sub("", found) not in known and found not in parts:
                raise ForeignError("a number")

    def _sources(self, raw: str, text: str) -> tuple[int, ...]:
        """Give the passages that the model names, else the one that its words stand in most."""
        named = (int(one) - 1 for found in _CITED.findall(raw) for one in re.findall(r"\d+", found))
        cited = tuple(dict.fromkeys(one for one in named if 0 <= one < len(self.passages)))
        likely = [one for one in cited if support(text, self.passages[one]) > SUPPORT / 2]
        return tuple(likely) or (self._likeliest(text),)

    def _likeliest(self, text: str) -> int:
        return max(range(len(self.passages)), key=lambda one: support(text, self.passages[one]))

    def _cut(self, text: str) -> str:
        """Cut after the last sentence that is short enough."""
        if len(text) <= self.longest:
            return text
        ends = [end.end() for end in _SENTENCE_END.finditer(text[: self.longest])]
        return text[: ends[-1]] if ends else f"{text[: self.longest - 1].rpartition(' ')[0]}\u2026"


def written(raw: str) -> str:
    """Write a model's text as plain text: no marks, no citations, no invisible signs."""
    text = _CITED.sub("", _LINKED.sub(r"\1 \2", raw.replace("\r\n", "\n")))
    text = _STARRED.sub(r"\1", _MARK.sub("", _TAG.sub("", text)))
    kept = "".join(
        sign
        for sign in unicodedata.normalize("NFC", text)
        if sign in _KEPT_SIGNS or unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cn", "Cs"}
    )
    lines = (" ".join(line.split()) for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def support(text: str, given: str) -> float:
    """Tell how much of a text's words stand in another; words of three letters do not count."""
    held = {_stem(word) for word in _WORD.findall(_folded(given))}
    asked = [_stem(word) for word in _WORD.findall(_folded(text)) if len(word) > 3]
    return sum(word in held for word in asked) / len(asked) if asked else 0.0


def _check_chat(text: str) -> None:
    """Raise where small talk is more than that."""
    if len(text) > LONGEST_CHAT:
        raise ForeignError("more than small talk")
    folded = _folded(text)
    if any(sign.isnumeric() for sign in folded):
        raise ForeignError("a number")
    if _URL.search(folded) or _HOST.search(folded) or _NAME.search(folded):
        raise ForeignError("a link")
    if _SPELLED.search(folded) or any(map(_DISGUISED.search, _WORD.findall(folded))):
        raise ForeignError("disguised words")
    words = _WORD.findall(folded)
    joined = ("".join(words[at : at + count]) for count in (2, 3) for at in range(len(words)))
    if any(_is_forbidden(word) for word in (*words, *joined)) or any(
        word in folded for word in FORBIDDEN if ord(word[0]) >= _NO_BLANKS
    ):
        raise ForeignError("a word about money, secrets or deeds")


def _is_forbidden(word: str) -> bool:
    return word in FORBIDDEN or word.removesuffix("s") in FORBIDDEN


def _stands_in(found: str, given: str) -> bool:
    return any(
        match.end() == len(given) or not re.match(r"[\w/@-]|\.\w", given[match.end() :])
        for match in re.finditer(re.escape(found), given)
        if match.start() == 0 or not re.match(r"[\w@.-]", given[match.start() - 1])
    )


def _runs(folded: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(folded)
    for start in range(len(words) - ECHO + 1):
        yield tuple(words[start : start + ECHO])


def _stem(word: str) -> str:
    return word[:_STEM]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
