"""Short texts against what was asked: labels, numbers of choices, yes and no, "change the day"."""

import difflib
import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.changing import changing_in
from bot.dialog.finding import fillers_in
from bot.dialog.naming import noun
from bot.dialog.surroundings import Surroundings
from bot.dialog.talking import talk_in
from bot.dialog.wording import Wording, wording_of
from bot.model.conversation import Prompt, PromptKind

# colour or text, the key of "2\ufe0f\u20e3", skin tones
_EMOJI_VARIANTS = re.compile("[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")
_CLAUSE = re.compile(r"[,.;!\u2026]+")
_MOST_CLAUSES = 4
_TEN = {"\U0001f51f": "10"}  # the one number with an emoji of its own
_ASKING = frozenset({
    "what", "what's", "when", "where", "who", "whose", "which", "why", "how", "is", "are", "do",
    "does", "did", "can", "could", "will", "would", "may", "has", "have",
})  # fmt: skip
_WORDS_LOOKED_AT = 8


def plain(text: str) -> str:
    """Write a text as it is compared: in lower case, without marks at its ends."""
    bare = _EMOJI_VARIANTS.sub("", text)
    return " ".join(bare.casefold().strip(" .!?,").replace("\u2019", "'").split())


def spoken_forms(text: str, locale: str) -> tuple[str, str]:
    """Write a text as it is looked up: as it is compared, and without a please or thanks."""
    word = plain(text)
    return word, _courtesy(locale).sub("", word)


def is_greeting(text: str, locale: str) -> bool:
    """Tell whether a text says hello and no more."""
    return plain(text) in talk_in(locale).greetings


@lru_cache(maxsize=64)
def _courtesy(locale: str) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(talk_in(locale).courtesy, key=len, reverse=True)))
    return re.compile(rf"^(?:{words})\b[\s,]*|[\s,]*\b(?:{words})$")


def yes_or_no(text: str, around: Surroundings) -> bool | None:
    """Read a text that is a yes or a no and nothing else, in the customer's language or English.

    "Yes, that's right" is one; "yes, but at 8" is none. What the lists do not have, the reader of
    yes and no may know; courtesies at most may stand beside what it finds.
    """
    wording, word = wording_of(around.locale), plain(text)
    whole = _listed(word, wording)
    if whole is not None:
        return whole
    clauses = [one.strip() for one in _CLAUSE.split(word) if one.strip()]
    read = [(one, _listed(one, wording)) for one in clauses[:_MOST_CLAUSES]]
    said = {answer for one, answer in read if answer is not None or one not in wording.courtesy}
    if len(said) != 1:
        return None
    if None not in said and len(clauses) <= _MOST_CLAUSES:
        return said.pop()
    reader = next((one for one in around.recognisers if one.type is bool), None)
    found = reader.find(word, around.hints()) if reader else ()
    if len(found) != 1 or found[0].others:
        return None
    left = f"{word[: found[0].start]} {word[found[0].end :]}".strip(" ,")
    return found[0].value if not left or left in wording.courtesy else None


def _listed(words: str, wording: Wording) -> bool | None:
    """Look up words, with or without a courtesy behind them."""
    endings = sorted(wording.courtesy, key=len, reverse=True)
    for spoken in [words, *(words.removesuffix(f" {end}").rstrip(" ,") for end in endings)]:
        if spoken in wording.yes or spoken in wording.no:
            return spoken in wording.yes
    return None


def confirms(prompt: Prompt, text: str, around: Surroundings) -> int | None:
    """Read a yes or a no to a question for one, as the index of its button."""
    is_asked = prompt.kind in {PromptKind.CONFIRM, PromptKind.DROP}
    answer = yes_or_no(text, around) if is_asked else None
    return None if answer is None else int(not answer)


def matching_index(prompt: Prompt, text: str, *, numbers: bool) -> int | None:
    """Find a choice by its label or, where ``numbers`` are no values themselves, by its number."""
    word = plain(text).removeprefix("/")
    for index, choice in enumerate(prompt.choices):
        if word and word == plain(choice.label).removeprefix("/"):
            return index
    bare = _TEN.get(word, word).rstrip(".)")
    is_number = bare.isdecimal() and len(bare) <= 2  # of any script
    if numbers and is_number and 1 <= int(bare) <= len(prompt.choices):
        return int(bare) - 1
    return None


def wants_change(spec: CommandSpec, text: str, locale: str) -> Parameter | None:
    """Read "change the day": what is to be changed, and nothing else."""
    changing = changing_in(locale)
    words = plain(changing.before.sub("", text.strip())).replace("_", " ")
    found = changing.bare.fullmatch(words)
    return _called(spec, found["what"]) if found else None


def wants_change_to(spec: CommandSpec, text: str, locale: str) -> tuple[Parameter, str] | None:
    """Read "change the day to friday": what is to be changed, and the words of its new value."""
    changing = changing_in(locale)
    bare = changing.before.sub("", text.strip())
    for pattern in changing.to:
        found = pattern.fullmatch(bare)
        parameter = _called(spec, plain(found["what"]).replace("_", " ")) if found else None
        if found is not None and parameter is not None:
            return parameter, found["words"]
    return None


def _called(spec: CommandSpec, what: str) -> Parameter | None:
    return next((p for p in spec.parameters if what in _names(p)), None)


def _names(parameter: Parameter) -> set[str]:
    named = {parameter.name.replace("_", " "), noun(parameter), parameter.shape.noun}
    return {name.casefold() for name in named if name}


def is_question(text: str) -> bool:
    """Tell whether a text asks for something."""
    words = plain(text).split()
    return text.rstrip().endswith("?") or (len(words) > 1 and words[0] in _ASKING)


def nearest_names(text: str, names: Collection[str]) -> Sequence[str]:
    """Find the names that words are like, in the order of the words."""
    near: list[str] = []
    for word in plain(text).split()[:_WORDS_LOOKED_AT]:
        near += difflib.get_close_matches(word[:32].removeprefix("/"), names, n=3, cutoff=0.6)
    return near


def strange_words(text: str, locale: str) -> str:
    """Cut off the words before and behind that mean nothing; those between are quoted as said."""
    fillers, words = fillers_in(locale), text.split()
    strange = [
        place for place, word in enumerate(words) if word.strip(".,;:!?").casefold() not in fillers
    ]
    return " ".join(words[strange[0] : strange[-1] + 1]) if strange else ""
