"""The user's plugin folder, loaded as the package ``bot_project``.

It never enters ``sys.path``: the folder and its modules may be called anything, also
``commands``, and import each other relatively.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from bot.errors import PluginError
from bot.plugins.failures import short, told

PACKAGE = "bot_project"


def load_project(folder: Path) -> list[ModuleType]:
    """Import every module of the folder afresh; raises PluginError with all problems.

    Names that begin with ``_`` are the modules' own affair. A folder with an ``__init__.py`` is
    itself the first of the list.
    """
    forget_project()
    beside = folder.parent
    problems = list(_check_layout(folder))
    modules: list[ModuleType] = []
    try:
        modules += _open_package(folder)
    except (Exception, SystemExit) as error:
        raise PluginError(_problem(error, folder, beside)) from error
    for name in _module_names(folder):
        try:
            modules.append(importlib.import_module(f"{PACKAGE}.{name}"))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - an author's module may raise anything
            problems.append(_problem(error, folder, beside))
    if problems:
        raise PluginError(*problems)
    return modules


def forget_project() -> None:
    """Forget the loaded folder, so that it, or another one, can be loaded anew."""
    for name in list(sys.modules):
        if name == PACKAGE or name.startswith(f"{PACKAGE}."):
            del sys.modules[name]
    importlib.invalidate_caches()


def _open_package(folder: Path) -> list[ModuleType]:
    """Register the folder as a package; its own ``__init__.py`` runs if there is one."""
    start = folder / "__init__.py"
    places = [str(folder)]
    if not start.is_file():
        spec = ModuleSpec(PACKAGE, loader=None, is_package=True)
        spec.submodule_search_locations = places
        sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
        return []
    found = importlib.util.spec_from_file_location(
        PACKAGE, start, submodule_search_locations=places
    )
    if found is None or found.loader is None:
        raise PluginError(f"{start}: cannot be loaded as a package; make it a Python file")
    module = importlib.util.module_from_spec(found)
    sys.modules[PACKAGE] = module
    try:
        found.loader.exec_module(module)
    except BaseException:
        forget_project()
        raise
    return [module]


def _module_names(folder: Path) -> list[str]:
    names = {
        path.stem if path.is_file() else path.name
        for path in folder.iterdir()
        if _is_module(path) or _is_package(path)
    }
    return sorted(name for name in names if "." not in name)


def _is_module(path: Path) -> bool:
    return path.is_file() and path.suffix == ".py" and not path.name.startswith(("_", "."))


def _is_package(path: Path) -> bool:
    return not path.name.startswith(("_", ".")) and (path / "__init__.py").is_file()


def _check_layout(folder: Path) -> Iterator[str]:
    """Find what would be passed over in silence."""
    for path in sorted(folder.iterdir()):
        name = short(path, folder.parent)
        if path.name.startswith(("_", ".")):
            continue
        if path.is_dir() and not _is_package(path) and any(path.glob("*.py")):
            yield (
                f"{name}: holds Python files but no __init__.py; add one that imports its commands"
            )
        if _is_module(path) and "." in path.stem:
            yield f"{name}: the name of a module holds no dot; rename it"
        if _is_module(path) and _is_package(path.with_suffix("")):
            yield f"{name}: a folder of this name hides the file; rename one of them"


def _problem(error: BaseException, folder: Path, beside: Path) -> str:
    where = told(error, within=folder, beside=beside)
    return f"{where}; correct it, or take the file out of {short(folder, beside)}"
