"""Short texts against what was asked: labels, numbers of choices, yes and no, "change the day"."""

import re

from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog import phrases
from bot.dialog.binding import FILLERS
from bot.dialog.plain import NO, YES
from bot.model.conversation import Prompt, PromptKind

_EMOJI_VARIANTS = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")  # colour or text, skin tones
_COURTESY = re.compile(r"^(?:please|thanks|thank you)\b[\s,]*|[\s,]*\b(?:please|thanks|thank you)$")
_CHANGE = frozenset({"change", "edit", "correct", "other", "another", "different"})


def plain(text: str) -> str:
    """Write a text as it is compared: in lower case, without marks at its ends."""
    bare = _EMOJI_VARIANTS.sub("", text)
    return " ".join(bare.casefold().strip(" .!?,").replace("\u2019", "'").split())


def yes_or_no(text: str) -> bool | None:
    """Read a text that is a yes or a no and nothing else."""
    word = plain(text)
    for spoken in (word, _COURTESY.sub("", word)):
        if spoken in YES or spoken in NO:
            return spoken in YES
    return None


def confirms(prompt: Prompt, text: str) -> int | None:
    """Read a yes or a no to a confirm, as the index of its button."""
    answer = yes_or_no(text) if prompt.kind is PromptKind.CONFIRM else None
    return None if answer is None else int(not answer)


def matching_index(prompt: Prompt, text: str, *, numbers: bool) -> int | None:
    """Find a choice by its label or, where ``numbers`` are no values themselves, by its number."""
    word = plain(text).removeprefix("/")
    for index, choice in enumerate(prompt.choices):
        if word and word == plain(choice.label).removeprefix("/"):
            return index
    bare = word.rstrip(".)")
    is_number = bare.isascii() and bare.isdecimal()
    if numbers and is_number and 1 <= int(bare) <= len(prompt.choices):
        return int(bare) - 1
    return None


def wants_change(spec: CommandSpec, text: str) -> Parameter | None:
    """Read "change the day": what is to be changed, and nothing else."""
    words = plain(text).replace("_", " ").split()
    if not words or words[0] not in _CHANGE:
        return None
    rest = " ".join(word for word in words[1:] if word not in {"the", "my"})
    return next(
        (p for p in spec.parameters if rest in {p.name.replace("_", " "), phrases.noun(p)}), None
    )


def strange_words(text: str) -> str:
    """Keep the words that mean something."""
    kept = [word for word in text.split() if word.strip(".,;:!?").casefold() not in FILLERS]
    return " ".join(kept)
