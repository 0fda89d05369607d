"""Makes sure that our generic package names mean our packages."""

import importlib.metadata
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import bot
from bot.errors import PluginError

SIBLINGS = ("bot", "commands", "connectors", "nlu", "state")


def check_siblings() -> None:
    """Stop if one of the five packages is hidden or was overwritten; raises PluginError.

    A folder ``commands`` in the working directory hides ours under ``python -m``; a second
    distribution that ships one overwrites it silently.
    """
    home = Path(bot.__file__).resolve().parent.parent
    owners = _owners()
    problems = [problem for name in SIBLINGS for problem in _check(name, home, owners)]
    if problems:
        raise PluginError(*problems)


def _check(name: str, home: Path, owners: Mapping[str, Sequence[str]]) -> Iterator[str]:
    found = _origin(name)
    if found != home / name / "__init__.py":
        yield (
            f"package {name}: comes from {found or 'nowhere'}, not from {home / name}; rename that "
            "file or folder, or start with the `threadline` command from another folder"
        )
    distributions = sorted(set(owners.get(name, ())))
    if len(distributions) > 1:
        yield (
            f"package {name}: was installed by {' and '.join(distributions)}; "
            "give this bot an environment of its own"
        )


def _owners() -> Mapping[str, Sequence[str]]:
    """Tell which distributions bring the five packages.

    As `importlib.metadata.packages_distributions` does, which makes an object of every installed
    file: a tenth of a second at each start.
    """
    owners: dict[str, list[str]] = {name: [] for name in SIBLINGS}
    for distribution in importlib.metadata.distributions():
        declared = distribution.read_text("top_level.txt")
        listed = distribution.read_text("RECORD") or ""
        brought = declared.split() if declared else map(_top_of, listed.splitlines())
        for name in owners.keys() & set(brought):
            owners[name].append(distribution.name)
    return owners


def _top_of(line: str) -> str:
    """Name the package or module of a line of RECORD ("Recording installed projects", PyPA)."""
    top, slash, _ = line.partition("/")
    return top if slash else top.partition(".")[0]


def _origin(name: str) -> Path | None:
    """Find the file that an import of this name runs; None for a folder without one."""
    try:
        spec = importlib.util.find_spec(name)
    except ValueError:  # a module in sys.modules that nobody imported
        return None
    return Path(spec.origin).resolve() if spec and spec.origin else None
