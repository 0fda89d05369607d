"""How a text is understood, as JSON: contract.md §8."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import to_jsonable_python

from bot.cli.explaining import Asked, ask_each, explanation_json, outcome
from bot.cli.opening import GivenSecrets
from bot.cli.vocabularies import read_vocabulary
from bot.clock import SystemClock
from bot.dialog.binding import Reading, read_call
from bot.dialog.plain import with_plain
from bot.dialog.slash import SlashCall, parse_slash
from bot.dialog.surroundings import Surroundings
from bot.dialog.tools import read_arguments
from bot.dialog.understood import read_understood
from bot.learning import ENGINE_PATIENCE
from bot.model.ids import ConversationId
from bot.model.understanding import Hints, Interpretation, Utterance
from bot.plugins import Extensions
from bot.plugins.catalogue import read_commands
from bot.plugins.tables import Tables
from bot.ports.language import Engine
from bot.runtime.reading import Reader
from bot.settings import Settings


def parse_values(
    settings: Settings,
    extensions: Extensions,
    text: str,
    *,
    at: datetime | None,
    locale: str | None,
) -> str:
    """Find the values in a text; of overlapping ones the most specific, whole numbers first."""
    hints = Hints(now=_moment(settings, at), locale=locale or settings.bot.locale)
    taken: list[tuple[int, int]] = []
    found: list[dict[str, Any]] = []
    recognisers = with_plain(extensions.recognisers)
    for recogniser in sorted(recognisers, key=lambda one: one.type is not int and one.rank < 40):
        for match in recogniser.find(text, hints):
            if recogniser.kind == "bool" or any(
                match.start < e and s < match.end for s, e in taken
            ):
                continue
            taken.append((match.start, match.end))
            found.append({
                "kind": recogniser.kind, "text": match.text, "start": match.start,
                "end": match.end, "value": to_jsonable_python(match.value),
            })  # fmt: skip
    return json.dumps(sorted(found, key=lambda one: one["start"]), ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """How a text is understood, as contract.md §8 tells it; ``asked`` where it was explained."""

    told: dict[str, Any]
    asked: Sequence[Asked] = ()

    def json(self) -> str:
        """Write it on one line."""
        return json.dumps(self.told, ensure_ascii=False)


async def parse_text(
    settings: Settings,
    extensions: Extensions,
    text: str,
    *,
    at: datetime | None,
    locale: str | None,
    explains: bool = False,
) -> Parsed:
    """Interpret a text as the bot would; where it ``explains``, with the engines' reasons."""
    specs = read_commands(extensions)
    around = Surroundings(
        now=_moment(settings, at), locale=locale or settings.bot.locale, commands=specs,
        recognisers=with_plain(extensions.recognisers), conversation=ConversationId(""),
        connector="", address=("", "", ""), salt="",
    )  # fmt: skip
    call = parse_slash(text)
    told, reading = _called(call, around) if call else (None, None)
    asked: Sequence[Asked] = ()
    if told is None:
        async with _engines(settings, extensions, around) as engines:
            utterance = Utterance(text=text, now=around.now, locale=around.locale)
            limits = settings.nlu.thresholds
            told = await Reader(engines, ENGINE_PATIENCE, sure=limits.propose).interpret(utterance)
            asked = await ask_each(engines, utterance, limits) if explains else ()
        reading = _read(text, told, around)
    found = _json(text, told, reading)
    if told.more:
        found["more"] = [_further(text, one, around) for one in told.more]
    if explains:
        limits = settings.nlu.thresholds
        does = outcome(told, specs.get(told.command or ""), reading, limits)
        found["explanation"] = explanation_json(asked, does, limits)
    return Parsed(told=found, asked=asked)


def _read(text: str, told: Interpretation, around: Surroundings) -> Reading | None:
    """Read the arguments of a command in its own part of the text."""
    spec = around.commands.get(told.command or "")
    if spec is None:
        return None
    if told.arguments:
        return read_arguments(spec, told.arguments, around)[0]
    start, end = told.part or (0, len(text))
    alone = " " * start + text[start:end] + " " * (len(text) - end)
    return read_understood(alone, spec, around, told)


def _further(text: str, told: Interpretation, around: Surroundings) -> dict[str, Any]:
    """Tell of a further request in the same text."""
    words = text if told.part is None else text[slice(*told.part)]
    kept = ("text", "command", "arguments", "confidence", "not_understood")
    found = _json(words, told, _read(text, told, around))
    return {name: found[name] for name in kept}


def _called(call: SlashCall, around: Surroundings) -> tuple[Interpretation, Reading | None]:
    spec = around.commands.get(call.name)
    if spec is None:
        return Interpretation(command=None, engine="slash"), None
    told = Interpretation(command=spec.name, confidence=1.0, engine="slash")
    return told, read_call(call, spec, around)


@asynccontextmanager
async def _engines(
    settings: Settings, extensions: Extensions, around: Surroundings
) -> AsyncIterator[Mapping[str, Engine]]:
    """Open the engines of bot.toml, in their order."""
    tables = Tables(settings, extensions, GivenSecrets(folder=settings.folder))
    entries = await read_vocabulary(settings, extensions, around.commands)
    async with AsyncExitStack() as stack:
        engines: dict[str, Engine] = {}
        for name in settings.nlu.engines:
            opening = extensions.engines[name].load()
            engines[name] = await stack.enter_async_context(
                opening(name, tables.engine(name), entries)
            )
        yield engines


def _json(text: str, told: Interpretation, reading: Reading | None) -> dict[str, Any]:
    values = reading.values if reading else ()
    rest = list(reading.rest) if reading else ([] if told.command else text.split())
    return {
        "text": text,
        "command": told.command,
        "arguments": {value.parameter: value.value for value in values},
        "confidence": told.confidence,
        "engine": told.engine,
        "alternatives": [
            {"command": one.command, "confidence": one.confidence} for one in told.alternatives
        ],
        "not_understood": rest,
    }


def _moment(settings: Settings, at: datetime | None) -> datetime:
    zone = ZoneInfo(settings.bot.time_zone)
    if at is None:
        return SystemClock().now().astimezone(zone)
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
