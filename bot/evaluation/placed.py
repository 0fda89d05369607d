"""Sentences with their place, and what is found wrong there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.authoring.signatures import CommandSpec
from bot.model.examples import parse_example
from bot.model.understanding import Label, Sentence
from bot.plugins.lessons import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A sentence to learn from, what it means, and where it stands: ``file:line``."""

    where: str
    meaning: str
    sentence: Sentence

    @property
    def text(self) -> str:
        """The sentence's words."""
        return self.sentence.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is not in order, and what to do; a hint where it ``is_wrong`` only perhaps."""

    where: str
    what: str
    remedy: str
    is_wrong: bool = False

    @property
    def line(self) -> str:
        """The finding as an operator reads it."""
        return f"{'' if self.is_wrong else 'hint: '}{self.where}: {self.what}; {self.remedy}"


def placed_of(located: Iterable[Located], commands: Mapping[str, CommandSpec]) -> list[Placed]:
    """List the sentences of files, and the examples of commands at their definition."""
    found = [
        Placed(where=f"{one.path}:{one.line}", meaning=one.meaning, sentence=one.sentence)
        for one in located
    ]
    specs = {spec.name: spec for spec in commands.values() if not spec.command.hidden}
    for spec in specs.values():
        for example in spec.command.examples:
            sentence = parse_example(example)
            found.append(Placed(where=spec.source, meaning=spec.name, sentence=sentence))
    return found


def cut_words(text: str, labels: Sequence[Label]) -> list[str]:
    """List the words of labels that begin or end inside a word, or with a blank."""
    found = []
    for label in labels:
        before = text[max(0, label.start - 1) : label.start + 1]
        after = text[label.end - 1 : label.end + 1]
        words = text[label.start : label.end]
        is_cut = any(len(edge) == 2 and edge.isalnum() for edge in (before, after))
        if is_cut or words != words.strip():
            found.append(words)
    return found
