"""The engine that asks a Rasa server, and writes and trains what it is to know."""

from nlu.rasa.engine import open_engine
from nlu.rasa.settings import RasaSettings

__all__ = ["RasaSettings", "open_engine"]
