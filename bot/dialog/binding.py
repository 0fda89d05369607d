"""Words and slots to typed arguments, or what was not understood.

One way for slash commands, sentences and answers: values are found by recognisers, the most
specific first, and each is given to the parameter that fits best.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from pydantic import ValidationError

from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog import phrases
from bot.dialog.events import Surroundings
from bot.dialog.slash import SlashCall
from bot.model.understanding import Hints, Match

FILLERS = frozenset({
    "a", "about", "actually", "an", "and", "at", "be", "better", "book", "by", "can", "change",
    "could", "do", "for", "from", "good", "hello", "hey", "hi", "i", "i'd", "i'm", "in",
    "instead", "is", "it", "it's", "its", "just", "let's", "like", "make", "maybe", "me", "my",
    "need", "no", "not", "now", "of", "oh", "ok", "okay", "on", "oops", "perhaps", "please",
    "rather", "right", "say", "should", "sorry", "sure", "take", "thank", "thanks", "that",
    "the", "then", "there", "this", "to", "um", "want", "was", "we", "well", "will", "with",
    "would", "yes", "you",
})  # fmt: skip
MASKED = "•••"
_TOKEN = re.compile(r"[^\s,;!?.]+(?:[.:][^\s,;!?.]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value for a parameter, in JSON form; ``others`` are readings that are as good."""

    parameter: str
    value: Any
    words: str
    others: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says about a command's parameters; ``rest`` are the words that say nothing."""

    values: tuple[Value, ...] = ()
    rest: tuple[str, ...] = ()

    def get(self, parameter: str) -> Value | None:
        """Find the value for a parameter."""
        return next((value for value in self.values if value.parameter == parameter), None)


@dataclass(slots=True)
class _Page:
    """A text while it is being read: which spans are taken, by which parameter."""

    text: str
    spec: CommandSpec
    around: Surroundings
    asked: str | None
    answered: Collection[str]
    taken: list[tuple[int, int]] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)

    def is_free(self, start: int, end: int) -> bool:
        return all(end <= s or start >= e for s, e in self.taken)

    def give(self, parameter: Parameter, match: Match[Any]) -> None:
        self.taken.append((match.start, match.end))
        self.values[parameter.name] = Value(
            parameter=parameter.name, value=parameter.dump(match.value), words=match.text,
            others=tuple(parameter.dump(other) for other in match.others),
        )  # fmt: skip

    def rest(self) -> tuple[str, ...]:
        return tuple(
            word[0] for word in _TOKEN.finditer(self.text) if self.is_free(word.start(), word.end())
        )


def read_sentence(
    text: str,
    spec: CommandSpec,
    around: Surroundings,
    *,
    asked: str | None = None,
    answered: Collection[str] = (),
    slots: Mapping[str, str] | None = None,
    used: Sequence[tuple[int, int]] = (),
) -> Reading:
    """Find arguments in a sentence.

    Args:
        text: the whole sentence.
        spec: the command whose parameters are looked for.
        around: the turn's surroundings.
        asked: the parameter that was asked for; its kind of value may be read from a bare "7".
        answered: parameters that hold an answer: another value of their type corrects them.
        slots: words by parameter as an engine found them.
        used: spans that chose the command: they are understood.
    """
    page = _Page(text, spec, around, asked, answered, list(used))
    _take_slots(page, slots or {}, of_texts=True)
    _take_matches(page)
    _take_slots(page, slots or {}, of_texts=False)
    rest = tuple(word for word in page.rest() if word.casefold() not in FILLERS)
    return Reading(tuple(page.values.values()), rest)


def read_call(call: SlashCall, spec: CommandSpec, around: Surroundings) -> Reading:
    """Bind the words of a slash command: named ones, then by type, then texts in order."""
    named: dict[str, Value] = {}
    loose: list[str] = []
    unknown: list[str] = []
    for word in call.words:
        if word.key is None:
            loose.append(f'"{word.text}"' if word.quoted else word.text)
            continue
        parameter = _named(spec, word.key)
        value = None if parameter is None else read_value(word.text, parameter, around)
        if value is None:
            unknown.append(f"{word.key}={word.text}")
        else:
            named[value.parameter] = value
    page = _Page(" ".join(loose), spec, around, None, ())
    page.values.update(named)
    page.taken = []
    quoted = [(m.start(), m.end()) for m in re.finditer(r'"[^"]*"', page.text)]
    page.taken.extend(quoted)
    _take_matches(page)
    page.taken = [span for span in page.taken if span not in quoted]
    rest = _take_texts(page)
    return Reading(tuple(page.values.values()), (*unknown, *rest))


