"""The engine of the extra `semantic`, and what makes the table that the package brings."""

from nlu.semantic.engine import SemanticSettings, open_engine

__all__ = ["SemanticSettings", "open_engine"]
