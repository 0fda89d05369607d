"""Composition root: settings and extensions to a bot, opened and closed as one context."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.authoring.happenings import Subscription
from bot.authoring.signatures import Callback, CommandSpec
from bot.clock import SystemClock
from bot.dialog.plain import with_plain
from bot.errors import ConfigError
from bot.learning import School
from bot.logs import redact
from bot.model.ids import ConnectorName
from bot.plugins import Extensions
from bot.plugins.catalogue import (
    provided_type,
    read_actions,
    read_commands,
    read_patterns,
    read_subscribers,
)
from bot.plugins.openings import Openings, Wanted, mark_of
from bot.plugins.tables import Tables
from bot.ports.blobs import Blobs
from bot.ports.clock import Clock
from bot.ports.connectors import Connector
from bot.ports.lines import Attached
from bot.ports.misses import Teaching
from bot.ports.stores import Store, StoreSettings
from bot.runtime.admission import Admission, abilities_by_name
from bot.runtime.attention import Attention
from bot.runtime.blobs import FolderBlobs
from bot.runtime.delivery import Delivery
from bot.runtime.hub import Hub
from bot.runtime.intake import Intake
from bot.runtime.lines import ConnectorLine
from bot.runtime.looking import Looking
from bot.runtime.metrics import Metrics
from bot.runtime.ownership import owned
from bot.runtime.reading import Reader
from bot.runtime.runs import Runs
from bot.runtime.scene import Scene
from bot.runtime.stage import Stage
from bot.runtime.switches import Switchboard
from bot.runtime.turns import TurnRunner
from bot.runtime.workers import Workers
from bot.settings import (
    DEFAULT_BODY_BYTES,
    EnvironmentSecrets,
    Settings,
)
from bot.web import Mounted, Site

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
        teaching: labelled misses that engines learn, in place of the store's.
    """

    clock: Clock = field(default_factory=SystemClock)
    secrets: bool = True
    connectors: Mapping[str, Connector] | None = None
    provide: Mapping[Any, Any] = field(default_factory=dict)
    synchronous: str = "FULL"
    upgrade: bool = True
    behind: bool = False
    own: bool = True
    teaching: Teaching | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """An open bot; `workers.run()` makes it answer, `site.application()` makes it listen."""

    settings: Settings
    options: Options
    store: Store
    clock: Clock
    connectors: Mapping[str, Connector]
    intake: Intake
    delivery: Delivery
    workers: Workers
    metrics: Metrics
    site: Site
    stage: Stage
    services: Openings
    school: School

    @property
    def commands(self) -> Mapping[str, CommandSpec]:
        """The commands of the next turn."""
        return self.stage.runner.scene.commands

    async def tidy(self) -> None:
        """Close what reloads have left behind; only while the stage is settled."""
        await self.services.tidy()
        await self.school.engines.tidy()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Catalogue:
    """The signatures of everything that plugins hold."""

    commands: Mapping[str, CommandSpec]
    subscribers: Mapping[str, Subscription]
    patterns: Mapping[str, Callback]


@asynccontextmanager
async def open_bot(
    settings: Settings, extensions: Extensions, options: Options | None = None
) -> AsyncIterator[Bot]:
    """Open everything that a bot needs, in order; closed in reverse.

    Raises:
        ConfigError: with every problem of bot.toml and the extensions' tables.
    """
    options = options or Options()
    read = _catalogue(extensions, options)
    tables = _checked_tables(settings, extensions, options)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings, extensions, options))
        blobs = await stack.enter_async_context(_open_blobs(tables))
        services, school = Openings(), School(teaching=options.teaching or store.teaching)
        stack.push_async_callback(services.close)
        async with _renewed_services(services, tables, options) as provided:
            stack.push_async_callback(school.engines.close)
        async with school.renewed(tables, read.commands) as reader:
            pass
        connectors = options.connectors
        if connectors is None:
            connectors = await _open_connectors(stack, tables)
        board = Switchboard(store.upkeep, read.commands)
        await board.refresh()
        admission = Admission(
            commands=read.commands, board=board, roles=settings.roles,
            abilities=abilities_by_name(connectors),
        )  # fmt: skip
        scene = Scene(
            commands=read.commands, recognisers=with_plain(extensions.recognisers),
            connectors=connectors, reader=reader, clock=options.clock,
            zone=ZoneInfo(settings.bot.time_zone), locale=settings.bot.locale,
            umbrella=umbrella_of(settings.bot.name), human=settings.bot.human,
            admission=admission, patterns=read.patterns, thresholds=settings.nlu.thresholds,
            keeps_misses=settings.nlu.keep_misses > 0,
        )  # fmt: skip
        runs = Runs(
            store=store, scene=scene, services=provided, patience=COMMAND_PATIENCE,
            subscribers=read.subscribers, blobs=blobs,
            keeps_all=settings.state.keep_files == "all",
        )  # fmt: skip
        yield _assembled(settings, options, runs=runs, services=services, school=school)


async def reload_bot(bot: Bot, extensions: Extensions) -> None:
    """Let an open bot go on with other commands, subscribers, patterns, recognisers and actions.

    Turns under way end with what they began with; the next ones have the new as a whole. A service
    stays open where the file of its provider has not changed, an engine where its vocabulary has
    not. Connectors, the store and the settings stay as they are.

    Raises:
        ConfigError: the new ones cannot be used; then the bot goes on as before.
    """
    read = _catalogue(extensions, bot.options)
    tables = _checked_tables(bot.settings, extensions, bot.options)
    async with (
        _renewed_services(bot.services, tables, bot.options) as services,
        bot.school.renewed(tables, read.commands) as reader,
    ):
        _exchange(bot, read, extensions, services=services, reader=reader)


