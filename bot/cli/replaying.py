"""The subcommand replay: a recorded conversation against the code as it is now."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from bot.app import Options, database_file, open_store
from bot.cli.opening import CONFIG, Config, read, run
from bot.cli.rereading import lines_about
from bot.cli.rerun import Report, replay
from bot.errors import BotError
from bot.model.ids import ConversationId
from bot.plugins import Extensions
from bot.settings import Settings

READING = Options(own=False, upgrade=False, secrets=False)
BY_ID = {"ignore_unknown_options": True}
"""Of a subcommand that takes an id: one in 64 begins with a dash."""


def replaying(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("replay", context_settings=BY_ID)(replay_conversation)


def replay_conversation(
    conversation: Annotated[str, typer.Argument(help="Its id; `threadline show` lists them.")],
    config: Config = CONFIG,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Play a recorded conversation against the code as it is now; show the first difference."""
    settings, extensions = read(config)
    report = run(_replayed(settings, extensions, ConversationId(conversation)), level="critical")
    if as_json:
        sys.stdout.write(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines_of(report)))
    if report.difference is not None:
        raise typer.Exit(1)


def lines_of(report: Report) -> list[str]:
    """Write a report for the eye."""
    difference = report.difference
    if difference is not None:
        read = [
            one.line
            for one in report.reread
            if one.turn == difference.turn and one.then.meant != one.now.meant
        ]
        return [
            f"turn {difference.turn} of {report.turns}: other {_WHAT[difference.what]}",
            f"  in    {difference.came_in}",
            *(f"  then  {line}" for line in difference.then or ["nothing"]),
            *(f"  now   {line}" for line in difference.now or ["nothing"]),
            *(f"  {line}" for line in read),
        ]
    about = list(lines_about(report.reread))
    if report.gap:
        return [
            f"the same over {report.same} of {report.turns} turns",
            f"turn {report.same + 1} cannot be played again: the record does not hold {report.gap}",
            *about,
        ]
    return [f"the same over {report.turns} turns", *about]


_WHAT = {"said": "words", "effects": "effects", "decided": "decisions"}


async def _replayed(
    settings: Settings, extensions: Extensions, conversation: ConversationId
) -> Report:
    path = database_file(settings)
    if path is not None and not path.exists():
        raise BotError(f"there is no database {path} yet; `threadline run` makes it")
    async with open_store(settings, extensions, READING) as store:
        return await replay(settings, extensions, store, conversation)
