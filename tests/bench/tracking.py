"""A command per service, and what the dialog's own reading makes of each sentence of a customer."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot import Engine, Hints, Interpretation, Label, Sentence, Utterance, VocabularyEntry
from bot.authoring.commands import command
from bot.authoring.kinds import Text
from bot.authoring.signatures import CommandSpec, Parameter, read_command
from bot.dialog.binding import Value, read_sentence, read_value
from bot.dialog.matching import is_question, yes_or_no
from bot.dialog.plain import with_plain
from bot.dialog.surroundings import Surroundings
from bot.dialog.understood import is_amid_others, marked_words
from bot.model.ids import ConversationId
from nlu.values import recognisers
from nlu.values.numbers import Integers
from tests.bench.booking import Dialogue, Slot, Step

NOW = datetime(2019, 3, 1, 9, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
"""The dataset's own today: the default of its dates."""
READERS = with_plain(recognisers())
INTEGERS = Integers()
ACCEPT, REFUSE, ELSE = "accept", "refuse", "tell"
_LEAD = re.compile(r"^(?:(?:on|at|for|by)\s+)?(?:the\s+(?=\S+\s))?", re.IGNORECASE)
"""What the dataset leaves out of the words of a value."""
_ACCEPTS = frozenset({"AFFIRM", "SELECT", "AFFIRM_INTENT"})
_REFUSES = frozenset({"NEGATE", "REQUEST_ALTS", "NEGATE_INTENT"})


def type_of(slot: Slot) -> Any:
    """Choose our type for a slot, by its values or its description."""
    if slot.values == ("True", "False"):
        return bool
    if slot.values and all(value.isdecimal() for value in slot.values):
        return int
    if slot.values:
        return Literal.__getitem__(slot.values)
    words = slot.name.split("_")
    kinds: Mapping[str, Any] = {"date": date, "time": time, "days": int, "length": int}
    return next((kinds[word] for word in words if word in kinds), Text)


def spec_of(service: str, slots: Sequence[Slot]) -> CommandSpec:
    """Declare a command whose parameters are the slots: what every intent needs is required."""

    def book(ctx: Any, **arguments: Any) -> None:
        """Book."""

    first = [slot for slot in slots if slot.required]
    hints: dict[str, Any] = {slot.name: type_of(slot) for slot in first}
    hints |= {slot.name: type_of(slot) | None for slot in slots if not slot.required}
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        *(inspect.Parameter(name, kind, annotation=hint) for name, hint in hints.items()),
    ]
    book.__annotations__ = hints
    book.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what inspect reads
    known = {reader.type for reader in READERS}
    return read_command(command(service.casefold())(book), source="bench", provided=(), known=known)


def vocabulary_of(spec: CommandSpec, learnt: Sequence[Dialogue]) -> list[VocabularyEntry]:
    """Write what a bot of one command learns: its customers' sentences, and the other ones."""
    sentences = [
        Sentence(text=step.text, asked=step.asked, labels=tuple(_labels(spec, step)))
        for dialogue in learnt
        for step in dialogue.steps
    ]
    others = [Sentence(text=text) for dialogue in learnt for text in dialogue.others]
    kinds = {one.name: getattr(one.type, "__name__", "str") for one in spec.parameters}
    return [
        VocabularyEntry(command=spec.name, parameters=kinds, sentences=tuple(sentences)),
        VocabularyEntry(command="others", sentences=tuple(others), answered=False),
    ]


def _labels(spec: CommandSpec, step: Step) -> Iterator[Label]:
    """Mark the words of values as an author would: texts are marked in the data, numbers are not.

    A yes or no is marked where a word of its slot's name stands: "a shared ride" is a yes.
    """
    for name, start, end in step.spans:
        if spec.parameter(name) is not None:
            yield Label(parameter=name, start=start, end=end)
    marked = {name for name, _, _ in step.spans}
    for name in step.informed.keys() - marked:
        parameter = spec.parameter(name)
        if parameter is not None and parameter.type is int:
            yield from _number_label(name, step)
        elif parameter is not None and parameter.type is bool:
            yield from _bool_label(name, step)


def _number_label(name: str, step: Step) -> Iterator[Label]:
    matches = INTEGERS.find(step.text, Hints(now=NOW))
    same = [match for match in matches if str(match.value) == step.informed[name]]
    for match in same[:1]:
        yield Label(parameter=name, start=match.start, end=match.end)


def _bool_label(name: str, step: Step) -> Iterator[Label]:
    stems = "|".join(word[:6] for word in name.split("_") if len(word) > 3)
    found = re.search(rf"\b(?:{stems})\w*", step.text, re.IGNORECASE)
    if found:
        value = "yes" if step.informed[name] == "True" else "no"
        yield Label(parameter=name, start=found.start(), end=found.end(), value=value)