def _exchange(
    bot: Bot, read: _Catalogue, extensions: Extensions, *, services: Mapping[Any, Any],
    reader: Reader,
) -> None:  # fmt: skip
    """Put everything new into one runner, and that on the stage."""
    now = bot.stage.runner
    scene = replace(
        now.scene, commands=read.commands, recognisers=with_plain(extensions.recognisers),
        reader=reader, patterns=read.patterns,
        admission=replace(now.scene.admission, commands=read.commands),
    )  # fmt: skip
    runs = replace(
        now.runs, scene=scene, services=services, subscribers=read.subscribers, actions={}
    )
    scene.admission.board.know(read.commands)
    bot.stage.exchange(replace(now, scene=scene, runs=runs))


def _catalogue(extensions: Extensions, options: Options) -> _Catalogue:
    """Read all signatures; raises PluginError."""
    read_actions(extensions, options.provide)
    return _Catalogue(
        commands=read_commands(extensions, options.provide),
        subscribers=read_subscribers(extensions, options.provide),
        patterns=read_patterns(extensions, options.provide),
    )


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
        behind=options.behind, keep_misses=timedelta(days=settings.nlu.keep_misses),
    )  # fmt: skip
    opening = extensions.stores["sql"].load()
    with owned(path):
        async with opening(store_settings) as store:
            presence = store.upkeep.present() if options.own else nullcontext()
            async with presence:
                yield store


@asynccontextmanager
async def _open_blobs(tables: Tables) -> AsyncIterator[Blobs]:
    """Open what keeps files: a folder, or what an extension offers for the scheme of a URL."""
    state = tables.settings.state
    if state.blobs_scheme is None:
        yield FolderBlobs(Path(state.blobs))
        return
    opening = tables.extensions.blobs[state.blobs_scheme].load()
    parsed = tables.blobs()
    arguments = {} if parsed is None else {"settings": parsed}
    async with opening(state.blobs, **arguments) as blobs:
        yield blobs


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
    runs: Runs,
    services: Openings,
    school: School,
) -> Bot:
    store, scene = runs.store, runs.scene
    clock, hub, metrics = options.clock, Hub(), Metrics()
    intake = Intake(store, clock, hub, metrics)
    attention = Attention(connectors=scene.connectors)
    runner = TurnRunner(
        store=store, clock=clock, hub=hub, metrics=metrics, scene=scene, runs=runs,
        attention=attention,
    )  # fmt: skip
    stage = Stage(runner)
    delivery = Delivery(
        store=store, blobs=runs.blobs, connectors=scene.connectors, clock=clock, hub=hub,
        metrics=metrics, labels=scene.labels,
    )  # fmt: skip
    workers = Workers(
        store=store, clock=clock, hub=hub, stage=stage, delivery=delivery,
        board=scene.admission.board, attention=attention, learn=partial(school.look, stage),
    )  # fmt: skip
    sizes = {table.name: table.max_body_bytes for table in settings.connectors}
    mounted = {}
    for name, connector in scene.connectors.items():
        line = ConnectorLine(
            name=ConnectorName(name), store=store, clock=clock, hub=hub, intake=intake,
            commands=partial(_to_anybody, stage, name), blobs=runs.blobs, looking=Looking(stage),
        )  # fmt: skip
        if isinstance(connector, Attached):
            connector.attach(line)
        mounted[name] = Mounted(
            name=ConnectorName(name), connector=connector, line=line,
            max_body_bytes=sizes.get(name, DEFAULT_BODY_BYTES),
        )  # fmt: skip
    site = Site(
        title=settings.bot.name, store=store, clock=clock, intake=intake, metrics=metrics,
        mounted=mounted, note=lambda: stage.note,
    )  # fmt: skip
    return Bot(
        settings=settings, options=options, store=store, clock=clock,
        connectors=scene.connectors, intake=intake, delivery=delivery, workers=workers,
        metrics=metrics, site=site, stage=stage, services=services, school=school,
    )  # fmt: skip


def _to_anybody(stage: Stage, channel: str) -> Mapping[str, CommandSpec]:
    """List what is there for everybody on a channel, as of now."""
    return stage.runner.scene.admission.to_anybody(channel)


@asynccontextmanager
async def _renewed_services(
    services: Openings, tables: Tables, options: Options
) -> AsyncIterator[Mapping[Any, Any]]:
    """Open what plugins provide, by type."""
    kinds: dict[str, Any] = {}
    wanted: dict[str, Wanted] = {}
    for loaded in tables.extensions.providers:
        kind, provider = provided_type(loaded.provider), loaded.provider
        if kind in options.provide or kind in kinds.values():
            continue
        parsed = tables.service(provider)
        arguments = {} if parsed is None else {"settings": parsed}
        opening = partial(asynccontextmanager(provider.function), **arguments)
        kinds[provider.name] = kind
        wanted[provider.name] = Wanted(mark=mark_of(provider.function), opening=opening)
    async with services.renewed(wanted) as opened:
        yield {**options.provide, **{kinds[name]: service for name, service in opened.items()}}


async def _open_connectors(stack: AsyncExitStack, tables: Tables) -> Mapping[str, Connector]:
    opened: dict[str, Connector] = {}
    for table in tables.settings.connectors:
        connect = tables.extensions.connectors[table.kind].load()
        connecting = connect(table.name, tables.connector(table))
        opened[table.name] = await stack.enter_async_context(connecting)
    return opened
