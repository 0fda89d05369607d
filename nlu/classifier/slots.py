"""Which words are whose: linear chains over the words of a sentence.

They know what the sentence means and which parameters had been asked for: "7" is a time after
"What time?", and "boston" in a flight's sentence is no restaurant's.
"""

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import Label, Sentence, WordTable
from nlu.classifier.clues import Seen, clues_of
from nlu.classifier.phrases import Phrases, gathered, said_in
from nlu.classifier.sequences import Example, Sequences, trained
from nlu.classifier.tags import labels_of, tags_of
from nlu.classifier.words import words_of

EXACT: Mapping[str, float] = {"c1": 0.05, "c2": 0.01, "max_iterations": 60}
"""For L-BFGS: the best of six tried on left-out parts of SNIPS's smaller training set and of
restaurants8k's; L1 keeps the model small, and a hundred iterations were no better."""

QUICK: Mapping[str, float] = {"max_iterations": 10}
"""For the averaged perceptron: a fifth of the time; as good on HWU64, a point worse on SNIPS."""

ONE_CHAIN = 2e8
"""Words times tags squared that one chain learns from: an iteration goes over each pair of tags at
each word, some 1e9 in a second. This is 2,000 sentences of 80 tags: about ten seconds."""

MOST_EXACT = 4e8
"""The same, beyond which a chain is learnt the quick way."""

OWN_CHAIN = 1000
"""Sentences of a meaning from which it needs no others to learn its words from.

On SNIPS, with 2,000 sentences of each meaning, a chain of each is as good as one of all, in a tenth
of the time; with 240 it is a point worse, and on HWU64, with 140, six."""

EVERY = ""
"""Names the chain of all meanings that have none of their own."""


@dataclass(frozen=True, slots=True)
class Slots:
    """What was learnt: chains by meaning, and phrases."""

    chains: Mapping[str, Sequences]
    phrases: Phrases

    def labels(self, seen: Seen) -> list[Label]:
        """Find the words that belong to parameters, in the text's order.

        What no chain has found may be the whole entry of a lookup, or match a regex: then it is
        labelled with the table's name.
        """
        if not seen.words:
            return []
        chain = self.chains.get(seen.meaning) or self.chains.get(EVERY)
        tags = chain.tags(clues_of(seen, self.phrases)) if chain else []
        labels = labels_of(seen.text, seen.words, tags) if tags else []
        found = {label.parameter for label in labels}
        for value in self.phrases.values(seen.text, seen.words):
            if value.parameter not in found and not any(overlap(value, one) for one in labels):
                labels.append(value)
        return sorted(labels, key=lambda label: label.start)

    @classmethod
    def unpack(cls, packed: bytes) -> "Slots":
        """Read what `learn_slots` made; raises as `zipfile` and `json` do where it is no such."""
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            told = json.loads(archive.read("known.json"))
            chains = {
                meaning: Sequences(archive.read(str(number)))
                for number, meaning in enumerate(told["chains"])
            }
        return cls(chains, Phrases.of(told["phrases"]))


def overlap(one: Label, other: Label) -> bool:
    """Tell whether two labels share a letter."""
    return one.start < other.end and other.start < one.end


def learn_slots(
    lessons: Sequence[tuple[str, Sentence]], tables: Sequence[WordTable] = ()
) -> bytes | None:
    """Learn labels from sentences with their meanings; None where there is nothing to find."""
    is_labelled = any(sentence.labels for _, sentence in lessons)
    told = gathered((sentence for _, sentence in lessons), tables)
    if not is_labelled and not told["listed"] and not told["patterns"]:
        return None
    groups = _groups(_examples(lessons, Phrases.of(told))) if is_labelled else {}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("known.json", json.dumps({"chains": list(groups), "phrases": told}))
        for number, examples in enumerate(groups.values()):
            archive.writestr(str(number), _learnt(examples))
    return whole.getvalue()


def _examples(
    lessons: Sequence[tuple[str, Sentence]], phrases: Phrases
) -> dict[str, list[Example]]:
    """Make examples, by their meaning."""
    examples: dict[str, list[Example]] = defaultdict(list)
    for meaning, sentence in lessons:
        words = words_of(sentence.text)
        seen = Seen(text=sentence.text, words=words, meaning=meaning, asked=sentence.asked)
        clues = clues_of(seen, phrases, said_in(sentence))
        examples[meaning].append((clues, tags_of(words, sentence.labels)))
    return examples


def _groups(examples: Mapping[str, list[Example]]) -> dict[str, list[Example]]:
    """Share the examples out among chains: all in one if that is quick enough."""
    every = [example for some in examples.values() for example in some]
    if _cost(every) <= ONE_CHAIN:
        return {EVERY: every}
    groups: dict[str, list[Example]] = defaultdict(list)
    for meaning, some in examples.items():
        groups[meaning if len(some) >= OWN_CHAIN else EVERY] += some
    return {name: some for name, some in groups.items() if len(_tags(some)) > 1}


def _cost(examples: Sequence[Example]) -> float:
    return float(sum(len(tags) for _, tags in examples) * len(_tags(examples)) ** 2)


def _tags(examples: Sequence[Example]) -> set[str]:
    return {tag for _, tags in examples for tag in tags}


def _learnt(examples: Sequence[Example]) -> bytes:
    if _cost(examples) > MOST_EXACT:
        return trained(examples, QUICK, algorithm="ap")
    return trained(examples, EXACT)
