"""All that was learnt, as one value that can be kept in a file and read again."""

import io
import json
import math
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from bot import Label, WordTable
from nlu.classifier.clues import Seen
from nlu.classifier.intents import IntentLessons, Intents, Opinion
from nlu.classifier.scope import Scope, learn_scope
from nlu.classifier.slots import Slots, learn_slots
from nlu.classifier.spelling import Speller
from nlu.classifier.teaching import Lesson
from nlu.classifier.words import Word, words_of
from nlu.vectors import Embedder

NEAR = 1.0
"""How far below the threshold of scope a command is still worth an offer, in its own measure."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence was taken for.

    Attributes:
        words: of the sentence, respelled.
        ranking: probabilities by meaning, best first.
        opinion: what each of the two classifiers said.
        score: of being in scope, to be held against `Scope.threshold`.
        in_scope: sure enough to propose the best.
        is_near: close enough to offer it.
    """

    words: Sequence[Word]
    ranking: Sequence[tuple[str, float]]
    opinion: Opinion
    score: float
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
        embedder: gives sentences their places among meanings.
        mark: names what it was learnt from.
    """

    intents: Intents
    slots: Slots | None
    scope: Scope
    speller: Speller
    literal: Mapping[str, frozenset[str]]
    embedder: Embedder
    mark: str = ""

    def read(self, text: str) -> Reading:
        """Tell what a text means."""
        words = self.speller.repair(words_of(text))
        opinion = self.intents.opinion(words, self.embedder)
        told = self.scope.calibrated(opinion.both)
        chances = self.intents.named(told)
        score = self.scope.score(opinion.both, opinion.likeness, opinion.known)
        margin = score - self.scope.threshold if opinion.known else -math.inf
        ranking = sorted(chances.items(), key=itemgetter(1), reverse=True)
        return Reading(
            words, ranking, opinion, score, in_scope=margin >= 0, is_near=margin >= -NEAR
        )

    def labels(self, text: str, reading: Reading, asked: Sequence[str]) -> list[Label]:
        """Find the words that belong to parameters."""
        if self.slots is None:
            return []
        seen = Seen(text=text, words=reading.words, meaning=reading.best, asked=asked)
        return self.slots.labels(seen)


def learn(lessons: Sequence[Lesson], tables: Sequence[WordTable], embedder: Embedder) -> bytes:
    """Learn everything from sentences, at least one, and from tables of words."""
    sentences = [words_of(lesson.sentence.text) for lesson in lessons]
    taught = IntentLessons(sentences, [lesson.meaning for lesson in lessons], embedder)
    scope = learn_scope(taught.judged())
    intents = taught.learnt(scope.share)
    known = {
        **intents.known(),
        "share": scope.share,
        "temperature": scope.temperature,
        "threshold": scope.threshold,
        "counts": dict(_counts([*sentences, *_listed(tables)])),
        "literal": _literal(lessons),
    }
    told = [(lesson.meaning, lesson.sentence) for lesson in lessons]
    return _packed(known, intents.arrays(), learn_slots(told, tables))


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
    with zipfile.ZipFile(whole, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("known.json", json.dumps(known))
        archive.writestr("intents", intents)
        if slots is not None:
            archive.writestr("slots", slots)
    return whole.getvalue()


def unpack(model: bytes, embedder: Embedder, mark: str = "") -> Model:
    """Read what `learn` made; raises ValueError, KeyError or BadZipFile where it is no model."""
    with zipfile.ZipFile(io.BytesIO(model)) as archive:
        known = json.loads(archive.read("known.json"))
        with np.load(io.BytesIO(archive.read("intents"))) as kept:
            arrays = dict(kept)
        slots = Slots.unpack(archive.read("slots")) if "slots" in archive.namelist() else None
    scope = Scope(known["share"], known["temperature"], known["threshold"])
    return Model(
        intents=Intents.of(known, arrays, scope.share),
        slots=slots,
        scope=scope,
        speller=Speller(known["counts"], embedder.knows),
        literal={meaning: frozenset(words) for meaning, words in known["literal"].items()},
        embedder=embedder,
        mark=mark,
    )
