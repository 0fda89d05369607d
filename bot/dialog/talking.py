"""What customers say to a bot that is no command's, by language: the lists of ``talk/*.toml``.

English is understood beside every language; where a text means something in both, the customer's
language decides.
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from bot.dialog.phrases import Phrases
from bot.locale.names import ENGLISH, language_of

ANSWERS: Final[Mapping[str, str]] = {
    "welcome": Phrases.WELCOME, "well": Phrases.WELL, "a_bot": Phrases.A_BOT,
    "bye": Phrases.BYE, "joke": Phrases.JOKE, "nice": Phrases.NICE,
    "no_matter": Phrases.NO_MATTER, "glad": Phrases.GLAD,
}  # fmt: skip
"""What is said to small talk, by its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Whole messages in lower case, as `bot.dialog.matching.plain` writes them.

    Attributes:
        built_in: what is a built-in command, with its name.
        chat: small talk, with its kind.
        greetings: what says hello and no more.
        courtesy: what may stand before or behind any of them: "please".
    """

    built_in: Mapping[str, str]
    chat: Mapping[str, str]
    greetings: frozenset[str]
    courtesy: frozenset[str]


def talk_in(locale: str) -> Talk:
    """Find what is said in a locale's language, and in English."""
    return _talk(language_of(locale))


@cache
def _talk(language: str) -> Talk:
    own, english = lists_of(language), lists_of(ENGLISH)
    meant = {**_meanings(english), **_meanings(own)}
    tables: dict[str, dict[str, str]] = {"built_in": {}, "chat": {}, "greetings": {}}
    for words, (table, name) in meant.items():
        tables[table][words] = name
    courtesy = (word for lists in (english, own) for word in lists.get("courtesy", ()))
    return Talk(
        built_in=MappingProxyType(tables["built_in"]), chat=MappingProxyType(tables["chat"]),
        greetings=frozenset(tables["greetings"]), courtesy=frozenset(courtesy),
    )  # fmt: skip


def _meanings(lists: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Tell what each text means: the table that it stands in, and its name there."""
    meant = dict.fromkeys(lists.get("greetings", ()), ("greetings", ""))
    for table in ("chat", "built_in"):
        for name, listed in lists.get(table, {}).items():
            meant |= dict.fromkeys(listed, (table, name))
    return {without_accents(words): told for words, told in meant.items()} | meant


@cache
def lists_of(language: str) -> Mapping[str, Any]:
    """Read a language's file; nothing where there is none."""
    folder = resources.files("bot.dialog") / "talk"
    names = {entry.name for entry in folder.iterdir()}
    file = f"{language}.toml"
    lists = tomllib.loads((folder / file).read_text("utf-8")) if file in names else {}
    return {name: one if name == "change" else _folded(one) for name, one in lists.items()}


def _folded(lists: Any) -> Any:  # noqa: ANN401 - lists, or tables of them
    """Write words as messages are compared: "weiß" is "weiss"."""
    if isinstance(lists, dict):
        return {name: _folded(one) for name, one in lists.items()}
    return [words.casefold() for words in lists]


def without_accents(words: str) -> str:
    """Write words as who has no such keys: "por que"."""
    apart = unicodedata.normalize("NFD", words)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))