def answers_of(learnt: Sequence[Dialogue]) -> list[VocabularyEntry]:
    """Write what is learnt of yes and no beside the lists: how customers took what was offered."""
    found: dict[str, list[Sentence]] = {ACCEPT: [], REFUSE: [], ELSE: []}
    for step in (step for dialogue in learnt for step in dialogue.steps):
        said = ACCEPT if step.acts & _ACCEPTS else REFUSE if step.acts & _REFUSES else ELSE
        found[said].append(Sentence(text=step.text))
    return [VocabularyEntry(command=name, sentences=tuple(some)) for name, some in found.items()]


class Tracker:
    """Holds the values of one command while a customer talks."""

    def __init__(
        self, spec: CommandSpec, slots: Sequence[Slot], engine: Engine, answers: Engine
    ) -> None:
        self.spec, self.engine, self.answers = spec, engine, answers
        self.booked = {slot.name for slot in slots if slot.booked}
        self.listed = {slot.name for slot in slots if slot.values}
        self.held: dict[str, str] = {}
        self.typed: dict[str, Any] = {}
        self.offered: dict[str, str] = {}
        self.around = Surroundings(
            now=NOW, locale="en-US", commands={spec.name: spec}, recognisers=READERS,
            conversation=ConversationId("bench"), connector="bench", address=("", "", ""), salt="",
        )  # fmt: skip

    async def hear(self, step: Step) -> Mapping[str, str]:
        """Take in a sentence; gives the words of all values, or a value of a list, in full."""
        offered = {name: words for name, words in step.offered.items() if name in self.booked}
        self.offered |= offered
        waiting = {**self.offered, **step.confirming}
        if waiting and await self._accepted(step.text):
            self.offered = {}
            for name, words in waiting.items():
                self._take(name, words)
        asked = tuple(name for name in step.asked if self.spec.parameter(name) is not None)
        told = await self.engine.interpret(Utterance(text=step.text, now=NOW, asked=asked))
        for value in self._values(step, told, asked):
            parameter = self.spec.parameter(value.parameter)
            if parameter is not None:
                self.held[value.parameter] = self._words(parameter, value)
                self.typed[value.parameter] = value.value
        return dict(self.held)

    def _take(self, name: str, words: str) -> None:
        """Take a value that the system named; it stands although our own words were others."""
        parameter = self.spec.parameter(name)
        if parameter is not None:
            value = read_value(words, parameter, self.around)
            self.held[name] = words
            self.typed[name] = words if value is None else value.value

    async def _accepted(self, text: str) -> bool:
        """Tell whether the first clause is a yes, or all is taken for one."""
        answer = yes_or_no(re.split(r"[.,;!]", text)[0], self.around)
        if answer is not None:
            return answer
        told = await self.answers.interpret(Utterance(text=text, now=NOW))
        return (told.command or told.guess) == ACCEPT

    def _values(self, step: Step, told: Interpretation, asked: Sequence[str]) -> Sequence[Value]:
        """Read an answer as the dialog does: to the question, else anywhere in the sentence."""
        marked = marked_words(step.text, self.spec, replace(told, guess=self.spec.name))
        parameter = self.spec.parameter(asked[0]) if len(asked) == 1 else None
        if parameter is not None and not self._is_beside(step.text, parameter, marked):
            value = read_value(step.text, parameter, self.around)
            if value is not None:
                return [value]
        reading = read_sentence(
            step.text, self.spec, self.around,
            asked=asked[0] if asked else None, answered=self.held, slots=marked,
        )  # fmt: skip
        return [*self._meant(step.text, told.labels), *reading.values]

    @staticmethod
    def _is_beside(text: str, parameter: Parameter, marked: Mapping[str, str]) -> bool:
        asks_back = parameter.shape.is_open and is_question(text)
        return asks_back or is_amid_others(text, parameter, marked)

    def _meant(self, text: str, labels: Sequence[Label]) -> list[Value]:
        """Read what labelled words stand for, where that is something else."""
        told = [
            (self.spec.parameter(one.parameter), one.value)
            for one in labels
            if one.value not in {"", text[one.start : one.end]}
        ]
        found = (read_value(words, p, self.around) for p, words in told if p is not None)
        return [value for value in found if value is not None]

    def _words(self, parameter: Parameter, value: Value) -> str:
        """Write a value as the dataset does: of a list in full, any other as it was said."""
        listed = parameter.options or parameter.type is bool or parameter.name in self.listed
        return str(value.value) if listed else _LEAD.sub("", value.words).rstrip(".")
