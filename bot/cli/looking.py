"""Subcommands that look and repair: check, commands, parse, show, outbox, db."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app import Options, database_file, open_store
from bot.cli.explaining import show_explanation
from bot.cli.listing import commands
from bot.cli.opening import CONFIG, Config, read, run
from bot.cli.parsing import parse_text, parse_values
from bot.cli.telling import tell_conversation
from bot.cli.vocabularies import LOOKING
from bot.errors import BotError, ConfigError
from bot.locale.names import LANGUAGES, is_spoken
from bot.model.ids import ConversationId
from bot.plugins import Extensions
from bot.plugins.checks import find_problems
from bot.plugins.tables import Tables
from bot.ports.stores import Store
from bot.settings import EnvironmentSecrets, Settings

LOOKING_BEHIND = replace(LOOKING, behind=True)
"""Look at a database that a running bot may own, and change nothing of its schema."""
MOST_ROWS = 200
BY_ID = {"ignore_unknown_options": True}
"""Of a subcommand that takes an id: one in 64 begins with a dash."""


def looking(app: typer.Typer) -> None:
    """Add the subcommands."""
    app.command("check")(check)
    app.command("commands")(commands)
    app.command("parse")(parse)
    app.command("show", context_settings=BY_ID)(show)
    outbox = typer.Typer(help="Waiting and dead letters.", no_args_is_help=True)
    outbox.command("list")(list_letters)
    outbox.command("retry", context_settings=BY_ID)(retry)
    outbox.command("drop", context_settings=BY_ID)(drop)
    app.add_typer(outbox, name="outbox")
    database = typer.Typer(help="The database's schema.", no_args_is_help=True)
    database.command("current")(current)
    database.command("upgrade")(upgrade)
    app.add_typer(database, name="db")


def check(config: Config = CONFIG) -> None:
    """Read bot.toml and every extension, open nothing, print each problem with its remedy."""
    settings, extensions = read(config)
    problems = Tables(settings, extensions, EnvironmentSecrets(folder=settings.folder)).problems()
    problems += find_problems(extensions)
    if problems:
        raise ConfigError(*problems)
    if not is_spoken(settings.bot.locale):
        known = ", ".join(LANGUAGES)
        told = f"bot.locale: the bot's own sentences will be English; they are written in {known}"
        sys.stdout.write(f"note: {told}\n")
    sys.stdout.write(f"{settings.path}: everything is in order\n")


def parse(
    text: Annotated[str, typer.Argument(help="What a customer says; - reads lines from stdin.")],
    config: Config = CONFIG,
    *,
    values: Annotated[bool, typer.Option("--values", help="Only the values in it.")] = False,
    at: Annotated[datetime | None, typer.Option("--at", help="The moment to count from.")] = None,
    locale: Annotated[str | None, typer.Option("--locale")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Why, by each engine, and what the bot would do.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Explain in JSON on a terminal, too.")
    ] = False,
) -> None:
    """Print as JSON how a text is understood."""
    settings, extensions = read(config)
    lines = [line.rstrip("\n") for line in sys.stdin] if text == "-" else [text]
    for line in lines:
        if values:
            told = parse_values(settings, extensions, line, at=at, locale=locale)
            sys.stdout.write(f"{told}\n")
            continue
        parsed = run(parse_text(settings, extensions, line, at=at, locale=locale, explains=explain))
        if explain and not as_json and sys.stdout.isatty():
            show_explanation(parsed.told, parsed.asked, _console())
        else:
            sys.stdout.write(f"{parsed.json()}\n")


def show(
    conversation: Annotated[str, typer.Argument(help="Its id; none: lists all.")] = "",
    config: Config = CONFIG,
) -> None:
    """Show a conversation turn by turn: what came in, how it was read, what was sent, receipts."""
    settings, extensions = read(config)
    run(_show(settings, extensions, conversation))


def list_letters(config: Config = CONFIG) -> None:
    """List waiting and dead letters, oldest first."""
    settings, extensions = read(config)
    run(_letters(settings, extensions))


def retry(letter: str, config: Config = CONFIG) -> None:
    """Make a dead letter due again."""
    settings, extensions = read(config)
    run(_mend(settings, extensions, letter, drop_it=False))


def drop(letter: str, config: Config = CONFIG) -> None:
    """Give a dead letter up for good."""
    settings, extensions = read(config)
    run(_mend(settings, extensions, letter, drop_it=True))


def current(config: Config = CONFIG) -> None:
    """Print the database's revision and the newest one."""
    settings, extensions = read(config)
    run(_current(settings, extensions))


def upgrade(config: Config = CONFIG) -> None:
    """Bring the database's schema up to date; SQLite is copied first."""
    settings, extensions = read(config)
    run(_upgrade(settings, extensions))


def _console() -> Console:
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160)


@asynccontextmanager
async def looked_at(
    settings: Settings, extensions: Extensions, options: Options = LOOKING
) -> AsyncIterator[Store]:
    """Open the store if there is one: SQLite would make an empty file where there is none."""
    path = database_file(settings)
    if path is not None and not path.exists():
        raise BotError(f"there is no database {path} yet; `threadline run` makes it")
    async with open_store(settings, extensions, options) as store:
        yield store


async def _show(settings: Settings, extensions: Extensions, conversation: str) -> None:
    async with looked_at(settings, extensions) as store:
        if conversation:
            await tell_conversation(store, ConversationId(conversation), _console())
            return
        table = Table("Conversation", "Scope", "Last used")
        for found, scope, used in await store.log.conversations(limit=MOST_ROWS):
            table.add_row(found, scope, f"{used:%Y-%m-%d %H:%M:%S}")
        _console().print(table)


async def _letters(settings: Settings, extensions: Extensions) -> None:
    async with looked_at(settings, extensions) as store:
        found = await store.outbox.letters(states=("dead", "waiting"), limit=MOST_ROWS)
    table = Table("Id", "Direction", "Channel", "State", "Attempts", "Since", "Why")
    for one in found:
        since = f"{one.created_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(
            one.id, one.direction, one.connector, one.state, str(one.attempts), since, one.reason
        )
    _console().print(table)


async def _mend(settings: Settings, extensions: Extensions, letter: str, *, drop_it: bool) -> None:
    async with looked_at(settings, extensions) as store:
        mend = store.outbox.drop if drop_it else store.outbox.retry
        if not await mend(letter):
            raise BotError(f"there is no dead letter {letter}; `threadline outbox list` shows them")
    sys.stdout.write("dropped\n" if drop_it else "due again\n")


async def _current(settings: Settings, extensions: Extensions) -> None:
    async with looked_at(settings, extensions, LOOKING_BEHIND) as store:
        here, newest = await store.upkeep.revisions()
    sys.stdout.write(f"database: {here or 'empty'}, newest: {newest}\n")


async def _upgrade(settings: Settings, extensions: Extensions) -> None:
    async with open_store(settings, extensions, Options(secrets=False)) as store:
        await store.upkeep.upgrade()
        here, _ = await store.upkeep.revisions()
    sys.stdout.write(f"database: {here}\n")
