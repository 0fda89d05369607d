"""The engine that asks a language model: any server that speaks OpenAI's chat completions."""

from nlu.llm.engine import open_engine
from nlu.llm.settings import LlmSettings

__all__ = ["LlmSettings", "open_engine"]
