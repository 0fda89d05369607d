"""From what a text was taken for to a proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot import Alternative, Interpretation, Label
from nlu.classifier.models import Reading
from nlu.classifier.several import Part

MOST_ALTERNATIVES = 5
LEAST_ALTERNATIVE = 0.1
"""Confidence below which a command is not worth a customer's while."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Makes proposals.

    Attributes:
        engine: who says so.
        model: what was learnt.
        parameters: of each command that there is.
        literal: words of each meaning's sentences that belong to no parameter.
    """

    engine: str
    model: str
    parameters: Mapping[str, frozenset[str]]
    literal: Mapping[str, frozenset[str]]

    def nothing(self) -> Interpretation:
        """Propose nothing, where nothing was said."""
        return Interpretation(command=None, engine=self.engine, model=self.model)

    def of(self, text: str, part: Part) -> Interpretation:
        """Propose what a part means; below the threshold no command, only alternatives."""
        reading, labels = part.reading, part.labels
        if not reading.in_scope or reading.best not in self.parameters:
            return Interpretation(
                command=None, engine=self.engine, model=self.model, labels=labels,
                guess=reading.best,
                alternatives=[] if reading.in_scope else self._alternatives(reading),
            )  # fmt: skip
        return Interpretation(
            command=reading.best,
            slots=_slots(text, labels),
            confidence=part.confidence,
            engine=self.engine,
            alternatives=self._alternatives(reading),
            used=self._used(part),
            labels=labels,
            guess=reading.best,
            model=self.model,
        )

    def of_parts(self, text: str, parts: Sequence[Part]) -> list[Interpretation]:
        """Propose what each request means; small talk goes with the request beside it.

        Its words are understood, and nothing is to be done about them.
        """
        requests = [part for part in parts if part.reading.best in self.parameters]
        talk: dict[int, list[Part]] = {number: [] for number in range(len(requests))}
        for part in parts:
            if part.reading.best not in self.parameters:
                before = sum(request.start < part.start for request in requests)
                talk[max(0, before - 1)].append(part)
        return [self._beside(text, request, talk[n]) for n, request in enumerate(requests)]

    def _beside(self, text: str, request: Part, talk: Sequence[Part]) -> Interpretation:
        """Propose what a request means, with its small talk."""
        spans = [(part.start, part.end) for part in (request, *talk)]
        told = self.of(text, request)
        return replace(
            told,
            used=sorted([*told.used, *spans[1:]]),
            part=(min(start for start, _ in spans), max(end for _, end in spans)),
        )

    def _alternatives(self, reading: Reading) -> list[Alternative]:
        """List what else was meant perhaps; where the best is in doubt, the best as well."""
        if not reading.is_near:
            return []
        worth = [
            Alternative(command=meaning, confidence=confidence)
            for meaning, confidence in reading.ranking[1 if reading.in_scope else 0 :]
            if meaning in self.parameters and confidence >= LEAST_ALTERNATIVE
        ]
        return worth[:MOST_ALTERNATIVES]

    def _used(self, part: Part) -> list[tuple[int, int]]:
        """Tell which words the command's own sentences have, and no parameter's do."""
        literal = self.literal.get(part.reading.best, frozenset())
        places = (
            (part.start + word.start, part.start + word.end)
            for word in part.reading.words
            if word.folded in literal
        )
        return [
            (start, end)
            for start, end in places
            if not any(label.start <= start < label.end for label in part.labels)
        ]


def _slots(text: str, labels: Sequence[Label]) -> dict[str, str]:
    """Give each parameter its first words."""
    slots: dict[str, str] = {}
    for label in labels:
        slots.setdefault(label.parameter, text[label.start : label.end])
    return slots