def read_value(text: str, parameter: Parameter, around: Surroundings) -> Value | None:
    """Read a text that should be the value of one parameter and little else.

    None where it is not, or where words are left over that mean something.
    """
    if parameter.type is str:
        stripped = text.strip()
        return Value(parameter=parameter.name, value=stripped, words=stripped) if stripped else None
    for match in _matches(text, parameter, around, wanted=True):
        left = f"{text[: match.start]} {text[match.end :]}"
        words = [word[0].casefold() for word in _TOKEN.finditer(left)]
        ignored = FILLERS | _spoken_names(parameter) | set(parameter.name.casefold().split("_"))
        if all(word in ignored for word in words):
            return Value(
                parameter=parameter.name, value=parameter.dump(match.value), words=match.text,
                others=tuple(parameter.dump(other) for other in match.others),
            )  # fmt: skip
    return None


def flaw_of(parameter: Parameter, value: Any) -> str | None:  # noqa: ANN401 - the parameter's type
    """Tell why a value is outside the bounds of its `Arg`, or None."""
    arg = parameter.arg
    if arg.ge is not None and value < arg.ge:
        return f"It must be {_bound(arg.ge)} or more."
    if arg.le is not None and value > arg.le:
        return f"It must be {_bound(arg.le)} or less."
    if arg.pattern is not None and re.fullmatch(arg.pattern, str(value)) is None:
        return "That does not have the right form."
    return None


def refusal(parameter: Parameter, value: Any, words: str) -> str | None:  # noqa: ANN401 - JSON form
    """Tell why a value cannot be taken: its type or its bounds; None if it can."""
    shown = MASKED if parameter.arg.mask else phrases.quoted(words)
    try:
        typed = parameter.load(value)
    except ValidationError:
        return phrases.no_longer_offered(shown)
    flaw = None if typed is None else flaw_of(parameter, typed)
    return None if flaw is None else f"{shown}: {flaw}"


def _bound(value: Any) -> str:  # noqa: ANN401 - the parameter's type
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def show_value(parameter: Parameter, value: Any, around: Surroundings) -> str:  # noqa: ANN401 - JSON form
    """Write an answer as a person would read it."""
    if parameter.arg.mask:
        return MASKED
    if value is None:
        return "none"
    typed = parameter.load(value)
    if parameter.options:
        return str(getattr(typed, "value", typed))
    recogniser = next((r for r in around.recognisers if r.type is parameter.type), None)
    return str(typed) if recogniser is None else recogniser.show(typed, around.hints())


def _named(spec: CommandSpec, key: str) -> Parameter | None:
    lowered = key.casefold()
    return next((p for p in spec.parameters if p.name.casefold() == lowered), None)


def _matches(
    text: str, parameter: Parameter, around: Surroundings, *, wanted: bool
) -> Sequence[Match[Any]]:
    if parameter.options:
        return find_options(text, parameter)
    recogniser = next((r for r in around.recognisers if r.type is parameter.type), None)
    if recogniser is None:
        return ()
    hints: Hints = around.hints(wanted=wanted)
    return recogniser.find(text, hints)


def find_options(text: str, parameter: Parameter) -> Sequence[Match[Any]]:
    """Find the values of a Literal or an Enum as whole words."""
    found = []
    for option in parameter.options:
        spoken = (getattr(option, "value", option), getattr(option, "name", option))
        names = {str(one).casefold() for one in spoken}
        found.extend(_option_matches(text, option, names))
    return sorted(found, key=lambda match: (match.start, -match.end))


def _option_matches(text: str, option: Any, names: Collection[str]) -> list[Match[Any]]:  # noqa: ANN401 - a Literal's value
    matches = []
    for name in names:
        spoken = re.escape(name).replace("_", "[ _-]").replace(r"\-", "[ _-]")
        for match in re.finditer(rf"(?<!\w){spoken}(?!\w)", text, re.IGNORECASE):
            start, end = match.span()
            matches.append(Match(kind="choice", value=option, text=match[0], start=start, end=end))
    return matches


