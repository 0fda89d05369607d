"""The subcommand commands: what is registered, from where, for whom, and whether it is on."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.app import Options, database_file, open_store
from bot.authoring.signatures import CommandSpec
from bot.cli.opening import CONFIG, Config, read, run
from bot.dialog import manual
from bot.dialog.tools import tool_schema
from bot.errors import BotError
from bot.plugins import Extensions
from bot.plugins.catalogue import read_commands
from bot.settings import Settings

_LOOKING = Options(own=False, upgrade=False, secrets=False)


def commands(
    config: Config = CONFIG,
    *,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print them as tools for language models, as JSON.")
    ] = False,
) -> None:
    """List what is registered, from where, and what an operator has switched off."""
    settings, extensions = read(config)
    specs = {spec.name: spec for spec in read_commands(extensions).values()}
    in_order = [specs[name] for name in sorted(specs)]
    if schema:
        tools = [tool_schema(spec) for spec in in_order if not spec.command.hidden]
        sys.stdout.write(f"{json.dumps(tools, ensure_ascii=False, indent=2)}\n")
        return
    sources = {loaded.command.full_name: loaded.source for loaded in extensions.commands}
    switches = run(_switches(settings, extensions))
    table = Table("Command", "From", "Is", "What it does")
    for spec in in_order:
        state = "on" if switches.get(spec.name, True) else "off"
        table.add_row(escape(manual.usage(spec)), sources[spec.name], state, escape(_told(spec)))
    _console().print(table)


def _told(spec: CommandSpec) -> str:
    """Tell what a command does, and for whom and where."""
    limits = ["hidden"] if spec.command.hidden else []
    limits += [f"for {role}" for role in spec.command.roles]
    limits += [f"needs {need}" for need in spec.command.needs]
    return f"{spec.summary} ({'; '.join(limits)})" if limits else spec.summary


async def _switches(settings: Settings, extensions: Extensions) -> Mapping[str, bool]:
    """Read the switches; where there is no database yet, or it is behind, nothing is off."""
    path = database_file(settings)
    if path is not None and not path.exists():
        return {}
    try:
        async with open_store(settings, extensions, _LOOKING) as store:
            return await store.upkeep.switches()
    except BotError as error:  # the list itself needs no database
        sys.stderr.write(f"whether commands are switched off is not known: {error}\n")
        return {}


def _console() -> Console:
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160)
