"""How well engines understand: trials, figures, checks of the data, a report."""

from bot.evaluation.answers import Answer
from bot.evaluation.scores import scores

__all__ = ["Answer", "scores"]
