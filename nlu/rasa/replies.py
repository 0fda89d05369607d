"""What a Rasa server says of a sentence: ``POST /model/parse`` (Rasa 3.6, "HTTP API")."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

FALLBACK = "nlu_fallback"
"""The intent by which Rasa's FallbackClassifier says that no intent is sure."""

_Share = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """An intent and how sure it is.

    ``full_retrieval_intent_name`` is there for an intent of a retrieval group only, ``faq/hours``;
    the field ``response_selector`` of the reply is filled for any sentence and tells nothing.
    """

    name: str | None = None
    confidence: _Share = 0.0
    full_retrieval_intent_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A value in the sentence; places are code points. What a synonym stands for is its value."""

    entity: str
    start: int
    end: int
    value: Any = None
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer; extractors, tokens and the like are passed over."""

    intent: Meaning | None = None
    entities: tuple[Entity, ...] = ()
    intent_ranking: tuple[Meaning, ...] = ()


_REPLY = TypeAdapter(Reply)


def parse_reply(body: bytes) -> Reply | None:
    """Read an answer; None where it is none of Rasa's."""
    try:
        return _REPLY.validate_json(body)
    except ValidationError:
        return None
