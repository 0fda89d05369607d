"""How people are reached: telephone numbers, e-mail addresses, pages."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumber, PhoneNumberFormat

from bot import Email, Hints, Match, Phone, Url
from nlu.values.readings import Reading, compiled, matches, plain
from nlu.values.regions import region_of

T = TypeVar("T")

MOST_TRIES = 200
"""How many runs of digits of one text are tried."""
_DIGITS = re.compile(r"\d(?:[\s().\-/]{0,3}\d){4,}")
_E164 = compiled(r"(?<![\w+])\+[1-9]\d{6,14}(?![\w-])")

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"(?:{_LABEL}\.){{1,8}}[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
_ATEXT = r"[\w!#$%&'*+/=?^`{|}~-]"
EMAIL = re.compile(
    rf"(?<![\w.+-]){_ATEXT}{{1,64}}(?:\.{_ATEXT}{{1,64}}){{0,8}}@{_DOMAIN}", re.ASCII
)
SPOKEN = compiled(
    r"(?<![\w.])(?P<local>[\w+-]{1,64}(?:\s+(?:dot|punkt|point|punto)\s+[\w+-]{1,32}|\.[\w+-]{1,32}){0,4})"
    r"\s+(?:\(at\)|\[at\]|at|ät|arroba|arobase)\s+(?P<domain>[\w-]{1,63}(?:\s+(?:dot|punkt|point|punto)\s+[\w-]{1,63}|\.[\w-]{1,63}){1,4})"
)
PAGE = re.compile(
    rf"https?://(?:{_DOMAIN}|localhost)(?::\d{{1,5}})?(?:[/?#]\S*)?", re.IGNORECASE | re.ASCII
)
BARE_PAGE = re.compile(rf"(?<![\w@./-])(?:www\.)?{_DOMAIN}(?:/\S*)?", re.IGNORECASE | re.ASCII)
_TAIL = ".,;:!?)]}'\""


class Phones:
    """Telephone numbers of the country, and those with a +; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "phone"
    type: Any = Phone
    rank: ClassVar[int] = 88

    def find(self, text: str, hints: Hints) -> Sequence[Match[Phone]]:
        """See `bot.ports.Recogniser.find`."""
        return matches(self.kind, text, _numbers(plain(text), hints))

    def show(self, value: Phone, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`; numbers of an unknown plan stay as they are."""
        del hints
        number = _parsed(value.e164, None)
        if number is None or not phonenumbers.is_possible_number(number):
            return value.e164
        shown = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
        again = _parsed(shown, None)
        return shown if again is not None and _phone(again) == value else value.e164


def _numbers(text: str, hints: Hints) -> Iterator[Reading[Phone]]:
    for match in _E164.finditer(text):
        yield Reading(match.start(), match.end(), Phone(match[0]))
    if not _DIGITS.search(text):
        return  # the library's search is thorough, and slow
    # in a sentence only numbers that are in use: a long bare number may be anything
    leniency = Leniency.POSSIBLE if hints.wanted else Leniency.VALID
    for found in phonenumbers.PhoneNumberMatcher(text, region_of(hints), leniency, MOST_TRIES):
        phone = _phone(found.number)
        if phone is not None:
            yield Reading(found.start, found.end, phone)


def _parsed(words: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(words, region)
    except NumberParseException:
        return None


def _phone(number: PhoneNumber) -> Phone | None:
    try:
        return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    except ValueError:
        return None


class Emails:
    """E-mail addresses, also as they are dictated; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "email"
    type: Any = Email
    rank: ClassVar[int] = 92

    def find(self, text: str, hints: Hints) -> Sequence[Match[Email]]:
        """See `bot.ports.Recogniser.find`."""
        simple = plain(text)
        found = [(match.span(), match[0]) for match in EMAIL.finditer(simple)]
        if hints.wanted and not found:
            spoken = SPOKEN.finditer(simple)
            found = [(m.span(), _undotted(f"{m['local']}@{m['domain']}")) for m in spoken]
        return matches(self.kind, text, _made(found, Email))

    def show(self, value: Email, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`."""
        del hints
        return str(value)


class Pages:
    """Addresses of pages; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "url"
    type: Any = Url
    rank: ClassVar[int] = 91

    def find(self, text: str, hints: Hints) -> Sequence[Match[Url]]:
        """See `bot.ports.Recogniser.find`; without ``https://`` only where one is asked for."""
        simple = plain(text)
        found = [(match.start(), _untailed(match[0])) for match in PAGE.finditer(simple)]
        ahead = ""
        if hints.wanted and not found:
            found = [(match.start(), _untailed(match[0])) for match in BARE_PAGE.finditer(simple)]
            ahead = "https://"
        spans = [((start, start + len(words)), f"{ahead}{words}") for start, words in found]
        return matches(self.kind, text, _made(spans, Url))

    def show(self, value: Url, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`."""
        del hints
        return str(value)


def _undotted(words: str) -> str:
    return re.sub(r"\s+(?:dot|punkt|point|punto)\s+", ".", words, flags=re.IGNORECASE)


def _untailed(words: str) -> str:
    """Leave out what ends the sentence and not the address; a bracket within it stays closed."""
    while words and words[-1] in _TAIL:
        if words[-1] == ")" and words.count("(") >= words.count(")"):
            break
        words = words[:-1]
    return words


def _made(
    found: Sequence[tuple[tuple[int, int], str]], make: Callable[[str], T]
) -> Iterator[Reading[T]]:
    for (start, end), words in found:
        try:
            value = make(words)
        except ValueError:
            continue
        yield Reading(start, end, value)
