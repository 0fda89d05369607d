"""What an engine answered to a labelled sentence, and shares of such answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.misses import OUT_OF_SCOPE
from bot.model.understanding import Explanation, Interpretation, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine made of a sentence, how long it took, and why, where it can tell."""

    meaning: str
    sentence: Sentence
    told: Interpretation
    seconds: float
    why: Explanation | None = None

    @property
    def is_in_scope(self) -> bool:
        """Tell whether a command answers the sentence."""
        return self.meaning != OUT_OF_SCOPE

    @property
    def is_right(self) -> bool:
        """Tell whether the engine's guess is what was meant."""
        return self.guess == self.meaning

    @property
    def guess(self) -> str | None:
        """Tell what the engine held most probable, below its threshold, too."""
        told = self.told
        named = told.guess or told.command
        return named or next((one.command for one in told.alternatives), None)

    @property
    def scope(self) -> float:
        """Tell how surely the sentence is in scope: by the engine's own score, else confidence."""
        if self.why is not None and self.why.scope is not None:
            return self.why.scope[0]
        best = max((one.confidence for one in self.told.alternatives), default=0.0)
        return self.told.confidence if self.told.command else best

    @property
    def labels(self) -> set[tuple[str, int, int]]:
        """List what is labelled in the sentence."""
        return {(one.parameter, one.start, one.end) for one in self.sentence.labels}

    @property
    def found(self) -> set[tuple[str, int, int]]:
        """List the spans that an engine found; where it names words only, their first place."""
        if self.told.labels:
            return {(one.parameter, one.start, one.end) for one in self.told.labels}
        text = self.sentence.text
        places = ((name, text.find(words), words) for name, words in self.told.slots.items())
        return {(name, at, at + len(words)) for name, at, words in places if at >= 0}


def share(part: float, whole: float) -> float | None:
    """Tell what share a part is, 0.0 to 1.0; None of nothing."""
    return round(part / whole, 4) if whole else None


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """Tell the value that so many of a hundred do not exceed; None of nothing."""
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 3)
