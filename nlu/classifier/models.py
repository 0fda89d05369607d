"""All that was learnt, as one value that can be kept in a file and read again."""

import io
import json
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot import Label, WordTable
from nlu.classifier.clues import Seen
from nlu.classifier.intents import Intents, learn_intents
from nlu.classifier.scope import Judged, Scope, folds, learn_scope
from nlu.classifier.sequences import Sequences
from nlu.classifier.slots import Slots, learn_slots
from nlu.classifier.spelling import Speller
from nlu.classifier.teaching import Lesson
from nlu.classifier.weights import Weights
from nlu.classifier.words import Counted, Word, counted, words_of

NEAR = 1.0
"""How far below the threshold of scope a command is still worth an offer, in its own measure."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence was taken for.

    Attributes:
        words: of the sentence, respelled.
        ranking: probabilities by meaning, best first.
        in_scope: sure enough to propose the best.
        is_near: close enough to offer it.
    """

    words: Sequence[Word]
    ranking: Sequence[tuple[str, float]]
    in_scope: bool
    is_near: bool

    @property
    def best(self) -> str:
        """The most probable meaning."""
        return self.ranking[0][0]


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt.

    Attributes:
        intents: tell what a sentence means.
        slots: tell whose words are whose; None where nothing was labelled.
        scope: tells how sure is sure.
        speller: repairs words.
        literal: words of each meaning's sentences that belong to no parameter.
        mark: names what it was learnt from.
    """

    intents: Intents
    slots: Slots | None
    scope: Scope
    speller: Speller
    literal: Mapping[str, frozenset[str]]
    mark: str = ""

    def read(self, text: str) -> Reading:
        """Tell what a text means."""
        words = self.speller.repair(words_of(text))
        sentence = counted(words)
        known = self.intents.weights.known_share(sentence)
        chances = self.scope.calibrated(self.intents.chances(sentence))
        ranking = sorted(chances.items(), key=lambda one: -one[1])
        margin = self.scope.margin(ranking[0][1], known)
        return Reading(words, ranking, in_scope=margin >= 0, is_near=margin >= -NEAR)

    def labels(self, text: str, reading: Reading, asked: Sequence[str]) -> list[Label]:
        """Find the words that belong to parameters."""
        if self.slots is None:
            return []
        seen = Seen(text=text, words=reading.words, meaning=reading.best, asked=asked)
        return self.slots.labels(seen)


def learn(lessons: Sequence[Lesson], tables: Sequence[WordTable] = ()) -> bytes:
    """Learn everything from sentences, at least one, and from tables of words."""
    sentences = [words_of(lesson.sentence.text) for lesson in lessons]
    features = [counted(words) for words in sentences]
    meanings = [lesson.meaning for lesson in lessons]
    told = [(lesson.meaning, lesson.sentence) for lesson in lessons]
    scope = learn_scope(_judged(sentences, features, meanings))
    intents = learn_intents(features, meanings)
    known = {
        "weights": dict(intents.weights.of),
        "unseen": intents.weights.unseen,
        "temperature": scope.temperature,
        "threshold": scope.threshold,
        "counts": dict(_counts([*sentences, *_listed(tables)])),
        "literal": _literal(lessons),
    }
    return _packed(known, intents.chain.model, learn_slots(told, tables))


def _judged(
    sentences: Sequence[Sequence[Word]], features: Sequence[Counted], meanings: Sequence[str]
) -> list[Judged]:
    """Judge sentences by models that have not seen them."""
    judged: list[Judged] = []
    for learnt, left_out in folds(meanings):
        speller = Speller(_counts(sentences[number] for number in learnt))
        intents = learn_intents(
            [features[number] for number in learnt], [meanings[number] for number in learnt]
        )
        for number in left_out:
            sentence = counted(speller.repair(sentences[number]))
            known = intents.weights.known_share(sentence)
            judged.append(Judged(intents.chances(sentence), known, meanings[number]))
    return judged


def _counts(sentences: Iterable[Sequence[Word]]) -> Counter[str]:
    return Counter(word.folded for words in sentences for word in words)


def _listed(tables: Sequence[WordTable]) -> Iterator[Sequence[Word]]:
    """List the words of lookups: they are no slips of others."""
    return (words_of(entry) for one in tables if one.kind == "lookup" for entry in one.entries)


def _literal(lessons: Sequence[Lesson]) -> dict[str, list[str]]:
    """List words that stand in a meaning's sentences and never in a parameter's words."""
    inside: set[str] = set()
    outside: dict[str, set[str]] = defaultdict(set)
    for lesson in lessons:
        labels = lesson.sentence.labels
        for word in words_of(lesson.sentence.text):
            if any(label.start <= word.start < label.end for label in labels):
                inside.add(word.folded)
            elif word.is_spelled:
                outside[lesson.meaning].add(word.folded)
    return {meaning: sorted(words - inside) for meaning, words in outside.items()}


def _packed(known: Mapping[str, object], intents: bytes, slots: bytes | None) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("known.json", json.dumps(known))
        archive.writestr("intents", intents)
        if slots is not None:
            archive.writestr("slots", slots)
    return whole.getvalue()


def unpack(model: bytes, mark: str = "") -> Model:
    """Read what `learn` made; raises ValueError, KeyError or BadZipFile where it is no model."""
    with zipfile.ZipFile(io.BytesIO(model)) as archive:
        known = json.loads(archive.read("known.json"))
        intents = Sequences(archive.read("intents"))
        slots = Slots.unpack(archive.read("slots")) if "slots" in archive.namelist() else None
    return Model(
        intents=Intents(Weights(known["weights"], known["unseen"]), intents),
        slots=slots,
        scope=Scope(known["temperature"], known["threshold"]),
        speller=Speller(known["counts"]),
        literal={meaning: frozenset(words) for meaning, words in known["literal"].items()},
        mark=mark,
    )
