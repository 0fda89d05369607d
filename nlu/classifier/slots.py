"""Which words are whose: a linear chain over the words of a sentence.

It knows what the sentence means and which parameters had been asked for: "7" is a time after
"What time?", and "boston" in a flight's sentence is no restaurant's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from bot import Label, Sentence
from nlu.classifier.sequences import Example, Sequences, trained
from nlu.classifier.words import Word, words_of

PARAMETERS = {"c1": 0.02, "c2": 0.05, "max_iterations": 100}
"""The best of six tried on a part of SNIPS and on restaurants8k; L1 keeps the model small."""

OUTSIDE = "O"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the tagger sees: the text, its words, its meaning, what had been asked for."""

    text: str
    words: Sequence[Word]
    meaning: str
    asked: Sequence[str] = ()


def learn_slots(lessons: Sequence[tuple[str, Sentence]]) -> bytes | None:
    """Learn labels from sentences with their meanings; None where nothing is labelled."""
    if not any(sentence.labels for _, sentence in lessons):
        return None
    return trained(_examples(lessons), PARAMETERS)


def _examples(lessons: Sequence[tuple[str, Sentence]]) -> Iterator[Example]:
    for meaning, sentence in lessons:
        text = sentence.text
        words = words_of(text)
        seen = Seen(text=text, words=words, meaning=meaning, asked=sentence.asked)
        yield features(seen), tags_of(words, sentence.labels)


def find_labels(chain: Sequences, seen: Seen) -> list[Label]:
    """Find the words that belong to parameters."""
    if not seen.words:
        return []
    return labels_of(seen, chain.tags(features(seen)))


def tags_of(words: Sequence[Word], labels: Sequence[Label]) -> list[str]:
    """Tag each word with the parameter whose words begin (B) or go on (I) there, or O."""
    tags = [OUTSIDE] * len(words)
    for label in labels:
        inside = [
            place
            for place, word in enumerate(words)
            if word.start < label.end and label.start < word.end and tags[place] == OUTSIDE
        ]
        for place in inside:
            tags[place] = f"{'B' if place == inside[0] else 'I'}-{label.parameter}"
    return tags


def labels_of(seen: Seen, tags: Sequence[str]) -> list[Label]:
    """Read tags back; an I without a B before it begins a label, too."""
    labels: list[Label] = []
    previous = OUTSIDE
    for word, tag in zip(seen.words, tags, strict=True):
        kind, _, parameter = tag.partition("-")
        if kind == "I" and previous.partition("-")[2] == parameter:
            start = labels.pop().start
        else:
            start = word.start
        if kind != OUTSIDE:
            value = seen.text[start : word.end]
            labels.append(Label(parameter=parameter, start=start, end=word.end, value=value))
        previous = tag
    return labels


def features(seen: Seen) -> list[list[str]]:
    """Tell what is seen at each word: itself, its neighbours, its form, the sentence's meaning."""
    said = ["", "", "", *(word.folded for word in seen.words), "", ""]
    forms = ["", *(form_of(seen.text[word.start : word.end]) for word in seen.words), ""]
    context = [f"m:{seen.meaning}", *(f"a:{name}" for name in seen.asked)]
    return [
        [
            "any",
            *_around(said[place : place + 6]),
            *_spelled(said[place + 2 : place + 5]),
            *_shaped(forms[place : place + 3]),
            *_known(said[place + 2 : place + 5], forms[place + 1], context),
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
