"""Reads the tables of bot.toml that belong to extensions, into the dataclasses they declare."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from bot.authoring.services import Provider
from bot.errors import ConfigError
from bot.plugins.extensions import Extensions
from bot.plugins.lessons import read_lessons
from bot.plugins.signatures import settings_type
from bot.settings import ConnectorTable, EnvironmentSecrets, Settings, parse_table
from bot.tables import unknown_keys


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one bot.toml; without ``secrets`` only their form is read."""

    settings: Settings
    extensions: Extensions
    secrets: EnvironmentSecrets | None

    def connector(self, table: ConnectorTable) -> Any:  # noqa: ANN401 - the connector's own settings
        """Read ``[connectors.NAME]``."""
        connect = self.extensions.connectors[table.kind].load()
        return self._read(connect, self._placed(connect, table.table), table.key)

    def _placed(self, connect: Callable[..., Any], table: Any) -> Any:  # noqa: ANN401 - TOML
        """Tell a connector that wants to know where the bot is: ``[server] public_url``."""
        url, kind = self.settings.server.public_url, settings_type(connect)
        names = {field.name for field in fields(kind)} if is_dataclass(kind) else set()
        return {"public_url": url, **table} if url and "public_url" in names else table

    def service(self, provider: Provider[Any]) -> Any:  # noqa: ANN401 - the service's own settings
        """Read ``[services.NAME]``; None for a provider without settings."""
        table = self.settings.services.get(provider.name, {})
        return self._read(provider.function, table, f"services.{provider.name}")

    def engine(self, name: str) -> Any:  # noqa: ANN401 - the engine's own settings
        """Read ``[nlu.NAME]``."""
        table = self.settings.nlu.tables.get(name, {})
        return self._read(self.extensions.engines[name].load(), table, f"nlu.{name}")

    def blobs(self) -> Any:  # noqa: ANN401 - the settings of what keeps files
        """Read ``[state.SCHEME]``; None where the blobs are in a folder."""
        scheme = self.settings.state.blobs_scheme
        if scheme is None:
            return None
        if scheme not in self.extensions.blobs:
            listed = ", ".join(f"{name}://…" for name in sorted(self.extensions.blobs))
            raise ConfigError(
                f'state.blobs: nothing keeps files at "{scheme}://"; write a folder'
                + (f", or {listed}" if listed else "")
            )
        table = self.settings.state.tables.get(scheme, {})
        return self._read(self.extensions.blobs[scheme].load(), table, f"state.{scheme}")

    def _idle_tables(self) -> Iterator[str]:
        """Tell of tables in ``[state]`` that nothing reads."""
        state = self.settings.state
        own = ("url", "blobs", "keep_files")
        for name in state.tables:
            if name in self.extensions.blobs and name != state.blobs_scheme:
                yield (
                    f"state.{name}: nothing reads this table; write "
                    f'blobs = "{name}://…" in [state], or remove the table'
                )
            elif name != state.blobs_scheme:
                yield from unknown_keys({name: {}}, own, "state")

    def problems(self) -> list[str]:
        """Read all of them, and the sentences of ``[nlu] data``; open nothing.

        Returns every problem.
        """
        found: list[str] = _problems(read_lessons, self.settings.nlu.data)
        found += [*self._idle_tables(), *_problems(lambda _: self.blobs(), None)]
        for table in self.settings.connectors:
            found += _problems(self.connector, table)
        for loaded in self.extensions.providers:
            found += _problems(self.service, loaded.provider)
        for name in self.settings.nlu.engines:
            found += _problems(self.engine, name)
        return found

    def _read(self, function: Callable[..., Any], table: Any, key: str) -> Any:  # noqa: ANN401 - TOML in, the extension's settings out
        kind = settings_type(function)
        if kind is None:
            return None
        folder = self.settings.folder
        return parse_table(kind, table, key, secrets=self.secrets, folder=folder)


def _problems(read: Callable[[Any], Any], what: Any) -> list[str]:  # noqa: ANN401 - one reader's own argument
    try:
        read(what)
    except ConfigError as error:
        return list(error.problems)
    return []
