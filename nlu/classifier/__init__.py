"""The engine that learns: intents and slots from the commands' own sentences and Rasa's files."""

from nlu.classifier.engine import ClassifierSettings, open_classifier, open_engine

__all__ = ["ClassifierSettings", "open_classifier", "open_engine"]
