"""What tells whose a word is: the word, its neighbours, its form, and what is meant and asked."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby, pairwise

from nlu.classifier.phrases import Phrases, Said
from nlu.classifier.words import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the tagger sees: the text, its words, its meaning, what had been asked for."""

    text: str
    words: Sequence[Word]
    meaning: str
    asked: Sequence[str] = ()


def clues_of(seen: Seen, phrases: Phrases, own: AbstractSet[Said] = frozenset()) -> list[list[str]]:
    """List the clues at each word; ``own``: the phrases that this very sentence teaches."""
    said = ["", "", "", *(word.folded for word in seen.words), "", ""]
    forms = ["", *(form_of(seen.text[word.start : word.end]) for word in seen.words), ""]
    context = [f"m:{seen.meaning}", *(f"a:{name}" for name in seen.asked)]
    joints = joints_of(seen.words)
    of_phrases = phrases.clues(seen.text, seen.words, own)
    return [
        [
            "any",
            *_around(said[place : place + 6]),
            *_spelled(said[place + 2 : place + 5]),
            *_shaped(forms[place : place + 3]),
            *_joined(joints[place], forms[place + 1]),
            *_known(said[place + 2 : place + 5], forms[place + 1], context),
            *of_phrases[place],
        ]
        for place in range(len(seen.words))
    ]


def _around(window: Sequence[str]) -> Iterator[str]:
    """Tell three words before, one, and two after: single ones, pairs, the three."""
    near = window[1:]
    for distance, word in enumerate(near, start=-2):
        yield f"{distance}={word}"
    for distance, (one, other) in enumerate(pairwise(near), start=-2):
        yield f"{distance}={one}|{other}"
    yield f"-3={'|'.join(window[:3])}"


def _spelled(window: Sequence[str]) -> Iterator[str]:
    """Tell how a word begins and ends, and its neighbours end; edges of the sentence are empty."""
    before, word, after = window
    for length in (2, 3, 4):
        yield f"begins={word[:length]}"
        yield f"ends={word[-length:]}"
    yield f"ends-1={before[-3:]}"
    yield f"ends+1={after[-3:]}"
    if not before and not after:
        yield "alone"


def _shaped(window: Sequence[str]) -> Iterator[str]:
    return (f"form{distance}={form}" for distance, form in enumerate(window, start=-1))


def _joined(joint: str, form: str) -> Iterator[str]:
    """Tell what a word touches: "10:45AM" is one value to whoever wrote it, "10:45 AM" maybe two.

    Words that touch nothing get no clue, so that it costs them nothing.
    """
    if joint:
        yield f"joint={joint}"
        yield f"joint={joint}|{form}"


def joints_of(words: Sequence[Word]) -> list[str]:
    """Tell of each word whether it touches the one before (``<``) and the one after (``>``).

    One of the two must be a number: that a sentence ends with a full stop tells nothing.
    """
    touches = [False, *(_touch(one, other) for one, other in pairwise(words)), False]
    return [f"{'<' * before}{'>' * after}" for before, after in pairwise(touches)]


def _touch(one: Word, other: Word) -> bool:
    is_number = one.folded[0].isdigit() or other.folded[0].isdigit()
    return is_number and one.end == other.start


def _known(window: Sequence[str], form: str, context: Sequence[str]) -> Iterator[str]:
    before, word, after = window
    for known in context:
        yield known
        yield f"{known}|{word}"
        yield f"{known}|-1={before}"
        yield f"{known}|+1={after}"
        yield f"{known}|{form}"


def form_of(word: str) -> str:
    """Tell a word's form: ``Xx`` for Rome, ``X`` for USA, ``0`` for 1984, itself for marks."""
    kinds = (
        "0"
        if letter.isdigit()
        else "X"
        if letter.isupper()
        else "x"
        if letter.isalpha()
        else letter
        for letter in word
    )
    return "".join(kind for kind, _ in groupby(kinds))
