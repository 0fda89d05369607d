"""What a sentence asks for, as an engine read it: one command, or several in one breath."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.authoring.natures import Nature
from bot.authoring.signatures import CommandSpec
from bot.dialog.access import Refusal
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard
from bot.dialog.matching import strange_words
from bot.model.understanding import Interpretation

MOST_REQUESTS = 3
"""How many commands of one sentence are taken; what is beyond them is named."""
_JOINTS = frozenset({
    "",
    "also", "and", "besides", "both", "but", "finally", "first", "next", "or", "secondly", "so",
    "too", "und", "dann", "auch", "ausserdem", "außerdem", "sowie", "et", "puis", "aussi",
    "ensuite", "y", "luego", "después", "también", "e", "depois", "também",
})  # fmt: skip
"""Words that join two requests and belong to neither."""
_EDGES = " \t\n,;.:!?-\u2013\u2014&+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command that is asked for; all around its own part ``text`` is blank."""

    spec: CommandSpec
    told: Interpretation
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a sentence asks for.

    Attributes:
        requests: what is there and sure enough, in the text's order.
        refused: commands that are known, but not there now or here, with why.
        unread: parts that no command is sure of, each with what the engine made of it.
    """

    requests: Sequence[Request] = ()
    refused: Sequence[tuple[CommandSpec, Refusal]] = ()
    unread: Sequence[tuple[str, Interpretation]] = ()


def asked_by(draft: Draft, heard: Heard, text: str) -> Asked:
    """Tell the requests of a sentence apart: those that can be begun, and all others."""
    first = heard.interpretation
    readings = [first, *first.more]
    requests: list[Request] = []
    refused: list[tuple[CommandSpec, Refusal]] = []
    unread: list[tuple[str, Interpretation]] = []
    for told in readings:
        words = text if told.part is None else text[slice(*told.part)]
        spec = _sure(draft, told) if len(requests) < MOST_REQUESTS else None
        why = None if spec is None else draft.around.refusal(spec)
        if spec is None or why is Refusal.ROLE:  # to others it does not exist
            unread.append((words.strip(_EDGES), told))
        elif why is not None:
            refused.append((spec, why))
        else:
            requests.append(Request(spec=spec, told=told, text=_alone(text, told)))
    nobody = Interpretation(command=None, engine=first.engine, model=first.model)
    unread += [(words, nobody) for words in _between(text, readings, draft.around.locale)]
    return Asked(requests=requests, refused=refused, unread=unread)


def needed_for(draft: Draft, spec: CommandSpec) -> float:
    """Tell how sure an engine must be of a command."""
    return draft.around.thresholds.needed(only_reads=spec.nature is Nature.READS)


def _sure(draft: Draft, told: Interpretation) -> CommandSpec | None:
    """Find the command that an engine is sure enough of."""
    spec = draft.around.known.get((told.command or "").casefold())
    if spec is None or spec.command.hidden or told.confidence < needed_for(draft, spec):
        return None
    return spec


def _alone(text: str, told: Interpretation) -> str:
    """Blank out what belongs to other requests: no place in the text moves."""
    if told.part is None:
        return text
    start, end = told.part
    return " " * start + text[start:end] + " " * (len(text) - end)


def _between(text: str, readings: Sequence[Interpretation], locale: str) -> Iterator[str]:
    """Find what stands outside all parts and says something."""
    parts = sorted(told.part for told in readings if told.part is not None)
    if len(parts) < len(readings):
        return  # a reading without a part is one of all of it
    place = 0
    for start, end in [*parts, (len(text), len(text))]:
        words = _without_joints(text[place:start].split())
        place = max(place, end)
        if strange_words(" ".join(words), locale):
            yield " ".join(words).strip(_EDGES)


def _without_joints(words: list[str]) -> list[str]:
    """Leave out what only joins, at both ends."""
    telling = [n for n, word in enumerate(words) if word.strip(_EDGES).casefold() not in _JOINTS]
    return words[telling[0] : telling[-1] + 1] if telling else []
