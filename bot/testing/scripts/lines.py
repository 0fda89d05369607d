"""One line of a script -> a step. Total: any text is a step or a problem."""

import re
from datetime import timedelta
from difflib import get_close_matches

from bot.testing.scripts.steps import (
    Expect,
    ExpectNone,
    ExpectOpen,
    Forward,
    Meaning,
    Restart,
    Says,
    Sees,
    SeesNothing,
    Step,
    Taps,
    Where,
)

WORDS = ("bot", "crash", "duplicate", "expect", "restart")
"""First words of lines; no person is called so."""
UNITS = {
    "second": "seconds", "minute": "minutes", "hour": "hours", "day": "days", "week": "weeks",
}  # fmt: skip
MOST_TIME = 36_500  # days: a hundred years
SHAPES = (
    "`alice on slack: words`, `alice taps Label`, `bot: words [Label]`, `restart`, `crash`, "
    "`duplicate`, `+90 days` or `expect action name=value`"
)
NAME = re.compile(r"[^\W\d_][\w-]{0,63}")
_SAYS = re.compile(
    r"(?P<who>[^\W\d_][\w-]{0,63})(?:\s+on\s+(?P<channel>[\w-]{1,64}))?\s*:\s*(?P<text>.*)",
    re.DOTALL,
)
_TAPS = re.compile(
    r"(?P<who>[^\W\d_][\w-]{0,63})(?:\s+on\s+(?P<channel>[\w-]{1,64}))?\s+taps\s+(?P<text>\S.*)",
    re.DOTALL,
)
_BOT = re.compile(
    r"bot(?:\s+to\s+(?P<who>[^\W\d_][\w-]{0,63}))?(?:\s+on\s+(?P<channel>[\w-]{1,64}))?"
    r"\s*(?::\s*(?P<text>.*)|(?P<nothing>says\s+nothing))",
    re.DOTALL,
)
_LATER = re.compile(r"\+\s*(?P<number>\d{1,9})\s*(?P<unit>[a-z]+)")
_BUTTON = re.compile(r"\s*\[([^\[\]]*)\]\s*$")
_PAIR = re.compile(
    r'\s*(?P<name>[^\W\d]\w*)=(?:"(?P<quoted>[^"]*)"|(?P<json>[\[{].*[\]}])(?=\s+\w+=|\s*$)'
    r"|(?P<bare>\S*))"
)


class LineError(ValueError):
    """A line that is no step: what is wrong, and what to write."""


def read_step(text: str, line: int) -> Step:
    """Read a line; raises LineError."""
    first = re.split(r"[\s:]", text, maxsplit=1)[0]
    match first:
        case "restart" | "crash" if text == first:
            return Restart(line=line, crash=first == "crash")
        case "expect":
            return _expect(text.removeprefix("expect").strip(), line)
        case "bot":
            return _sees(text, line)
        case _ if text.startswith("+"):
            return Forward(line=line, by=_time(text))
        case _:
            return _spoken(text, line)


def _spoken(text: str, line: int) -> Step:
    words, _, meaning = text.partition(" => ")
    means = _meaning(meaning.strip()) if meaning else None
    for pattern, is_tap in ((_TAPS, True), (_SAYS, False)):
        found = pattern.fullmatch(words.strip())
        if found is None or (is_tap and ":" in words.partition(" taps ")[0]):
            continue
        _check_name(found["who"])
        where = Where(person=found["who"], channel=found["channel"])
        if is_tap:
            return Taps(line=line, where=where, label=found["text"].strip(), means=means)
        return Says(line=line, where=where, text=found["text"], means=means)
    raise LineError(f"{_short(text)} is no step; write {SHAPES}")


def _check_name(name: str) -> None:
    if name in WORDS:
        raise LineError(f"{name!r} stands alone; a person needs another name")


def _sees(text: str, line: int) -> Step:
    found = _BOT.fullmatch(text)
    if found is None:
        raise LineError(f"{_short(text)}: write `bot: words [Label]` or `bot says nothing`")
    where = Where(person=found["who"], channel=found["channel"])
    if found["nothing"]:
        return SeesNothing(line=line, where=where)
    words: str = found["text"]
    buttons: list[str] = []
    while (button := _BUTTON.search(words)) is not None:
        buttons.insert(0, button[1].strip())
        words = words[: button.start()]
    return Sees(line=line, where=where, text=words.strip(), buttons=tuple(buttons))


def _time(text: str) -> timedelta:
    found = _LATER.fullmatch(text)
    unit = found["unit"].removesuffix("s") if found else ""
    if found is None or unit not in UNITS:
        raise LineError(f"{_short(text)} is no time; write `+90 days`, `+5 minutes`, `+3 hours`")
    try:
        by = timedelta(**{UNITS[unit]: int(found["number"])})
    except OverflowError:
        by = timedelta.max
    if by > timedelta(days=MOST_TIME):
        raise LineError(f"{_short(text)}: at most {MOST_TIME} days at once")
    return by


def _meaning(text: str) -> Meaning:
    if text in {"yes", "no"}:
        return Meaning(yes=text == "yes")
    first, _, rest = text.partition(" ")
    if "=" in first:
        return Meaning(arguments=read_pairs(text))
    if not NAME.fullmatch(first):
        raise LineError(
            f"{_short(text)} means nothing; write `=> book guests=4`, `=> guests=4`, `=> yes`"
        )
    return Meaning(command=first, arguments=read_pairs(rest))


def _expect(text: str, line: int) -> Step:
    first, _, rest = text.partition(" ")
    match first:
        case "nothing" if not rest:
            return ExpectNone(line=line)
        case "no" if rest == "dialog":
            return ExpectOpen(line=line)
        case "no" if NAME.fullmatch(rest):
            return ExpectNone(line=line, action=rest)
        case "undone" | "open" if NAME.match(rest):
            name, _, pairs = rest.partition(" ")
            if first == "open":
                return ExpectOpen(line=line, command=name, arguments=read_pairs(pairs))
            return Expect(line=line, action=name, arguments=read_pairs(pairs), state="undone")
        case _ if NAME.fullmatch(first):
            return Expect(line=line, action=first, arguments=read_pairs(rest))
        case _:
            raise LineError(
                "expect what? write `expect action name=value`, `expect undone action`, `expect no "
                "action`, `expect nothing`, `expect open command name=value` or `expect no dialog`"
            )


def read_pairs(text: str) -> dict[str, str]:
    """Read ``name=value name="two words" items=[1, 2]``; raises LineError."""
    pairs: dict[str, str] = {}
    at = 0
    text = text.strip()
    while at < len(text):
        found = _PAIR.match(text, at)
        if found is None:
            raise LineError(f'{_short(text[at:])} is no name=value; quote spaces: name="two words"')
        name = found["name"]
        if name in pairs:
            raise LineError(f"{name} is given twice; write it once")
        pairs[name] = next(
            one for one in (found["quoted"], found["json"], found["bare"]) if one is not None
        )
        at = found.end()
    return pairs


def nearest(word: str, known: tuple[str, ...]) -> str:
    """Write a did-you-mean, or nothing."""
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
