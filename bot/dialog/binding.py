"""Words and slots to typed arguments, or what was not understood.

One way for slash commands, sentences and answers: values are found by recognisers, the most
specific first, and each is given to the parameter that fits best.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.authoring.kinds import Email, Money, Phone, Url
from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.beside import is_named, marks_of, spoken_names
from bot.dialog.finding import TOKEN, fillers_in, runs
from bot.dialog.records import Found, Span, blanked, find, open_value, rank
from bot.dialog.showing import shown
from bot.dialog.slash import SlashCall
from bot.dialog.surroundings import Surroundings

MASKED = "•••"
_NOUNS: Mapping[object, frozenset[str]] = {
    Email: frozenset({"address", "email", "e-mail", "mail"}),
    Money: frozenset({"amount", "sum"}),
    Phone: frozenset({"mobile", "number", "phone", "telephone"}),
    Url: frozenset({"link", "page", "url", "website"}),
}
"""What customers call a value of a type: "my number is …"."""

_NUMBERS = frozenset({int, float, Decimal})
_LINKING = frozenset({
    "a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "please", "the", "to", "until",
    "with",
})  # fmt: skip
"""Words behind a typed command that say nothing by themselves: "/ride from A to B"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value for a parameter, in JSON form; ``others`` are readings that are as good.

    ``unread`` are words amid a list that say nothing of it: "two colas, a sushi and a tea".
    """

    parameter: str
    value: Any
    words: str
    others: tuple[Any, ...] = ()
    unread: tuple[str, ...] = ()


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
    """A text while it is being read: which spans are taken, by which parameter.

    ``typed``: as a command, so that every word is an argument. ``counts``: things were counted in
    it, so that a number may be the count of one more thing that was not understood.
    """

    text: str
    spec: CommandSpec
    around: Surroundings
    asked: str | None
    answered: Collection[str]
    taken: list[tuple[int, int]] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    typed: bool = False
    counts: bool = False
    slots: Mapping[str, str] = field(default_factory=dict)

    def is_free(self, start: int, end: int) -> bool:
        return all(end <= s or start >= e for s, e in self.taken)

    def give(self, parameter: Parameter, found: Found) -> None:
        """Keep a value; the words between those of a list are its, unless they say something."""
        start, end = found.match.start, found.match.end
        unread = [
            (start + word.start(), start + word.end())
            for word in TOKEN.finditer(blanked(self.text, found.spans)[start:end])
            if word[0].casefold() not in fillers_in(self.around.locale)
        ]
        cuts = [start, *(place for span in unread for place in span), end]
        self.taken.extend(zip(cuts[::2], cuts[1::2], strict=True))
        words = tuple(self.text[since:until] for since, until in unread)
        self.values[parameter.name] = _value(parameter, found, unread=words)

    def rest(self) -> tuple[str, ...]:
        return tuple(
            word[0] for word in TOKEN.finditer(self.text) if self.is_free(word.start(), word.end())
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
    page = _Page(text, spec, around, asked, answered, list(used), slots=slots or {})
    _take_slots(page, slots or {}, of_texts=True)
    _take_matches(page)
    _take_slots(page, slots or {}, of_texts=False)
    rest = tuple(word for word in page.rest() if word.casefold() not in fillers_in(around.locale))
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
    page.typed = True
    page.values.update(named)
    quoted = [(m.start(), m.end()) for m in re.finditer(r'"[^"]*"', page.text)]
    page.taken.extend(quoted)
    _take_matches(page)
    _take_bare(page)
    free = _take_quoted(page, quoted)
    page.taken = [span for span in page.taken if span not in free]
    rest = _take_texts(page)
    if all(word.casefold() in _LINKING for word in rest):
        rest = ()
    return Reading(tuple(page.values.values()), (*unknown, *rest))


def _take_quoted(page: _Page, quoted: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take words in quotes that are just a choice's name; gives the spans that are left."""
    left = []
    for start, end in quoted:
        words = page.text[start + 1 : end - 1]
        empty = (p for p in page.spec.parameters if p.options and p.name not in page.values)
        read = (read_value(words, parameter, page.around) for parameter in empty)
        value = next((one for one in read if one is not None and one.words == words), None)
        if value is None:
            left.append((start, end))
        else:
            page.values[value.parameter] = value
    return left


