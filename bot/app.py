"""Composition root: settings and extensions to a bot, opened and closed as one context."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.authoring.signatures import CommandSpec
from bot.clock import SystemClock
from bot.dialog.plain import with_plain
from bot.errors import ConfigError
from bot.logs import redact
from bot.model.ids import ConnectorName
from bot.plugins import Extensions
from bot.plugins.catalogue import (
    provided_type,
    read_actions,
    read_commands,
    read_patterns,
    read_subscribers,
    vocabulary,
)
from bot.plugins.tables import Tables
from bot.ports.clock import Clock
from bot.ports.connectors import Connector
from bot.ports.language import Engine
from bot.ports.stores import Store, StoreSettings
from bot.runtime.admission import Admission, abilities_by_name
from bot.runtime.blobs import FolderBlobs
from bot.runtime.delivery import Delivery
from bot.runtime.hub import Hub
from bot.runtime.intake import Intake
from bot.runtime.lines import ConnectorLine
from bot.runtime.metrics import Metrics
from bot.runtime.ownership import owned
from bot.runtime.reading import Reader
from bot.runtime.runs import Runs
from bot.runtime.scene import Scene
from bot.runtime.switches import Switchboard
from bot.runtime.turns import TurnRunner
from bot.runtime.workers import Workers
from bot.settings import (
    DEFAULT_BODY_BYTES,
    EnvironmentSecrets,
    Settings,
)
from bot.web import Mounted, Site

ENGINE_PATIENCE = timedelta(seconds=2)
COMMAND_PATIENCE = timedelta(seconds=60)
_SQLITE = re.compile(r"sqlite\+aiosqlite:///(?P<path>[^?]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What tests and subcommands open a bot with, beside its settings.

    Attributes:
        clock: tells the time.
        secrets: look secrets up; only `run`, `check` and `sync` do.
        connectors: given instead of bot.toml's, by name.
        provide: services given instead of plugins', by type.
        synchronous: SQLite's own setting; OFF only for tests.
        upgrade: bring the schema up to date.
        behind: open a store whose schema is behind, to look at that.
        own: take the lock of an SQLite database.
    """

    clock: Clock = field(default_factory=SystemClock)
    secrets: bool = True
    connectors: Mapping[str, Connector] | None = None
    provide: Mapping[Any, Any] = field(default_factory=dict)
    synchronous: str = "FULL"
    upgrade: bool = True
    behind: bool = False
    own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """An open bot; `workers.run()` makes it answer, `site.application()` makes it listen."""

    settings: Settings
    store: Store
    clock: Clock
    commands: Mapping[str, CommandSpec]
    connectors: Mapping[str, Connector]
    intake: Intake
    reader: Reader
    delivery: Delivery
    workers: Workers
    metrics: Metrics
    site: Site


@asynccontextmanager
async def open_bot(
    settings: Settings, extensions: Extensions, options: Options | None = None
) -> AsyncIterator[Bot]:
    """Open everything that a bot needs, in order; closed in reverse.

    Raises:
        ConfigError: with every problem of bot.toml and the extensions' tables.
    """
    options = options or Options()
    commands = read_commands(extensions, options.provide)
    subscribers = read_subscribers(extensions, options.provide)
    patterns = read_patterns(extensions, options.provide)
    read_actions(extensions, options.provide)
    tables = _checked_tables(settings, extensions, options)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings, extensions, options))
        services = await _open_services(stack, tables, options)
        engines = await _open_engines(stack, tables, commands)
        connectors = options.connectors
        if connectors is None:
            connectors = await _open_connectors(stack, tables)
        reader = Reader(engines, ENGINE_PATIENCE)
        board = Switchboard(store.upkeep, commands)
        await board.refresh()
        admission = Admission(
            commands=commands, board=board, roles=settings.roles,
            abilities=abilities_by_name(connectors),
        )  # fmt: skip
        scene = Scene(
            commands=commands, recognisers=with_plain(extensions.recognisers),
            connectors=connectors, reader=reader, clock=options.clock,
            zone=ZoneInfo(settings.bot.time_zone), locale=settings.bot.locale,
            umbrella=umbrella_of(settings.bot.name), human=settings.bot.human,
            admission=admission, patterns=patterns,
        )  # fmt: skip
        runs = Runs(
            store=store, scene=scene, services=services, patience=COMMAND_PATIENCE,
            subscribers=subscribers, blobs=FolderBlobs(settings.state.blobs),
        )  # fmt: skip
        yield _assembled(settings, options, store=store, scene=scene, runs=runs)


