"""What was not understood, labelled by a person, so that it is the next time."""

from bot.labelling.desk import Desk, open_desk

__all__ = ["Desk", "open_desk"]