def read_value(text: str, parameter: Parameter, around: Surroundings) -> Value | None:
    """Read a text that should be the value of one parameter and little else.

    None where it is not, or where words are left over that mean something.
    """
    shape = parameter.shape
    if shape.is_open and shape.item is None and not shape.fields:
        return _text(parameter, text, around)
    ignored = (
        fillers_in(around.locale)
        | spoken_names(parameter)
        | set(parameter.name.casefold().split("_"))
    )
    ignored |= _NOUNS.get(parameter.type, frozenset())
    for found in find(text, shape, around, wanted=True):
        left = TOKEN.finditer(found.leaves(text))
        if all(word[0].casefold() in ignored for word in left):
            return _value(parameter, found)
    return None


def show_value(parameter: Parameter, value: Any, around: Surroundings) -> str:  # noqa: ANN401 - JSON form
    """Write an answer as a person would read it."""
    if parameter.arg.mask:
        return MASKED
    return "none" if value is None else shown(parameter.shape, parameter.load(value), around)


def _value(parameter: Parameter, found: Found, *, unread: tuple[str, ...] = ()) -> Value:
    match = found.match
    return Value(
        parameter=parameter.name, value=parameter.dump(match.value), words=match.text,
        others=tuple(parameter.dump(other) for other in match.others), unread=unread,
    )  # fmt: skip


def _text(parameter: Parameter, words: str, around: Surroundings) -> Value | None:
    """Make the value of a parameter that any words can be."""
    value = open_value(parameter.shape, words, around)
    if value is None:
        return None
    return Value(parameter=parameter.name, value=parameter.dump(value), words=words.strip())


def _named(spec: CommandSpec, key: str) -> Parameter | None:
    lowered = key.casefold()
    return next((p for p in spec.parameters if p.name.casefold() == lowered), None)


def _take_slots(page: _Page, slots: Mapping[str, str], *, of_texts: bool) -> None:
    """Take what an engine found: texts before the recognisers look, the rest after them."""
    for name, words in slots.items():
        parameter = page.spec.parameter(name)
        start = page.text.find(words)
        if parameter is None or start < 0 or not words.strip() or name in page.values:
            continue
        if parameter.shape.is_open is not of_texts or not page.is_free(start, start + len(words)):
            continue
        if of_texts:
            _take_text(page, parameter, (start, start + len(words)))
        else:
            for found in find(words, parameter.shape, page.around, wanted=True)[:1]:
                page.give(parameter, found.moved(start))


def _take_text(page: _Page, parameter: Parameter, span: Span) -> None:
    value = _text(parameter, page.text[slice(*span)], page.around)
    if value is not None:
        page.taken.append(span)
        page.values[parameter.name] = value


def _take_matches(page: _Page) -> None:
    for parameters in _by_type(page):
        if len({parameter.type for parameter in parameters}) > 1:
            _take_numbers(page, parameters)
            continue
        shape = parameters[0].shape
        asked = any(parameter.name == page.asked for parameter in parameters)
        # what any words can be is only found in a sentence by its own form: a place's degrees
        wanted = asked and not shape.is_open
        is_made = shape.item is not None or bool(shape.fields)
        text = blanked(page.text, page.taken) if is_made else page.text
        for found in find(text, shape, page.around, wanted=wanted):
            if all(page.is_free(*span) for span in found.spans):
                fitting = [one for one in parameters if _may_be(page, one, found)]
                parameter = _best(page, fitting, found)
                if parameter is not None:
                    page.give(parameter, found)
                    page.counts = page.counts or is_made


def _may_be(page: _Page, parameter: Parameter, found: Found) -> bool:
    """Refuse a yes that answers something else, and words that an engine labelled for another.

    A yes or no must be asked for, named or typed.
    """
    if page.typed or parameter.name == page.asked:
        return True
    span = (found.match.start, found.match.end)
    if parameter.type is bool:
        return is_named(parameter, page.text, span)
    return not any(_is_anothers(page, parameter, name, span) for name in page.slots)


def _is_anothers(page: _Page, parameter: Parameter, name: str, span: Span) -> bool:
    """Tell whether words are labelled for one of another type: "six" of guests is no time."""
    other, words = page.spec.parameter(name), page.slots[name]
    if other is None or other.type == parameter.type or other.shape.is_open:
        return False
    # a template's words go on behind the value: "18:15 for 2 people" holds a number of its own
    own = find(words, other.shape, page.around, wanted=True)[:1]
    taken = [part for found in own for part in found.moved(page.text.find(words)).spans]
    return any(start < span[1] and span[0] < end for start, end in taken)