def _checked_tables(settings: Settings, extensions: Extensions, options: Options) -> Tables:
    """Read all tables before anything is opened: a bot that cannot start leaves no database."""
    secrets = EnvironmentSecrets(folder=settings.folder) if options.secrets else None
    tables = Tables(settings, extensions, secrets)
    problems = tables.problems()
    if secrets is not None:
        redact(secrets.given)
    if problems:
        raise ConfigError(*problems)
    return tables


@asynccontextmanager
async def open_store(
    settings: Settings, extensions: Extensions, options: Options
) -> AsyncIterator[Store]:
    """Open the store alone: what operators' subcommands need."""
    path = database_file(settings) if options.own else None
    store_settings = StoreSettings(
        url=settings.state.url, synchronous=options.synchronous, upgrade=options.upgrade,
        behind=options.behind,
    )  # fmt: skip
    opening = extensions.stores["sql"].load()
    with owned(path):
        async with opening(store_settings) as store:
            presence = store.upkeep.present() if options.own else nullcontext()
            async with presence:
                yield store


def database_file(settings: Settings) -> Path | None:
    """Tell the file of an SQLite database; None for a database of another kind."""
    database = _SQLITE.match(settings.state.url)
    return Path(database["path"]) if database else None


def umbrella_of(name: str) -> str:
    """Make Slack's umbrella command of the bot's name (contract.md §8)."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower())


def _assembled(
    settings: Settings,
    options: Options,
    *,
    store: Store,
    scene: Scene,
    runs: Runs,
) -> Bot:
    clock, hub, metrics = options.clock, Hub(), Metrics()
    intake = Intake(store, clock, hub, metrics)
    runner = TurnRunner(store=store, clock=clock, hub=hub, metrics=metrics, scene=scene, runs=runs)
    delivery = Delivery(
        store=store, blobs=runs.blobs, connectors=scene.connectors, clock=clock, hub=hub,
        metrics=metrics, labels=scene.labels,
    )  # fmt: skip
    workers = Workers(
        store=store, clock=clock, hub=hub, runner=runner, delivery=delivery,
        board=scene.admission.board,
    )  # fmt: skip
    sizes = {table.name: table.max_body_bytes for table in settings.connectors}
    mounted = {}
    for name, connector in scene.connectors.items():
        line = ConnectorLine(
            name=ConnectorName(name), store=store, clock=clock, hub=hub, intake=intake,
            commands=partial(scene.admission.to_anybody, name), blobs=runs.blobs,
        )  # fmt: skip
        mounted[name] = Mounted(
            name=ConnectorName(name), connector=connector, line=line,
            max_body_bytes=sizes.get(name, DEFAULT_BODY_BYTES),
        )  # fmt: skip
    site = Site(
        title=settings.bot.name, store=store, clock=clock, intake=intake, metrics=metrics,
        mounted=mounted,
    )  # fmt: skip
    return Bot(
        settings=settings, store=store, clock=clock, commands=scene.commands,
        connectors=scene.connectors, intake=intake, reader=scene.reader, delivery=delivery,
        workers=workers, metrics=metrics, site=site,
    )  # fmt: skip


async def _open_services(
    stack: AsyncExitStack, tables: Tables, options: Options
) -> Mapping[Any, Any]:
    services: dict[Any, Any] = dict(options.provide)
    for loaded in tables.extensions.providers:
        kind = provided_type(loaded.provider)
        if kind in services:
            continue
        parsed = tables.service(loaded.provider)
        arguments = {} if parsed is None else {"settings": parsed}
        opening = asynccontextmanager(loaded.provider.function)(**arguments)
        services[kind] = await stack.enter_async_context(opening)
    return services


async def _open_engines(
    stack: AsyncExitStack, tables: Tables, commands: Mapping[str, CommandSpec]
) -> Mapping[str, Engine]:
    engines: dict[str, Engine] = {}
    entries = vocabulary(commands)
    for name in tables.settings.nlu.engines:
        opening = tables.extensions.engines[name].load()
        engines[name] = await stack.enter_async_context(opening(name, tables.engine(name), entries))
    return engines


async def _open_connectors(stack: AsyncExitStack, tables: Tables) -> Mapping[str, Connector]:
    opened: dict[str, Connector] = {}
    for table in tables.settings.connectors:
        connect = tables.extensions.connectors[table.kind].load()
        connecting = connect(table.name, tables.connector(table))
        opened[table.name] = await stack.enter_async_context(connecting)
    return opened
