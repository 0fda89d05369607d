"""Labelled misses beside the sentences of files: what a running bot has been taught."""

from collections.abc import Iterable

from bot.model.examples import parse_example
from bot.model.misses import Taught
from bot.model.understanding import Sentence
from bot.plugins.lessons import Lessons


def with_taught(lessons: Lessons, taught: Iterable[Taught]) -> Lessons:
    """Add what was taught; sentences that the files hold already are not learnt twice."""
    found = {meaning: list(sentences) for meaning, sentences in lessons.items()}
    for one in taught:
        sentences = found.setdefault(one.meaning, [])
        sentence = _sentence(one)
        if sentence not in sentences:
            sentences.append(sentence)
    return found


def _sentence(taught: Taught) -> Sentence:
    """Read its labels; where they cannot be read, its words alone are learnt."""
    if not taught.marked:
        return Sentence(text=taught.sentence)
    try:
        return parse_example(taught.sentence)
    except ValueError:  # whoever labelled it was told; see `threadline train`
        return Sentence(text=taught.sentence)
