"""Checks of what engines learn from: what contradicts itself, repeats itself, or is too little."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.evaluation.answers import Answer
from bot.evaluation.figures import by_meaning
from bot.evaluation.likeness import NEARLY_THE_SAME, alike
from bot.evaluation.placed import Finding, Placed, cut_words
from bot.model.understanding import Sentence, VocabularyEntry

FEWEST = 5
"""Sentences of a command below which an engine sees too few ways to say it."""

OFTEN = 0.2
"""Share of a meaning's sentences that are taken for one other meaning, for it to be told."""

MOST_ALIKE = 20
"""Pairs of nearly the same sentences of two meanings that are told."""

MANY_ALIKE = 3
"""Pairs of nearly the same sentences of one meaning from which on they are told."""


def check_sentences(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Find contradictions, repetitions and cut words."""
    yield from _conflicts(placed)
    yield from _borders(placed)
    yield from _nearly_the_same(placed)


def check_vocabulary(
    entries: Sequence[VocabularyEntry], placed: Sequence[Placed]
) -> Iterator[Finding]:
    """Find commands with too few sentences, and labels that no parameter reads."""
    known = {entry.command: frozenset(entry.parameters) for entry in entries if entry.answered}
    first: dict[tuple[str, str], Placed] = {}
    for one in placed:
        for label in one.sentence.labels:
            read = {label.parameter, label.role, label.group}
            if one.meaning in known and not read & known[one.meaning]:
                first.setdefault((one.meaning, label.parameter), one)
    for (meaning, parameter), one in first.items():
        what = f'"{parameter}" is labelled, and {meaning} has no such parameter'
        names = ", ".join(sorted(known[meaning])) or "none"
        yield Finding(where=one.where, what=what, remedy=f"rename or remove it; there are: {names}")
    yield from _too_few(entries, placed)


def _too_few(entries: Sequence[VocabularyEntry], placed: Sequence[Placed]) -> Iterator[Finding]:
    places: dict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        places[one.meaning].append(one)
    for entry in entries:
        found = places[entry.command]
        count = len({_words(one) for one in found}) + len(entry.say)
        if entry.answered and found and count < FEWEST:
            what = f"{entry.command} has {count} sentence{'s' * (count != 1)}"
            remedy = f"write {FEWEST} or more that differ in their words"
            yield Finding(where=found[0].where, what=what, remedy=remedy)


def _conflicts(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Find the same words with two meanings, or with two ways of being labelled."""
    by_words: dict[str, dict[tuple[str, object], Placed]] = defaultdict(dict)
    for one in placed:
        words = _words(one)
        key = (one.meaning, _labelling(one.sentence))
        first = next(iter(by_words[words].values()), None)
        if key in by_words[words]:
            there = by_words[words][key].where
            what = f'"{one.text}" stands there twice, first at {there}'
            yield Finding(where=one.where, what=what, remedy="remove one of the two")
        elif first is not None:
            yield _contradiction(one, first)
        by_words[words].setdefault(key, one)


def _contradiction(one: Placed, first: Placed) -> Finding:
    if one.meaning != first.meaning:
        what = f'"{one.text}" means {one.meaning} here and {first.meaning} at {first.where}'
        remedy = "keep it where it belongs"
    else:
        what = f'"{one.text}" is labelled otherwise at {first.where}'
        remedy = "label both the same way"
    return Finding(where=one.where, what=what, remedy=remedy, is_wrong=True)


def _words(one: Placed) -> str:
    return " ".join(one.text.casefold().split())


def _labelling(sentence: Sentence) -> object:
    return frozenset((one.parameter, one.start, one.end, one.role) for one in sentence.labels)


def _borders(placed: Iterable[Placed]) -> Iterator[Finding]:
    for one in placed:
        for words in cut_words(one.text, one.sentence.labels):
            what = f'the label of "{words}" in "{one.text}" begins or ends inside a word'
            yield Finding(where=one.where, what=what, remedy="label whole words", is_wrong=True)


def _nearly_the_same(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Find nearly the same sentences of two meanings; of one meaning, tell how many there are."""
    shown = 0
    repeated: Counter[str] = Counter()
    example: dict[str, tuple[Placed, Placed]] = {}
    bare = [_bare(one) for one in placed]
    for earlier, later in alike(bare, NEARLY_THE_SAME):
        first, one = placed[earlier], placed[later]
        if _words(first) == _words(one) or (
            first.meaning == one.meaning and bare[earlier] == bare[later]
        ):
            continue  # told as a conflict, or other words of the same parameters
        if first.meaning == one.meaning:
            repeated[one.meaning] += 1
            example.setdefault(one.meaning, (first, one))
        elif shown < MOST_ALIKE:
            shown += 1
            what = f'"{one.text}" ({one.meaning}) is nearly "{first.text}" ({first.meaning}) at '
            remedy = "see that both mean what they say"
            yield Finding(where=one.where, what=what + first.where, remedy=remedy)
    for meaning, count in repeated.items():
        first, one = example[meaning]
        if count < MANY_ALIKE:
            continue
        what = f'{count} pairs of {meaning} are nearly the same: "{one.text}", "{first.text}"'
        yield Finding(where=one.where, what=what, remedy="other words would teach more")


def _bare(one: Placed) -> str:
    """Write a sentence with the names of parameters in the place of their words."""
    text, place = "", 0
    for label in sorted(one.sentence.labels, key=lambda label: label.start):
        if label.start >= place:
            text += f"{one.text[place : label.start]} {label.parameter} "
            place = label.end
    return text + one.text[place:]


def check_confused(answers: Sequence[Answer], placed: Sequence[Placed]) -> Iterator[Finding]:
    """Find meanings that engines take for others, though they have learnt the other sentences."""
    where = _places(placed)
    support = {name: figures.support for name, figures in by_meaning(answers).items()}
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for answer in answers:
        if answer.is_in_scope and not answer.is_right and answer.guess is not None:
            pairs[answer.meaning, answer.guess].append(answer.sentence.text)
    for (meant, told), texts in sorted(pairs.items(), key=lambda pair: -len(pair[1])):
        if len(texts) >= 2 and len(texts) >= OFTEN * support[meant]:
            what = (
                f"{len(texts)} of {support[meant]} sentences of {meant} are taken for {told}: "
                f'"{texts[0]}", "{texts[1]}"'
            )
            remedy = "tell the two apart by more sentences, or make them one"
            yield Finding(where=where[meant, texts[0]], what=what, remedy=remedy)


def _places(placed: Iterable[Placed]) -> Mapping[tuple[str, str], str]:
    return {(one.meaning, one.text): one.where for one in placed}
