"""A command per service, and what the dialog's own reading makes of each sentence of a customer."""

import inspect
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot import Engine, Interpretation, Label, Sentence, Utterance, VocabularyEntry
from bot.authoring.commands import command
from bot.authoring.kinds import Text
from bot.authoring.signatures import CommandSpec, Parameter, read_command
from bot.dialog.binding import Value, read_sentence, read_value
from bot.dialog.matching import is_question, yes_or_no
from bot.dialog.plain import with_plain
from bot.dialog.surroundings import Surroundings
from bot.model.ids import ConversationId
from nlu.values import recognisers
from tests.bench.booking import Dialogue, Slot, Step

NOW = datetime(2019, 3, 1, 9, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
"""The dataset's own today: the default of its dates."""
READERS = with_plain(recognisers())
ACCEPT, REFUSE, ELSE = "accept", "refuse", "tell"
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
    names = {parameter.name for parameter in spec.parameters}
    sentences = [
        Sentence(
            text=step.text, asked=step.asked,
            labels=tuple(Label(parameter=n, start=s, end=e) for n, s, e in step.spans if n in names),
        )
        for dialogue in learnt
        for step in dialogue.steps
    ]  # fmt: skip
    others = [Sentence(text=text) for dialogue in learnt for text in dialogue.others]
    kinds = {one.name: getattr(one.type, "__name__", "str") for one in spec.parameters}
    return [
        VocabularyEntry(command=spec.name, parameters=kinds, sentences=tuple(sentences)),
        VocabularyEntry(command="others", sentences=tuple(others), answered=False),
    ]


def answers_of(learnt: Sequence[Dialogue]) -> list[VocabularyEntry]:
    """Write what is learnt of yes and no beside the lists: how customers took what was offered."""
    found: dict[str, list[Sentence]] = {ACCEPT: [], REFUSE: [], ELSE: []}
    for step in (step for dialogue in learnt for step in dialogue.steps):
        said = ACCEPT if step.acts & _ACCEPTS else REFUSE if step.acts & _REFUSES else ELSE
        found[said].append(Sentence(text=step.text))
    return [VocabularyEntry(command=name, sentences=tuple(some)) for name, some in found.items()]


class Tracker:
    """Holds the values of one command while a customer talks."""

    def __init__(self, spec: CommandSpec, engine: Engine, answers: Engine) -> None:
        self.spec, self.engine, self.answers = spec, engine, answers
        self.held: dict[str, str] = {}
        self.around = Surroundings(
            now=NOW, locale="en-US", commands={spec.name: spec}, recognisers=READERS,
            conversation=ConversationId("bench"), connector="bench", address=("", "", ""), salt="",
        )  # fmt: skip

    async def hear(self, step: Step) -> Mapping[str, str]:
        """Take in a sentence; gives the words of all values, or a value of a list, in full."""
        names = {parameter.name for parameter in self.spec.parameters}
        offered = {**step.offered, **step.confirming}
        if offered and await self._accepted(step.text):
            self.held |= {name: words for name, words in offered.items() if name in names}
        asked = tuple(name for name in step.asked if name in names)
        told = await self.engine.interpret(Utterance(text=step.text, now=NOW, asked=asked))
        for value in self._values(step, told, asked):
            parameter = self.spec.parameter(value.parameter)
            if parameter is not None:
                self.held[value.parameter] = _words(parameter, value)
        return dict(self.held)

    async def _accepted(self, text: str) -> bool:
        """Tell whether the first sentence is a yes, or all is taken for one."""
        answer = yes_or_no(text.partition(".")[0], self.around)
        if answer is not None:
            return answer
        told = await self.answers.interpret(Utterance(text=text, now=NOW))
        return (told.command or told.guess) == ACCEPT

    def _values(self, step: Step, told: Interpretation, asked: Sequence[str]) -> Sequence[Value]:
        """Read an answer as the dialog does: to the question, else anywhere in the sentence."""
        slots = {label.parameter: step.text[label.start : label.end] for label in told.labels}
        if len(asked) == 1 and (parameter := self.spec.parameter(asked[0])) is not None:
            told_elsewhere = parameter.shape.is_open and (slots or is_question(step.text))
            value = None if told_elsewhere else read_value(step.text, parameter, self.around)
            if value is not None:
                return [value]
        first = asked[0] if asked else None
        reading = read_sentence(
            step.text, self.spec, self.around, asked=first, answered=self.held, slots=slots
        )
        return reading.values


def _words(parameter: Parameter, value: Value) -> str:
    """Write a value as the dataset does: a choice in full, any other in the customer's words."""
    if parameter.options or parameter.type in {bool, int}:
        return str(value.value)
    return value.words
