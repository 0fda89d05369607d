"""How well engines understand: trials, figures, checks of the data, a report."""

from bot.evaluation.answers import OUT_OF_SCOPE, Answer
from bot.evaluation.scores import scores

__all__ = ["OUT_OF_SCOPE", "Answer", "scores"]
