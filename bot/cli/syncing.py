"""The subcommand sync: make the commands known to the platforms, and where the bot is."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated

import typer

from bot.app import umbrella_of
from bot.authoring.signatures import CommandSpec
from bot.cli.opening import CONFIG, Config, read, run
from bot.dialog import manual
from bot.dialog.access import Offered, Standing
from bot.dialog.localising import Localised
from bot.dialog.phrases import ENGLISH, Phrases, phrases_in
from bot.errors import BotError, ConfigError, ConnectorError
from bot.locale.names import LANGUAGES, is_same
from bot.logs import redact
from bot.plugins.catalogue import read_commands
from bot.plugins.tables import Tables
from bot.ports.connectors import Connector, Menu, NativeCommand, Syncing
from bot.ports.loopback import is_loopback
from bot.runtime.admission import abilities_by_name
from bot.settings import ConnectorTable, EnvironmentSecrets, Settings

PATIENCE = timedelta(seconds=60)
"""For all calls to one platform together."""


def syncing(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("sync")(sync)


def sync(
    names: Annotated[
        list[str] | None, typer.Argument(help="Connectors of bot.toml; none: all of them.")
    ] = None,
    config: Config = CONFIG,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be done, and do nothing.")
    ] = False,
) -> None:
    """Register the commands with the platforms: their menus, and where the bot is."""
    settings, extensions = read(config)
    wanted = _wanted(settings, names or [])
    secrets = EnvironmentSecrets(folder=settings.folder)
    tables = Tables(settings, extensions, secrets)
    redact(secrets.given)
    failed = run(_sync(tables, wanted, read_commands(extensions), dry_run=dry_run))
    if failed:
        raise BotError(f"not synchronised: {', '.join(failed)}")


def _wanted(settings: Settings, names: Sequence[str]) -> Sequence[ConnectorTable]:
    known = {table.name: table for table in settings.connectors}
    strangers = [name for name in names if name not in known]
    if strangers:
        raise ConfigError(
            *(
                f"connectors.{name}: bot.toml has no such table; it has {', '.join(known)}"
                for name in strangers
            )
        )
    return [known[name] for name in names] or settings.connectors


async def _sync(
    tables: Tables,
    wanted: Sequence[ConnectorTable],
    commands: Mapping[str, CommandSpec],
    *,
    dry_run: bool,
) -> list[str]:
    """Go through the connectors; one that fails does not keep the others from theirs."""
    failed = []
    for table in wanted:
        connect = tables.extensions.connectors[table.kind].load()
        async with connect(table.name, tables.connector(table)) as connector:
            try:
                lines = await _told(
                    tables.settings, {table.name: connector}, commands, dry_run=dry_run
                )
            except (ConnectorError, TimeoutError) as error:
                failed.append(table.name)
                lines = [f"failed: {str(error) or 'the platform did not answer in time'}"]
        sys.stdout.writelines(f"{table.name}: {line}\n" for line in lines)
    return failed


async def _told(
    settings: Settings,
    channel: Mapping[str, Connector],
    commands: Mapping[str, CommandSpec],
    *,
    dry_run: bool,
) -> Sequence[str]:
    """Let one channel's platform know what is there for everybody on it."""
    ((name, connector),) = channel.items()
    if not isinstance(connector, Syncing):
        return ["has no menu of commands; nothing to do"]
    standing = Standing(channel=name, abilities=abilities_by_name(channel))
    url = settings.server.public_url
    menu = Menu(
        title=settings.bot.name,
        commands=_by_language(commands, standing, settings.bot.locale),
        umbrella=umbrella_of(settings.bot.name),
        public_url=None if url is None or is_loopback(url) else url,
    )
    async with asyncio.timeout(PATIENCE.total_seconds()):
        return await connector.sync(menu, dry_run=dry_run)


def _by_language(
    commands: Mapping[str, CommandSpec], standing: Standing, own: str
) -> Mapping[str, Sequence[NativeCommand]]:
    """List the commands in the bot's language, and in every other that it speaks."""
    localised = Localised(commands)
    locales = {"": own} | {one: one for one in LANGUAGES if not is_same(one, own)}
    return {
        name: native_commands(Offered(localised.commands_in(one), standing), phrases_in(one))
        for name, one in locales.items()
    }


def native_commands(
    commands: Mapping[str, CommandSpec], phrases: Phrases = ENGLISH
) -> Sequence[NativeCommand]:
    """List the commands for a platform's menu, by name: a group is one, the built-in ones last."""
    found: dict[str, NativeCommand] = {}
    for spec in manual.listed(commands):
        name, group = spec.name, spec.command.group
        usage, summary = manual.usage(spec).partition(" ")[2], spec.summary
        if group is not None:
            name = group
            usage = "|".join(one.command.name for one in manual.members(commands, group))
            summary = usage.replace("|", ", ")
        found[name] = NativeCommand(name=name, summary=summary or name, usage=usage)
    for name, summary in manual.BUILT_IN.items():
        told = phrases.of(summary)
        found.setdefault(name, NativeCommand(name=name, summary=told, built_in=True))
    return tuple(found.values())
