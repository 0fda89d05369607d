"""Names of locales as browsers and platforms write them: "pt-BR", "pt_BR", "PT"."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

ENGLISH: Final = "en"
"""The language that all texts are written in; every chain ends here."""
LANGUAGES: Mapping[str, str] = {
    "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pt": "Português",
    "ar": "العربية", "zu": "isiZulu",
}  # fmt: skip
"""The languages that the bot's own sentences are written in, each by its own name."""
UNREVIEWED = frozenset({"de", "fr", "es", "pt", "ar", "zu"})
"""Those whose sentences no native speaker has judged."""
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_TAG = re.compile(r"(?P<language>[A-Za-z]{2,3})(?P<rest>(?:[-_][A-Za-z0-9]{2,8}){0,3})")
_SCRIPT = 4
_REGION = 2


@lru_cache(maxsize=256)
def tidy(name: str) -> str | None:
    """Write a locale's name as BCP 47 does: "pt-BR"; None for what is none."""
    found = _TAG.fullmatch(name.strip())
    if found is None:
        return None
    parts = [found["language"].lower()]
    for part in filter(None, re.split("[-_]", found["rest"])):
        if len(part) == _SCRIPT and part.isalpha():
            parts.append(part.title())
        else:
            parts.append(part.upper() if len(part) == _REGION else part)
    return "-".join(parts)


def language_of(locale: str) -> str:
    """Tell the language of a locale: "pt" of "pt-BR"."""
    return (tidy(locale) or ENGLISH).partition("-")[0]


@lru_cache(maxsize=256)
def chain(locale: str) -> tuple[str, ...]:
    """List where a text is looked for, the nearest first: pt-BR, pt."""
    parts = (tidy(locale) or ENGLISH).split("-")
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))


def is_spoken(locale: str | None) -> bool:
    """Tell whether the bot's own sentences are written in a locale's language."""
    return locale is not None and tidy(locale) is not None and language_of(locale) in LANGUAGES


def chosen(*wishes: str | None) -> str:
    """Choose the first locale whose language the bot speaks; English where there is none."""
    known = (tidy(wish) for wish in wishes if wish and is_spoken(wish))
    return next((one for one in known if one), ENGLISH)


def is_right_to_left(locale: str) -> bool:
    """Tell whether a language is written from right to left."""
    return language_of(locale) in _RIGHT_TO_LEFT


def is_same(one: str, other: str) -> bool:
    """Tell whether two locales are of one language."""
    return language_of(one) == language_of(other)
