"""The report: what became of what, and what is left to do, with file and line."""

from collections.abc import Iterator

from bot.cli.importing.plans import Plan, Planned
from bot.cli.importing.sources import Source


def report(source: Source, plan: Plan) -> str:
    """Write MIGRATION.md."""
    lines = [
        "# What came over from Rasa, and what did not",
        "",
        f"Read: {', '.join(_read(source))}.",
        "",
        "## Commands",
        "",
        "| intent | here | asks for | from |",
        "|---|---|---|---|",
        *(_row(intent, one) for intent, one in plan.commands.items()),
        "",
        "## Left to do",
        "",
        *(_notes(plan) if plan.notes else ["Nothing."]),
        "",
    ]
    return "\n".join(lines)


def _read(source: Source) -> Iterator[str]:
    yield f"{sum(map(len, source.examples.values()))} sentences of {len(source.examples)} intents"
    yield f"{len(source.tables)} synonyms, regexes and lookups"
    yield f"{len(source.slots)} slots"
    yield f"{len(source.forms)} forms"
    yield f"{len(source.responses)} responses"
    yield f"{len(source.told)} rules and stories"


def _row(intent: str, one: Planned) -> str:
    asked = ", ".join(f"`{each.name}: {_cell(each.type)}`" for each in one.parameters) or "-"
    return f"| `{intent}` | `/{one.typed}` | {asked} | {one.spot} |"


def _notes(plan: Plan) -> Iterator[str]:
    """List the notes by file and line; what stands there several times is told once."""
    for one in sorted(set(plan.notes)):
        yield f"- {one.spot}: {' '.join(one.text.split())}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
