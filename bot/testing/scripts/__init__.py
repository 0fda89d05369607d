"""Conversation scripts: plain text, YAML and Rasa's end-to-end tests, played against a bot."""

from bot.testing.scripts.plain import parse_script
from bot.testing.scripts.playing import MismatchError, play
from bot.testing.scripts.reading import load_scripts
from bot.testing.scripts.runs import Project, run_script
from bot.testing.scripts.steps import Problem, Script
from bot.testing.scripts.ways import Way

__all__ = [
    "MismatchError",
    "Problem",
    "Project",
    "Script",
    "Way",
    "load_scripts",
    "parse_script",
    "play",
    "run_script",
]
