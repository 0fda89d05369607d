"""Answers that are no command's: what an engine knows, and where that stands."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an answer stands: a name that customers understand, and a page where there is one."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an engine answers to a question; ``text`` is plain, without markup.

    Without ``sources`` it is small talk, and says nothing about the business. One that is not
    ``final`` is the beginning of what is still being written.
    """

    text: str
    sources: tuple[Source, ...] = ()
    engine: str = ""
    final: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an engine is to answer.

    Attributes:
        text: the customer's words.
        now: the aware moment.
        locale: the customer's.
        chatty: small talk is welcome, too: nothing else was found in these words. Otherwise only
            what stands somewhere.
    """

    text: str
    now: datetime
    locale: str = "en"
    chatty: bool = False
