"""bot_for(): a whole bot on a temporary store, driven by persons over channels."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import structlog
from typing_extensions import get_protocol_members, is_protocol

from bot.app import Bot, Options, open_bot, open_store
from bot.errors import ConfigError
from bot.plugins import Extensions, load_extensions
from bot.plugins.catalogue import provided_type
from bot.plugins.entries import GROUPS
from bot.ports.language import Engine, Recogniser
from bot.ports.records import EffectRecord
from bot.roles import Roles, read_roles
from bot.settings import Settings, load_settings
from bot.testing.chaos import Chaos, Dice, Fate
from bot.testing.coverage import Coverage
from bot.testing.deaths import Death, DiedError
from bot.testing.facts import FactsRead
from bot.testing.fakes import FakeClock
from bot.testing.given import Learner, with_engines
from bot.testing.loading import Plugin, with_plugins
from bot.testing.persons import Channel, Person
from bot.testing.watching import Watch, with_watch
from bot.testing.wires import WireWorld
from bot.testing.worlds import FakeWorld, World

CHANNELS: Mapping[str, str] = {
    "slack": "slack", "telegram": "telegram", "whatsapp": "whatsapp", "web": "webchat",
}  # fmt: skip
PATIENCE = 20.0  # seconds of real time for an answer
NOON = "2026-11-18T12:00+01:00"
_EMPTY_STORE: list[bytes] = []


class HarnessClock(FakeClock):
    """The harness's clock; moving it lets due timers and deliveries happen first."""

    def __init__(self, now: datetime, harness: "Harness") -> None:
        super().__init__(now)
        self._harness = harness

    async def forward(self, **by: float) -> None:
        """Go on by ``timedelta(**by)``; returns when what became due has been done."""
        self.move(timedelta(**by))
        await self._harness.settle()