def _take_numbers(page: _Page, parameters: Sequence[Parameter]) -> None:
    """Share numbers among parameters of several kinds: in order, or fractions first."""
    found = {
        one.name: {
            number.spans: number
            for number in find(page.text, one.shape, page.around, wanted=one.name == page.asked)
        }
        for one in parameters
    }
    places = sorted({spans for numbers in found.values() for spans in numbers})
    in_order = all(spans in found[one.name] for spans, one in zip(places, parameters, strict=False))
    if not in_order:
        whole = {spans for one in parameters if one.type is int for spans in found[one.name]}
        places.sort(key=lambda spans: spans in whole)
    for spans in places:
        fitting = [one for one in parameters if spans in found[one.name]]
        if page.is_free(*spans[0]):
            parameter = _best(page, fitting, found[fitting[0].name][spans])
            if parameter is not None:
                page.give(parameter, found[parameter.name][spans])


def _take_bare(page: _Page) -> None:
    """Give words to what would understand them if asked: "/deposit 50", "/when 5".

    Where texts are still wanted, only what must be known, and money, takes words away from them;
    where two kinds of values would, the words are left.
    """
    has_texts = any(p.shape.is_open and p.name not in page.values for p in page.spec.parameters)
    for start, end in runs(page.text):
        if not page.is_free(start, end):
            continue
        fitting = [
            (parameter, found[0].moved(start))
            for parameter in page.spec.parameters
            if parameter.name not in page.values
            and _reads_bare(parameter, must=has_texts)
            and (found := find(page.text[start:end], parameter.shape, page.around, wanted=True))
            and found[0].spans == ((0, end - start),)
        ]
        if len({parameter.type for parameter, _ in fitting}) == 1:
            page.give(*fitting[0])


def _reads_bare(parameter: Parameter, *, must: bool) -> bool:
    shape = parameter.shape
    is_made = shape.is_open or shape.item is not None or bool(shape.fields)
    return not (is_made or parameter.is_file) and (
        parameter.required or parameter.type is Money or not must
    )


def _by_type(page: _Page) -> list[list[Parameter]]:
    """Group parameters by what reads them: the most specific group first."""
    groups: dict[Any, list[Parameter]] = {}
    for parameter in page.spec.parameters:
        if parameter.type is not str and not parameter.is_file:
            plain = not (parameter.options or parameter.shape.fields or parameter.arg.currency)
            key = parameter.type if plain else parameter.name
            groups.setdefault("number" if key in _NUMBERS else key, []).append(parameter)
    order: Callable[[list[Parameter]], int] = lambda group: rank(group[0].shape, page.around)  # noqa: E731 - a key, used once
    return sorted(groups.values(), key=order, reverse=True)


def _best(page: _Page, parameters: Sequence[Parameter], found: Found) -> Parameter | None:
    """Choose whose value a match is: the one named beside it, asked for, empty, or corrected."""
    free = [parameter for parameter in parameters if parameter.name not in page.values]
    rules = marks_of(page.text, (found.match.start, found.match.end), page.slots)
    rules.append(lambda p: p.name == page.asked)
    if page.typed or not page.counts or found.match.kind != "number":
        rules += [
            lambda p: p.name not in page.answered and p.required,
            lambda p: p.name not in page.answered,
            lambda _: True,
        ]
    return next((p for rule in rules for p in free if rule(p)), None)


def _take_texts(page: _Page) -> tuple[str, ...]:
    """Give the words that are left to the open parameters: one each, the last takes the rest."""
    empty = [p for p in page.spec.parameters if p.shape.is_open and p.name not in page.values]
    words = [
        match
        for match in re.finditer(r'"[^"]*"|\S+', page.text)
        if page.is_free(match.start(), match.end())
    ]
    for parameter in empty:
        if not words:
            break
        all_left = parameter is empty[-1] or parameter.shape.takes_rest
        mine = words if all_left else words[:1]
        value = _text(parameter, _joined(mine, page), page.around)
        if value is not None:
            words = [] if all_left else words[1:]
            page.values[parameter.name] = value
    return tuple(match[0].strip('"') for match in words)


def _joined(words: Sequence[re.Match[str]], page: _Page) -> str:
    """Write words as they were typed, or without what stands between them."""
    if len(words) == 1:
        return words[0][0].strip('"')
    if page.is_free(words[0].start(), words[-1].end()):
        return page.text[words[0].start() : words[-1].end()]
    return " ".join(word[0] for word in words)
