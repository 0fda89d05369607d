"""Entry points: what installed distributions offer, imported only when it is used."""

import importlib.metadata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.errors import PluginError
from bot.plugins.failures import told

COMMANDS = "threadline.commands"
CONNECTORS = "threadline.connectors"
ENGINES = "threadline.engines"
STORES = "threadline.stores"
RECOGNISERS = "threadline.recognisers"
EMULATORS = "threadline.emulators"
BLOBS = "threadline.blobs"
GROUPS = (COMMANDS, CONNECTORS, ENGINES, STORES, RECOGNISERS, EMULATORS, BLOBS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """Something a distribution offers under a name; `load` imports it."""

    name: str
    group: str
    value: str
    distribution: str
    entry: EntryPoint

    @property
    def module(self) -> str:
        """The module it is in."""
        return self.entry.module

    @property
    def is_extra(self) -> bool:
        """Tell whether it needs an extra of its distribution, of the same name."""
        return self.name in _extras(self.distribution)

    def load(self) -> Callable[..., Any]:
        """Import it; raises PluginError in one line."""
        loaded = self._guarded(self.entry.load)
        if not callable(loaded):
            raise PluginError(
                f"{self.group}: {self.value} of {self.distribution} cannot be called; "
                "its author must name a function there"
            )
        return loaded

    def load_module(self) -> ModuleType:
        """Import what names a module; raises PluginError in one line."""
        loaded = self._guarded(self.entry.load)
        if not isinstance(loaded, ModuleType):
            raise PluginError(
                f"{self.group}: {self.value} of {self.distribution} is no module; "
                "its author must name one there"
            )
        return loaded

    def make(self) -> object:
        """Import it and, if it is a function, call it; raises PluginError in one line."""

        def made() -> object:
            loaded: object = self.entry.load()
            return loaded() if callable(loaded) else loaded

        return self._guarded(made)

    def _guarded(self, step: Callable[[], object]) -> object:
        try:
            return step()
        except (Exception, SystemExit) as error:  # an author's module may raise anything
            where = told(error, within=None, beside=Path.cwd())
            raise PluginError(
                f'{self.group}: "{self.name}" of {self.distribution} cannot be used: {where}; '
                f"{self._remedy(error)}"
            ) from error

    def _remedy(self, error: BaseException) -> str:
        if isinstance(error, ModuleNotFoundError) and self.is_extra:
            return f"pip install '{self.distribution}[{self.name}]'"
        return f"repair or uninstall {self.distribution}"


def find_entries(
    installed: Iterable[EntryPoint] | None = None,
) -> tuple[Mapping[str, Mapping[str, Extension]], list[str]]:
    """List what is offered, by group and name, and the problems with it.

    Two distributions that offer one name are a problem: picking one of them would be a guess.
    """
    found: dict[str, dict[str, Extension]] = {group: {} for group in GROUPS}
    problems: list[str] = []
    for entry in _all_installed() if installed is None else installed:
        if entry.group not in found:
            continue
        owner = entry.dist.name if entry.dist else "an unnamed distribution"
        new = Extension(
            name=entry.name, group=entry.group, value=entry.value, distribution=owner, entry=entry
        )
        old = found[entry.group].setdefault(entry.name, new)
        if old.distribution != new.distribution:
            problems.append(
                f'{entry.group}: "{entry.name}" is offered by {old.distribution} and by {owner}; '
                "uninstall one of them"
            )
    return found, problems


def _all_installed() -> Iterator[EntryPoint]:
    installed = importlib.metadata.entry_points()  # reads every distribution: once, not by group
    for group in GROUPS:
        yield from installed.select(group=group)


def _extras(distribution: str) -> list[str]:
    try:
        return importlib.metadata.metadata(distribution).get_all("Provides-Extra") or []
    except importlib.metadata.PackageNotFoundError:
        return []
