"""The tables of bot.toml that are the core's own, as values; `bot.settings` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bot.model.thresholds import Thresholds

THRESHOLDS = Thresholds()
DEFAULT_BODY_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSettings:
    """The table ``[bot]``; ``human`` is said when a customer asks for a person."""

    name: str = "Threadline"
    locale: str = "en"
    time_zone: str = "UTC"
    human: str = "A person will answer you here."


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """The table ``[server]``; port 0 is any free one, ``workers`` are processes."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSettings:
    """The table ``[state]``.

    Attributes:
        url: of the store; it may hold a password.
        blobs: a folder, or the URL of where else files are kept (``s3://bucket/prefix``).
        keep_files: which files of customers are kept: those that were read, or all.
        tables: those of what keeps files elsewhere, by the scheme of its URL.
    """

    url: str = field(default="sqlite+aiosqlite:///bot.db", repr=False)
    blobs: str = "blobs"
    keep_files: Literal["read", "all"] = "read"
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the store is one file that one process owns."""
        return self.url.startswith("sqlite")

    @property
    def blobs_scheme(self) -> str | None:
        """Tell what the URL of the blobs begins with; None where they are in a folder."""
        scheme, found, _ = self.blobs.partition("://")
        return scheme if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateHead:
    """What of ``[state]`` is no table."""

    url: str = field(default="sqlite+aiosqlite:///bot.db", repr=False)
    blobs: str = "blobs"
    keep_files: Literal["read", "all"] = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSettings:
    """The table ``[plugins]``; ``enabled`` None means every command plugin installed."""

    folder: Path = Path("plugins")
    enabled: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorTable:
    """A table ``[connectors.NAME]``: what every connector has, and the rest as it stands."""

    name: str
    kind: str
    max_body_bytes: int = DEFAULT_BODY_BYTES
    table: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """The table's full name, for `parse_table`."""
        return f"connectors.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NluSettings:
    """The table ``[nlu]``.

    Attributes:
        engines: their names, in the order in which they are asked.
        data: files and folders of sentences.
        recognisers: what reads values, the first first; None: all that are installed but for
            those that need an extra of their own name.
        run: how sure an engine must be for a command that only reads to be run.
        propose: the same for any other command to be begun; its effects ask for a yes.
        offer: the same for a command to be named in a "did you mean".
        keep_misses: for how many days sentences that were not understood are kept for the
            trainer; 0 keeps none.
        tables: those of the engines, by name.
    """

    engines: tuple[str, ...] = ("rules", "classifier")
    data: tuple[Path, ...] = ()
    recognisers: tuple[str, ...] | None = None
    run: float = THRESHOLDS.run
    propose: float = THRESHOLDS.propose
    offer: float = THRESHOLDS.offer
    keep_misses: int = 90
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def thresholds(self) -> Thresholds:
        """The three confidences as one value."""
        return Thresholds(run=self.run, propose=self.propose, offer=self.offer)


@dataclass(frozen=True, slots=True, kw_only=True)
class NluHead:
    """What of ``[nlu]`` is no engine's table."""

    engines: tuple[str, ...] = ("rules", "classifier")
    data: tuple[Path, ...] = ()
    recognisers: tuple[str, ...] | None = None
    run: float = THRESHOLDS.run
    propose: float = THRESHOLDS.propose
    offer: float = THRESHOLDS.offer
    keep_misses: int = 90