@dataclass(slots=True)
class Harness:
    """A running bot with its persons; made by `bot_for`."""

    settings: Settings
    extensions: Extensions
    world: World
    provide: Mapping[Any, Any]
    dice: Dice | None = None
    watch: Watch = field(default_factory=Watch)
    clock: HarnessClock = field(init=False)
    bot: Bot = field(init=False)
    asked_twice: list[str] = field(default_factory=list)
    effects: list[EffectRecord] = field(default_factory=list)
    facts: FactsRead = field(default_factory=FactsRead)
    people: dict[tuple[str, str], str] = field(default_factory=dict)
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)
    _work: asyncio.Task[None] | None = None
    _death: Death = field(default_factory=Death)

    def person(self, name: str, **users: str) -> Person:
        """Make a person with a user id on each of some channels, linked on first use."""
        person = Person(name, {})
        channels = {
            channel: Channel(channel, user, self.world, person.link, self.settle, self._draw)
            for channel, user in users.items()
        }
        self.people |= dict.fromkeys(users.items(), name)
        person.channels = channels
        return person

    def calls(self, action: str) -> list[EffectRecord]:
        """List the effects of an action, oldest first; `EffectRecord.arguments` are JSON."""
        return [effect for effect in self.effects if effect.action == action]

    def transcript(self) -> str:
        """Write down who said what, oldest first: for a failed test's eyes."""
        return self.facts.transcript(self.people)

    def cover(self, coverage: Coverage) -> None:
        """Add what was exercised so far."""
        coverage.know(spec for spec in self.bot.commands.values() if not spec.command.hidden)
        coverage.add(self.facts.steps())
        for command in self.watch.reopened:
            coverage.see(command, "reopened")

    async def crash(self) -> None:
        """Kill the bot without order and start it again on the same store.

        Nothing is finished, nothing more is written; what it held is freed at the start.
        """
        self._death.strike()
        await self._revive()
        await self.settle()

    async def restart(self) -> None:
        """Stop the bot in order and start it again on the same store."""
        await self.stop()
        self.watch.reopen()
        await self.start()

    async def start(self) -> None:
        """Open the bot and let it work."""
        options = Options(
            clock=self.clock, connectors=self.world.connectors, provide=self.provide,
            synchronous="OFF",
        )  # fmt: skip
        stack = AsyncExitStack()
        self.bot = await stack.enter_async_context(
            open_bot(self.settings, self.extensions, options)
        )
        self._work = await stack.enter_async_context(_working(self.bot))
        await stack.enter_async_context(self.world.joined(self.bot))
        self._running = stack

    async def stop(self) -> None:
        """Close the bot in order."""
        await self._running.aclose()

    async def bury(self) -> None:
        """Close the bot for good, dead or alive."""
        self._death.call_off()
        await self.stop()

    async def settle(self) -> None:
        """Wait until no row is open and no timer is due; AssertionError if that takes too long."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._until_quiet_again()
        except TimeoutError:
            raise AssertionError(f"not quiet after {PATIENCE} s; see the logs") from None
        await self._recount()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds although rows stay open; AssertionError if it never does."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds():  # noqa: ASYNC110 - what a screen shows rings no bell
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"it does not hold after {PATIENCE} s") from None

    async def _until_quiet(self) -> None:
        """Look every few milliseconds; a hint wakes the workers, a nudge is for lost ones."""
        await self.bot.store.timers.fire(now=self.clock.now(), limit=100)
        self.bot.workers.nudge()
        quiet = 0
        while quiet < 2:
            await self.world.settled()
            quiet = quiet + 1 if await self.bot.workers.idle() else 0
            await asyncio.sleep(0.005)
            if self._death.is_dead:
                raise DiedError("killed while it worked")

    async def _until_quiet_again(self) -> None:
        """Start the bot again as often as it dies."""
        while True:
            try:
                await self._until_quiet()
            except DiedError:
                await self._revive()
            else:
                self._death.call_off()
                return

    async def _revive(self) -> None:
        """Bury what is left of a dead bot and start another on its store."""
        if self._work is not None:
            self._work.cancel()
        await self.stop()
        self._death.call_off()
        self.watch.reopen()
        await self.start()

    def _draw(self) -> Fate:
        """Draw what befalls the next message; a death begins to count now."""
        if self.dice is None:
            return Fate()
        fate = self.dice.draw()
        if fate.crash_after is not None:
            self._death.strike_after(fate.crash_after)
        return fate

    async def _recount(self) -> None:
        await self.facts.read(self.bot.store)
        found = [await self.bot.store.ledger.find(key) for key in self.facts.keys]
        self.effects[:] = [effect for effect in found if effect is not None]
        self.asked_twice[:] = self.facts.asked_twice()


@asynccontextmanager
async def bot_for(
    *plugins: Plugin,
    now: str = NOON,
    wire: bool = False,
    provide: Sequence[object] = (),
    time_zone: str = "Europe/Rome",
    locale: str = "en",
    plugins_folder: Path | None = None,
    recognisers: Sequence[Recogniser[Any]] = (),
    engines: Mapping[str, Engine | Learner] | None = None,
    chaos: Chaos | None = None,
    roles: Mapping[str, Sequence[str]] | None = None,
) -> AsyncIterator[Harness]:
    """Open a bot with plugins on a temporary SQLite store.

    Args:
        plugins: names of modules (``commands.booking``), modules, commands or providers; help,
            session and link are always there.
        now: the clock's first moment, ISO with offset; it stands still until moved.
        wire: emulated platforms and the real connectors over HTTP instead of fakes.
        provide: services that replace those of the same type.
        time_zone: the place's.
        locale: the bot's.
        recognisers: take the place of the installed ones of the same type.
        engines: are asked before ``rules``, by name; an engine, or what opens one over a
            vocabulary and is called again when that changes.
        chaos: what goes wrong with messages; a failed test tells its seed.
        roles: the table ``[roles]``: ``{"operator": ["slack:U1"]}``.
        plugins_folder: a folder whose modules are loaded as ``[plugins] folder`` of bot.toml is.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="threadline-") as folder:
            settings = _settings(Path(folder), time_zone, locale, plugins_folder)
            extensions = with_plugins(load_extensions(settings, installed=_installed()), plugins)
            extensions = _with_recognisers(extensions, recognisers)
            settings, extensions = with_engines(settings, extensions, engines or {})
            async with AsyncExitStack() as stack:
                world: World = FakeWorld(CHANNELS)
                if wire:
                    wires = await stack.enter_async_context(WireWorld.opened(settings, extensions))
                    settings, world = replace(wires.settings, nlu=settings.nlu), wires
                settings = replace(settings, roles=_roles(roles or {}))
                opened = harness_of(
                    settings, extensions, world, now=now, provide=provide, chaos=chaos
                )
                yield await stack.enter_async_context(opened)
    except BaseExceptionGroup as group:  # the task groups of emulators and workers wrap it
        raise _only(group) from None


