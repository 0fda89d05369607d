"""Which language a customer is answered in, and how that is known.

What the customer said of it counts most, then what a platform tells of them, then what they write;
else the bot's own language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.locale.detection import detect
from bot.locale.names import is_spoken, language_of
from bot.model.customers import Customer

LOCALE: Final = "locale"
DETECTED: Final = "detected_locale"
GUESSED: Final = "guessed_locale"
"""The profile's keys: what was said, what messages told, what one message let suppose."""


@dataclass(frozen=True, slots=True)
class Known:
    """The locale of the answers; ``keeps`` is what is to be kept in the profile."""

    locale: str
    learnt: str
    keeps: Mapping[str, str] = field(default_factory=dict)
    changed: bool = False


def known_locale(customer: Customer, own: str) -> Known:
    """Tell a customer's locale from what is kept."""
    for locale, learnt in (
        (customer.locale, "stated" if LOCALE in customer.profile else "profile"),
        (customer.profile.get(DETECTED), "detected"),
    ):
        if locale and (is_spoken(locale) or language_of(locale) == language_of(own)):
            return Known(locale, learnt)
    return Known(own, "bot")


def heard_locale(customer: Customer, own: str, text: str) -> Known:
    """Tell a customer's locale, also from what they write now.

    A message that tells its language clearly is enough, of others it takes two in a row.
    """
    known = known_locale(customer, own)
    guess = detect(text) if known.learnt in {"detected", "bot"} else None
    if guess is None:
        return known
    guessed, told = customer.profile.get(GUESSED), {GUESSED: guess.language}
    if language_of(known.locale) == guess.language:
        return known if guessed in {None, guess.language} else replace(known, keeps=told)
    if not guess.is_clear and guessed != guess.language:
        return replace(known, keeps=told)
    keeps = {**told, DETECTED: guess.language}
    return Known(guess.language, "detected", keeps=keeps, changed=True)
