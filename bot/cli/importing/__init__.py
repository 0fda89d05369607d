"""A whole Rasa project → a project of ours, and a report of what did not carry over."""

from bot.cli.importing.projects import import_project

__all__ = ["import_project"]
