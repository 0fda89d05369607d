"""Text to a slash call: the grammar only; what the words mean is `bot.dialog.binding`'s."""

import re
from collections.abc import Collection
from dataclasses import dataclass

_CALL = re.compile(
    r"/(?P<name>[^\W_][\w-]{0,63})(?:@(?P<bot>\w{1,64}))?(?=\s|$)(?P<rest>.*)", re.DOTALL
)
_MENTION = re.compile(r"\s*(?:<@[\w|.-]+>|@[\w.-]+)[:,]?\s+(?=/)")
_WORD = re.compile(
    r"""(?P<key>[^\W\d]\w*)=(?:"(?P<kq>[^"]*)"|“(?P<kc>[^”]*)”|(?P<kv>\S+))
      | "(?P<q>[^"]*)" | “(?P<c>[^”]*)”
      | (?P<w>\S+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a call: ``key=value`` has a key; a quoted one is taken as a whole."""

    text: str
    key: str | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCall:
    """``/name@bot word "two words" key=value``; ``rest`` is all after the name, as typed."""

    name: str
    words: tuple[Word, ...] = ()
    rest: str = ""


def parse_slash(text: str) -> SlashCall | None:
    """Read a slash command, also behind a mention of the bot; None for any other text.

    An unbalanced quotation mark is an ordinary character.
    """
    mention = _MENTION.match(text)
    call = _CALL.match(text[mention.end() :] if mention else text.lstrip())
    if call is None:
        return None
    rest = call["rest"].strip()
    return SlashCall(name=call["name"].lower(), words=tuple(_words(rest)), rest=rest)


def help_on(text: str, names: Collection[str]) -> SlashCall | None:
    """Read "help book" as ``/help book`` where there is such a command."""
    words = text.strip().casefold().split()
    is_meant = words[:1] == ["help"] and " ".join(words[1:]).removeprefix("/") in names
    return parse_slash(f"/{' '.join(words)}") if is_meant else None


def _words(rest: str) -> list[Word]:
    words = []
    for match in _WORD.finditer(rest):
        if match["key"] is not None:
            value = next(v for v in (match["kq"], match["kc"], match["kv"]) if v is not None)
            words.append(Word(text=value, key=match["key"], quoted=match["kv"] is None))
        elif match["w"] is not None:
            words.append(Word(text=match["w"]))
        else:
            quoted = match["q"] if match["q"] is not None else match["c"]
            words.append(Word(text=quoted, quoted=True))
    return words