def _take_slots(page: _Page, slots: Mapping[str, str], *, of_texts: bool) -> None:
    """Take what an engine found: texts before the recognisers look, the rest after them."""
    for name, words in slots.items():
        parameter = page.spec.parameter(name)
        start = page.text.find(words)
        if parameter is None or start < 0 or not words.strip() or name in page.values:
            continue
        if (parameter.type is str) is not of_texts:
            continue
        if of_texts:
            match: Match[Any] | None = Match(
                kind="text", value=words.strip(), text=words, start=start, end=start + len(words)
            )
        else:
            found = _matches(words, parameter, page.around, wanted=True)
            match = _moved(found[0], start) if found else None
        if match is not None and page.is_free(match.start, match.end):
            page.give(parameter, match)


def _moved(match: Match[Any], by: int) -> Match[Any]:
    return Match(
        kind=match.kind, value=match.value, text=match.text, others=match.others,
        start=match.start + by, end=match.end + by,
    )  # fmt: skip


def _take_matches(page: _Page) -> None:
    for parameters in _by_type(page):
        wanted = any(parameter.name == page.asked for parameter in parameters)
        for match in _matches(page.text, parameters[0], page.around, wanted=wanted):
            if page.is_free(match.start, match.end):
                parameter = _best(page, parameters, match)
                if parameter is not None:
                    page.give(parameter, match)


def _by_type(page: _Page) -> list[list[Parameter]]:
    """Group parameters by what reads them: the most specific group first."""
    ranks = {recogniser.type: recogniser.rank for recogniser in page.around.recognisers}
    groups: dict[Any, list[Parameter]] = {}
    for parameter in page.spec.parameters:
        if parameter.type is not str:
            key = parameter.name if parameter.options else parameter.type
            groups.setdefault(key, []).append(parameter)
    order: Callable[[list[Parameter]], int] = lambda group: (  # noqa: E731 - a key, used once
        85 if group[0].options else ranks.get(group[0].type, 0)
    )
    return sorted(groups.values(), key=order, reverse=True)


def _best(page: _Page, parameters: Sequence[Parameter], match: Match[Any]) -> Parameter | None:
    """Choose whose value a match is: the one named beside it, asked for, empty, or corrected."""
    free = [parameter for parameter in parameters if parameter.name not in page.values]
    before, after = _words_beside(page.text, match)
    rules: Sequence[Callable[[Parameter], bool]] = (
        lambda p: before in _spoken_names(p),
        lambda p: after in _spoken_names(p),
        lambda p: p.name == page.asked,
        lambda p: p.name not in page.answered and p.required,
        lambda p: p.name not in page.answered,
        lambda _: True,
    )
    return next((p for rule in rules for p in free if rule(p)), None)


def _words_beside(text: str, match: Match[Any]) -> tuple[str, str]:
    before = "".join(text[: match.start].split()[-1:])
    after = "".join(text[match.end :].split()[:1])
    return before.strip(".,;:!?").casefold(), after.strip(".,;:!?").casefold()


def _spoken_names(parameter: Parameter) -> set[str]:
    """Say a parameter as customers may: "guest", "guests"; of "party_size" the last word."""
    last = parameter.name.casefold().rpartition("_")[2]
    return {last, last.rstrip("s"), f"{last}s"}


def _take_texts(page: _Page) -> tuple[str, ...]:
    """Give the words that are left to the text parameters: one each, the last takes the rest."""
    empty = [p for p in page.spec.parameters if p.type is str and p.name not in page.values]
    words = [
        match
        for match in re.finditer(r'"[^"]*"|\S+', page.text)
        if page.is_free(match.start(), match.end())
    ]
    for index, parameter in enumerate(empty):
        if not words:
            break
        last = index == len(empty) - 1
        mine = words if last else words[:1]
        words = [] if last else words[1:]
        text = page.text[mine[0].start() : mine[-1].end()] if _adjacent(mine, page) else " ".join(
            match[0] for match in mine
        )  # fmt: skip
        text = text.strip('"') if len(mine) == 1 else text
        page.values[parameter.name] = Value(parameter=parameter.name, value=text, words=text)
    return tuple(match[0].strip('"') for match in words)


def _adjacent(words: Sequence[re.Match[str]], page: _Page) -> bool:
    return page.is_free(words[0].start(), words[-1].end())
