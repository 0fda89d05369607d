"""bot.toml → frozen settings, checked as a whole; the only reader of the environment.

A table of an extension stays a mapping here: whoever opens the extension knows its settings
dataclass and calls `parse_table` with it.
"""

import os
import re
import stat
import tomllib
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bot.errors import ConfigError
from bot.ports.secrets import Secret
from bot.roles import NOBODY, Roles, read_roles
from bot.sections import (
    DEFAULT_BODY_BYTES,
    BotSettings,
    ConnectorTable,
    NluHead,
    NluSettings,
    PluginSettings,
    ServerSettings,
    StateHead,
    StateSettings,
)
from bot.tables import SecretReader, dotted, nearest, parse_table, shown, unknown_keys

__all__ = [
    "DEFAULT_BODY_BYTES",
    "RESERVED_NAMES",
    "BotSettings",
    "ConnectorTable",
    "EnvironmentSecrets",
    "NluSettings",
    "PluginSettings",
    "SecretReader",
    "ServerSettings",
    "Settings",
    "StateSettings",
    "load_settings",
    "parse_table",
]

T = TypeVar("T")

RESERVED_NAMES = frozenset({
    "chat", "commands", "desk", "dash", "explore", "mcp", "static", "v1", "healthz", "readyz",
    "metrics", "openapi.json", "__sandbox",
})  # fmt: skip
"""First parts of paths that no connector may take (contract.md §5)."""

MAX_SECRET_BYTES = 64 * 1024

