"""All figures of an evaluation as one value: what is printed, kept as JSON, and drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.evaluation.answers import Answer, share
from bot.evaluation.curves import Calibration, ScopeCurve, calibration, scope_curve
from bot.evaluation.figures import Confusion, Figures, by_meaning, by_parameter, confusions
from bot.evaluation.scores import scores
from bot.evaluation.trials import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of an engine after it was tried.

    ``scores`` are those of contract.md §8; ``folds`` are the accuracies of the parts of a
    cross-validation, ``curve`` what a share of the sentences teaches; both empty where not asked.
    """

    engine: str
    sentences: int
    scores: Mapping[str, Any]
    meanings: Mapping[str, Figures]
    parameters: Mapping[str, Figures]
    confused: Sequence[Confusion]
    scope: ScopeCurve
    calibration: Calibration
    folds: Sequence[float | None] = ()
    curve: Sequence[Mapping[str, Any]] = field(default=())

    def json(self) -> dict[str, Any]:
        """Tell everything; the contract's keys first."""
        told: dict[str, Any] = {
            **self.scores,
            "engine": self.engine,
            "sentences": self.sentences,
            "calibration": asdict(self.calibration),
            "scope_curve": asdict(self.scope),
            "per_intent": {name: asdict(one) for name, one in self.meanings.items()},
            "per_parameter": {name: asdict(one) for name, one in self.parameters.items()},
            "confusion": [asdict(one) for one in self.confused],
        }
        if self.folds:
            told["folds"] = list(self.folds)
        if self.curve:
            told["learning_curve"] = [dict(point) for point in self.curve]
        return told


def account(
    engine: str,
    trial: Trial,
    *,
    parts: Sequence[Trial] = (),
    curve: Sequence[Mapping[str, Any]] = (),
) -> Account:
    """Work out all figures; ``parts`` are those of a cross-validation that ``trial`` joins."""
    return Account(
        engine=engine,
        sentences=len(trial.answers),
        scores=scores(trial.answers, trial.train_seconds),
        meanings=by_meaning(trial.answers),
        parameters=by_parameter(trial.answers),
        confused=confusions(trial.answers),
        scope=scope_curve(trial.answers),
        calibration=calibration(trial.answers),
        folds=[_accuracy(part.answers) for part in parts],
        curve=curve,
    )


def _accuracy(answers: Sequence[Answer]) -> float | None:
    inside = [answer for answer in answers if answer.is_in_scope]
    return share(sum(answer.is_right for answer in inside), len(inside))