@asynccontextmanager
async def harness_of(
    settings: Settings,
    extensions: Extensions,
    world: World,
    *,
    now: str,
    provide: Sequence[object] = (),
    chaos: Chaos | None = None,
) -> AsyncIterator[Harness]:
    """Open a bot on a temporary store beside a bot.toml; `bot_for` without the bot.toml."""
    _write_short_tracebacks()
    await _lay_out(settings, extensions)
    services, watch = _by_type(provide, extensions), Watch()
    dice = None if chaos is None else Dice(chaos)
    watched = with_watch(extensions, watch)
    harness = Harness(settings, watched, world, services, dice, watch)
    harness.clock = HarnessClock(datetime.fromisoformat(now), harness)
    await harness.start()
    try:
        yield harness
    except Exception as error:
        if dice is not None:
            error.add_note(dice.told())
        raise
    finally:
        await harness.bury()


def _roles(table: Mapping[str, Sequence[str]]) -> Roles:
    roles, problems = read_roles({name: list(held) for name, held in table.items()}, CHANNELS)
    if problems:
        raise ConfigError(*problems)
    return roles


def _write_short_tracebacks() -> None:
    """Keep structlog's default renderer from spending seconds on a traceback with its locals."""
    *others, last = structlog.get_config()["processors"]
    if isinstance(last, structlog.dev.ConsoleRenderer):
        plain = structlog.dev.plain_traceback
        renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)
        structlog.configure(processors=[*others, renderer])


def _only(error: BaseException) -> BaseException:
    """Unwrap a failed assertion, so that a test fails with its own words."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


@cache
def _installed() -> tuple[EntryPoint, ...]:
    """Look once a process what is installed: it does not change between tests."""
    return tuple(entry for group in GROUPS for entry in entry_points(group=group))


async def _lay_out(settings: Settings, extensions: Extensions) -> None:
    """Give the bot an empty store: migrated once a process, copied from then on."""
    database = settings.folder / "bot.db"
    if _EMPTY_STORE:
        database.write_bytes(_EMPTY_STORE[0])
        return
    async with open_store(settings, extensions, Options(synchronous="OFF")):
        pass
    _EMPTY_STORE.append(database.read_bytes())


def _settings(folder: Path, time_zone: str, locale: str, plugins: Path | None) -> Settings:
    path = folder / "bot.toml"
    where = f"folder = {json.dumps(str(plugins.absolute()))}\n" if plugins else ""
    path.write_text(
        f'[bot]\nname = "Test"\ntime_zone = "{time_zone}"\nlocale = "{locale}"\n'
        f'[plugins]\nenabled = ["help", "session", "link"]\n{where}'
        '[nlu]\nengines = ["rules"]\n'
    )
    return load_settings(path)


def _with_recognisers(extensions: Extensions, recognisers: Sequence[Recogniser[Any]]) -> Extensions:
    replaced = {one.type for one in recognisers}
    kept = [one for one in extensions.recognisers if one.type not in replaced]
    return replace(extensions, recognisers=(*kept, *recognisers))


def _by_type(provide: Sequence[object], extensions: Extensions) -> dict[Any, Any]:
    """Find which provided type each stand-in is for."""
    types = [provided_type(loaded.provider) for loaded in extensions.providers]
    found: dict[Any, Any] = {}
    for service in provide:
        kind = next((one for one in types if _is_a(service, one)), type(service))
        found[kind] = service
    return found


def _is_a(service: object, kind: Any) -> bool:  # noqa: ANN401 - any type may be provided
    if is_protocol(kind):
        return all(hasattr(service, name) for name in get_protocol_members(kind))
    return isinstance(service, kind)


@asynccontextmanager
async def _working(bot: Bot) -> AsyncIterator[asyncio.Task[None]]:
    async with asyncio.TaskGroup() as group:
        work = group.create_task(_work(bot))
        try:
            yield work
        finally:
            bot.workers.stop()


async def _work(bot: Bot) -> None:
    """Let the bot work; what breaks because it is dead is no failure of the test."""
    try:
        await bot.workers.run()
    except* DiedError:
        bot.workers.stop()