_SECTIONS = ("bot", "server", "state", "plugins", "connectors", "roles", "services", "nlu")
_CONNECTOR_NAME = re.compile(r"[a-z0-9_-]+")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")  # the shape of BCP 47
_DRIVERS: Mapping[str, str] = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole bot.toml; ``path`` is absolute, and relative paths in it count from its folder."""

    path: Path
    bot: BotSettings = field(default_factory=BotSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    state: StateSettings = field(default_factory=StateSettings)
    plugins: PluginSettings = field(default_factory=PluginSettings)
    connectors: tuple[ConnectorTable, ...] = ()
    roles: Roles = NOBODY
    services: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    nlu: NluSettings = field(default_factory=NluSettings)

    @property
    def folder(self) -> Path:
        """The folder that relative paths count from."""
        return self.path.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSecrets:
    """Looks secrets up in the environment and in files; see `bot.tables.SecretReader`.

    ``folder`` is what a relative ``file:`` counts from. ``given`` collects what was read, so that
    the logs can be told never to show it.
    """

    folder: Path
    given: set[str] = field(default_factory=set, repr=False)

    def read(self, reference: str, *, key: str, otherwise: str) -> Secret:
        """See `bot.tables.SecretReader.read`."""
        where, _, place = reference.partition(":")
        if where == "env":
            value = _from_environment(place, key, otherwise)
        else:
            value = _from_file(self.folder / place, key, otherwise)
        self.given.add(value)
        return Secret(value)


def load_settings(path: Path, *, overlay: Mapping[str, Any] | None = None) -> Settings:
    """Read and check bot.toml; raises ConfigError with every problem in it.

    Args:
        path: the file.
        overlay: tables merged over the file's, key by key; None removes a key.
    """
    path = path.absolute()
    data = _merged(_read_toml(path), overlay or {})
    reading = _Reading(path.parent)
    reading.problems += unknown_keys(data, _SECTIONS, "")
    settings = Settings(
        path=path,
        bot=reading.section(BotSettings, data, "bot"),
        server=reading.section(ServerSettings, data, "server"),
        state=reading.state(data),
        plugins=reading.section(PluginSettings, data, "plugins"),
        connectors=reading.connectors(data),
        roles=reading.roles(data),
        services=reading.tables(data, "services"),
        nlu=reading.nlu(data),
    )
    reading.problems += _check(settings)
    if reading.problems:
        raise ConfigError(*reading.problems)
    url = settings.server.public_url
    return replace(settings, server=replace(settings.server, public_url=url and url.rstrip("/")))


class _Reading:
    """Reads the file's tables; a broken one leaves its problems and its defaults."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def section(self, cls: type[T], data: Mapping[str, Any], key: str) -> T:
        return self.parsed(cls, data.get(key, {}), key) or self._default(cls, key)

    def parsed(self, cls: type[T], table: Mapping[str, Any], key: str) -> T | None:
        try:
            return parse_table(cls, table, key, secrets=None, folder=self.folder)
        except ConfigError as error:
            self.problems += error.problems
            return None

    def _default(self, cls: type[T], key: str) -> T:
        return parse_table(cls, {}, key, secrets=None, folder=self.folder)

    def tables(self, data: Mapping[str, Any], key: str) -> Mapping[str, Mapping[str, Any]]:
        """Read a table of tables."""
        outer = data.get(key, {})
        if not isinstance(outer, dict):
            self.problems.append(f"{key}: expected a table, got {shown(outer)}; write [{key}.NAME]")
            return {}
        for name, table in outer.items():
            if not isinstance(table, dict):
                self.problems.append(
                    f"{dotted(key, name)}: expected a table, got {shown(table)}; "
                    f"write it below [{key}.NAME]"
                )
        return {name: table for name, table in outer.items() if isinstance(table, dict)}

    def connectors(self, data: Mapping[str, Any]) -> tuple[ConnectorTable, ...]:
        found = (self._connector(*item) for item in self.tables(data, "connectors").items())
        return tuple(connector for connector in found if connector is not None)

    def roles(self, data: Mapping[str, Any]) -> Roles:
        roles, problems = read_roles(data.get("roles", {}), data.get("connectors", {}))
        self.problems += problems
        return roles

    def _connector(self, name: str, table: Mapping[str, Any]) -> ConnectorTable | None:
        key = dotted("connectors", name)
        self.problems += _check_name(name, key)
        own = {part: value for part, value in table.items() if part in ("kind", "max_body_bytes")}
        rest = {part: value for part, value in table.items() if part not in own}
        if "kind" not in own:
            meant = next((part for part in rest if nearest(part, ["kind"])), None)
            remedy = f'did you mean it by "{meant}"?' if meant else 'add a line like kind = "slack"'
            self.problems.append(f"{key}.kind: is missing; {remedy}")
            return None
        made = self.parsed(ConnectorTable, {"name": name, **own}, key)
        if made and made.max_body_bytes < 1:
            self.problems.append(f"{key}.max_body_bytes: must be at least 1; change it")
        return made and replace(made, table=rest)

    def nlu(self, data: Mapping[str, Any]) -> NluSettings:
        own, tables = self._parted(data, "nlu", NluHead)
        head = self.section(NluHead, {"nlu": own}, "nlu")
        own = {each.name: getattr(head, each.name) for each in fields(head)}
        return NluSettings(**own, tables=tables)

    def state(self, data: Mapping[str, Any]) -> StateSettings:
        own, tables = self._parted(data, "state", StateHead)
        head = self.section(StateHead, {"state": own}, "state")
        blobs = head.blobs if "://" in head.blobs else str(self.folder / head.blobs)
        return StateSettings(url=head.url, blobs=blobs, keep_files=head.keep_files, tables=tables)

    def _parted(
        self, data: Mapping[str, Any], key: str, head: type[NluHead | StateHead]
    ) -> tuple[Any, dict[str, Any]]:
        """Part a section into what is its own and the tables of extensions in it."""
        section = data.get(key, {})
        if not isinstance(section, dict):
            return section, {}
        names = {each.name for each in fields(head)}
        tables = {n: one for n, one in section.items() if n not in names and isinstance(one, dict)}
        return {n: one for n, one in section.items() if n not in tables}, tables


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; name it by --config FILE, "
            "or let `threadline new NAME` write one"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; make it a readable file") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).rpartition(" (at ")
        place = place.rstrip(")").replace("end of document", "its end")
        raise ConfigError(f"{path}: {place}: {reason}; correct the TOML there") from error


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for name, value in over.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            below = merged.get(name)
            merged[name] = _merged(below if isinstance(below, dict) else {}, value)
        else:
            merged[name] = value
    return merged


def _check(settings: Settings) -> Iterator[str]:
    bot, server, state = settings.bot, settings.server, settings.state
    if not _LOCALE.fullmatch(bot.locale):
        yield 'bot.locale: is not the name of a locale; write it like "en" or "pt-BR"'
    yield from _check_zone(bot.time_zone)
    if not bot.name.strip():
        yield "bot.name: is empty; customers see this name: give one"
    if not 0 <= server.port <= 65535:
        yield f"server.port: {server.port} is no port; choose one from 1 to 65535"
    if server.workers < 1:
        yield f"server.workers: {server.workers} processes do nothing; write at least 1"
    if server.workers > 1 and state.is_sqlite:
        yield (
            f"server.workers: {server.workers} processes need PostgreSQL, and state.url is SQLite;"
            " set workers = 1, or a postgresql+asyncpg:// URL"
        )
    if server.public_url is not None:
        yield from _check_public_url(server.public_url)
    yield from _check_store_url(state.url)
    yield from _check_nlu(settings.nlu)


def _check_nlu(nlu: NluSettings) -> Iterator[str]:
    for name, value in (("run", nlu.run), ("propose", nlu.propose), ("offer", nlu.offer)):
        if not 0 <= value <= 1:
            yield f"nlu.{name}: {value} is no confidence; write a number from 0.0 to 1.0"
    if nlu.offer > nlu.run:
        yield f"nlu.offer: {nlu.offer} is above nlu.run, {nlu.run}; write less, or raise nlu.run"
    if nlu.run > nlu.propose:
        yield (
            f"nlu.run: {nlu.run} is above nlu.propose, {nlu.propose}, so what has an effect would "
            "be begun on a weaker guess than what only reads; write less, or raise nlu.propose"
        )
    if nlu.keep_misses < 0:
        yield f"nlu.keep_misses: {nlu.keep_misses} is no number of days; 0 keeps none"


def _check_zone(name: str) -> Iterator[str]:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder, "Europe"
        known = {zone.lower(): zone for zone in zoneinfo.available_timezones()}
        meant = known.get(nearest(name, known) or "")
        remedy = f'did you mean "{meant}"?' if meant else 'write it like "Europe/Rome"'
        yield f'bot.time_zone: there is no time zone "{name}"; {remedy}'


def _check_public_url(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or "?" in url or "#" in url:
        yield (
            "server.public_url: is not the address of a site; "
            'write it like "https://bot.example.com"'
        )


def _check_store_url(url: str) -> Iterator[str]:
    scheme, colon, _ = url.partition("://")
    drivers = sorted(set(_DRIVERS.values()))
    if not colon:
        yield f'state.url: is not a URL; write it like "{drivers[1]}:///bot.db"'
    elif scheme in _DRIVERS:
        yield f'state.url: "{scheme}" names no driver; write "{_DRIVERS[scheme]}://…"'
    elif scheme not in drivers:
        yield f'state.url: no store understands "{scheme}"; write one of {", ".join(drivers)}'


def _check_name(name: str, key: str) -> Iterator[str]:
    if name in RESERVED_NAMES:
        yield f"{key}: this name is a path of the bot's own; choose another name"
    elif not _CONNECTOR_NAME.fullmatch(name):
        yield f"{key}: the name becomes a path; use only a-z, 0-9, - and _"


def _from_environment(name: str, key: str, otherwise: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise ConfigError(
            f"{key}: the environment variable {name} is not set; set it, or {otherwise}"
        )
    if not value.strip():
        raise ConfigError(
            f"{key}: the environment variable {name} is empty; fill it, or {otherwise}"
        )
    return value


def _from_file(path: Path, key: str, otherwise: str) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            value = file.read(MAX_SECRET_BYTES + 1).decode().strip()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{key}: the file {path} is not UTF-8 text; correct it") from error
    except OSError as error:
        raise ConfigError(
            f"{key}: the file {path} cannot be read ({error.strerror}); make it readable for the "
            f"bot, or {otherwise}"
        ) from error
    if mode & stat.S_IROTH and stat.S_ISREG(mode):
        raise ConfigError(f"{key}: everybody can read the file {path}; run chmod 600 {path}")
    if not value or len(value) > MAX_SECRET_BYTES:
        what = "is empty" if not value else "is larger than a secret"
        raise ConfigError(f"{key}: the file {path} {what}; correct it, or {otherwise}")
    return value
