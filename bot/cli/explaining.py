"""Why a text is understood as it is, and what the dialog would do: `parse --explain`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.authoring.natures import Nature
from bot.authoring.signatures import CommandSpec
from bot.dialog.binding import Reading
from bot.learning import ENGINE_PATIENCE
from bot.model.thresholds import Thresholds
from bot.model.understanding import Explanation, Interpretation, Utterance
from bot.ports.language import Engine, Explaining
from bot.runtime.reading import Reader

MOST_OFFERED = 3
MOST_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one engine said, how long it took, and why, where it can tell."""

    engine: str
    milliseconds: float
    told: Interpretation
    why: Explanation | None
    is_sure: bool

    def json(self) -> dict[str, Any]:
        """Tell it as JSON."""
        return {
            "engine": self.engine, "model": self.told.model, "ms": self.milliseconds,
            "sure": self.is_sure, "command": self.told.command, "confidence": self.told.confidence,
            "guess": self.told.guess,
            "alternatives": [asdict(one) for one in self.told.alternatives],
            **({} if self.why is None else asdict(self.why)),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the dialog would do where nothing is open: run, propose, offer or nothing; and why."""

    does: str
    why: str


async def ask_each(
    engines: Mapping[str, Engine], utterance: Utterance, thresholds: Thresholds
) -> list[Asked]:
    """Ask the engines alone, in their order, as far as the bot would: until one is sure."""
    found: list[Asked] = []
    for name, engine in engines.items():
        begun = perf_counter()
        told = await Reader({name: engine}, ENGINE_PATIENCE).interpret(utterance)
        milliseconds = round((perf_counter() - begun) * 1000, 3)
        why = await engine.explain(utterance) if isinstance(engine, Explaining) else None
        is_sure = told.command is not None and told.confidence >= thresholds.propose
        found.append(
            Asked(engine=name, milliseconds=milliseconds, told=told, why=why, is_sure=is_sure)
        )
        if is_sure:
            break
    return found


def outcome(
    told: Interpretation, spec: CommandSpec | None, reading: Reading | None, limits: Thresholds
) -> Outcome:
    """Tell what the dialog would do with a reading, and by which threshold."""
    if spec is not None and not spec.command.hidden:
        only_reads = spec.nature is Nature.READS
        name, needed = ("run", limits.run) if only_reads else ("propose", limits.propose)
        sure = f"{told.confidence:.2f} is at least nlu.{name}, {needed:.2f}"
        if told.confidence >= limits.needed(only_reads=only_reads):
            return Outcome(does=name, why=f"{sure}; {_next(spec, reading)}")
    named = [(told.command or "", told.confidence)] if spec is not None else []
    named += [(one.command, one.confidence) for one in told.alternatives]
    offered = [command for command, sure in named if sure >= limits.offer][:MOST_OFFERED]
    if offered:
        why = f"nothing is sure enough; at least nlu.offer, {limits.offer:.2f}: "
        return Outcome(does="offer", why=why + ", ".join(offered))
    return Outcome(does="nothing", why="no engine names a command; it is kept as a miss")


def _next(spec: CommandSpec, reading: Reading | None) -> str:
    """Tell what would come before the command runs."""
    given = {value.parameter for value in reading.values} if reading else set()
    missing = [one.name for one in spec.parameters if one.required and one.name not in given]
    if missing:
        return f"asks for {', '.join(missing)}"
    return "asks for a yes first" if spec.nature is Nature.ACTS else "runs it"


def explanation_json(asked: Sequence[Asked], does: Outcome, limits: Thresholds) -> dict[str, Any]:
    """Put it all in one object."""
    return {
        "does": does.does, "why": does.why, "thresholds": asdict(limits),
        "engines": [one.json() for one in asked],
    }  # fmt: skip


def show_explanation(told: Mapping[str, Any], asked: Sequence[Asked], console: Console) -> None:
    """Write it for a reader: what would be done, then each engine's reasons."""
    explained = told["explanation"]
    arguments = ", ".join(f"{name}={value}" for name, value in told["arguments"].items())
    console.print(
        f"[bold]{told['command'] or 'no command'}[/] {escape(arguments)}  "
        f"[dim]{told['engine']} {told['confidence']:.2f}[/]"
    )
    if told["not_understood"]:
        console.print(f"not understood: {escape(' '.join(told['not_understood']))}")
    console.print(f"the dialog would [bold]{explained['does']}[/]: {escape(explained['why'])}")
    for further in told.get("more", ()):
        console.print(f"and then [bold]{further['command']}[/]: {escape(further['text'])}")
    for one in asked:
        _show_engine(one, console)


def _show_engine(one: Asked, console: Console) -> None:
    sure = "sure" if one.is_sure else "not sure"
    guess = one.told.command or (f"no command, nearest {one.told.guess}" if one.told.guess else "")
    model = f", model {one.told.model}" if one.told.model else ""
    console.print(
        f"\n[bold]{one.engine}[/]  {guess or 'no command'} {one.told.confidence:.2f}, {sure}, "
        f"{one.milliseconds:.2f} ms{model}"
    )
    if one.why is None:
        return
    if one.why.repaired is not None:
        console.print(f"respelled: {escape(one.why.repaired)}")
    if one.why.scope is not None:
        score, threshold = one.why.scope
        where = "in" if score >= threshold else "out of"
        console.print(f"{where} scope: {score:.2f}, threshold {threshold:.2f}")
    for table in (_scores(one.why), _nearest(one.why), _features(one.why)):
        if table.row_count:
            console.print(table)


def _scores(why: Explanation) -> Table:
    table = Table("Command", *why.scores)
    best = list(dict.fromkeys(name for told in why.scores.values() for name, _ in told))
    for name in best[:MOST_ROWS]:
        chances = (dict(told).get(name) for told in why.scores.values())
        table.add_row(name, *("" if one is None else f"{one:.1%}" for one in chances))
    return table


def _nearest(why: Explanation) -> Table:
    table = Table("Learnt and alike", "Command", "Likeness")
    for one in why.nearest[:MOST_ROWS]:
        table.add_row(escape(one.text), one.command, f"{one.likeness:.2f}")
    return table


def _features(why: Explanation) -> Table:
    table = Table("Speaks for or against", "Weight")
    for name, weight in why.features[:MOST_ROWS]:
        table.add_row(escape(name), f"{weight:+.2f}")
    return table
