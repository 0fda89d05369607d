"""The modules of a project that is being written: watched, and imported anew as a whole.

Those are the modules of the plugin folder, and of enabled plugins whose files lie below bot.toml.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from bot.locale.catalogues import forget
from bot.plugins import entries
from bot.plugins.entries import find_entries
from bot.plugins.project import PACKAGE
from bot.settings import Settings

OURS = frozenset({"bot", "commands", "connectors", "nlu", "state"})
Stamp = tuple[int, int]
"""When a file was written, in nanoseconds, and its size in bytes."""


def find_stamps(settings: Settings) -> dict[Path, Stamp]:
    """Look at every file that a reload would read."""
    found: dict[Path, Stamp] = {}
    for path in _files(settings):
        try:
            status = path.stat()
        except OSError:  # taken away while we look: the next look tells
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found


@contextmanager
def imported_anew(settings: Settings, changed: set[Path]) -> Iterator[None]:
    """Forget the project's modules; where what follows fails, the old ones are there again."""
    roots = _roots(settings)
    before = _loaded(roots, settings.folder)
    forget()
    for path in changed:
        # Python tells versions by whole seconds and size: two edits in a second would be one
        Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)
    _forget(before)
    try:
        yield
    except BaseException:
        _forget(_loaded(roots, settings.folder))
        _put_back(before)
        raise


def _files(settings: Settings) -> Iterator[Path]:
    folder = settings.plugins.folder
    if folder.is_dir():
        yield from sorted(folder.rglob("*.py"))
        yield from sorted(folder.rglob("*.po"))
    for module in _loaded(_roots(settings), settings.folder).values():
        if module.__file__ is not None and not module.__name__.startswith(PACKAGE):
            yield Path(module.__file__)


def _roots(settings: Settings) -> frozenset[str]:
    """Name the packages whose modules are a project's, if they lie in it."""
    offered = find_entries()[0][entries.COMMANDS]
    enabled = offered if settings.plugins.enabled is None else settings.plugins.enabled
    roots = {PACKAGE}
    for name in enabled:
        if name in offered:
            module = offered[name].module
            top = module.partition(".")[0]
            roots.add(module if top in OURS else top)
    return frozenset(roots)


def _loaded(roots: frozenset[str], home: Path) -> dict[str, ModuleType]:
    found: dict[str, ModuleType] = {}
    for name, module in list(sys.modules.items()):
        root = next((one for one in roots if name == one or name.startswith(f"{one}.")), None)
        if root is not None and (root == PACKAGE or _is_below(module, home)):
            found[name] = module
    return found


def _is_below(module: ModuleType, home: Path) -> bool:
    """Tell whether a module is written in the project, and not installed into it."""
    if getattr(module, "__file__", None) is None:
        return False
    path = Path(module.__file__ or "").resolve()
    return path.is_relative_to(home.resolve()) and "site-packages" not in path.parts


def _forget(modules: dict[str, ModuleType]) -> None:
    for name in modules:
        sys.modules.pop(name, None)
    importlib.invalidate_caches()


def _put_back(modules: dict[str, ModuleType]) -> None:
    sys.modules.update(modules)
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], child, module)
