"""Scripts from files: which files are scripts, and in which form."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.errors import ConfigError
from bot.testing.scripts.plain import parse_script
from bot.testing.scripts.steps import Problem, Script

YAML = frozenset({".yaml", ".yml"})
PLAIN = ".txt"
MISSING = 'YAML cannot be read here; pip install "threadline[testing]"'
_MARKS = re.compile(r"^(?:test_cases|conversations?):", re.MULTILINE)
"""What a line of a YAML file in a folder begins with if it is a script."""
_STORIES = re.compile(r"^stories:", re.MULTILINE)
"""The same of Rasa's test stories, whose files are named ``test_`` something; others train it."""
_SPOKEN = re.compile(r"^\w[\w-]* on [\w-]+\s*(?::|taps )", re.MULTILINE)
"""The same of a text file."""


def load_scripts(paths: Sequence[Path]) -> list[Script]:
    """Read files, and the scripts in folders; raises ConfigError with every problem."""
    problems: list[str] = []
    scripts: list[Script] = []
    for path in paths:
        if not path.exists():
            problems.append(f"{path}: there is no such file or folder; name one with scripts")
        for found in _files(path):
            for one in read_file(found):
                if isinstance(one, Problem):
                    problems.append(str(one))
                else:
                    scripts.append(one)
    if problems:
        raise ConfigError(*problems)
    return scripts


def read_file(path: Path) -> Sequence[Script] | Sequence[Problem]:
    """Read one file, by its suffix; raises ConfigError where the reader of YAML is missing."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        return [Problem(source=str(path), line=1, text=f"cannot be read: {reason}")]
    if path.suffix not in YAML:
        read = parse_script(text, str(path))
        return read if isinstance(read, list) else [read]
    try:
        from bot.testing.scripts.documents import parse_documents  # noqa: PLC0415 - PyYAML is an extra's
        from bot.testing.scripts.stories import responses_near  # noqa: PLC0415 - the same
    except ImportError as error:
        raise ConfigError(f"{path}: {MISSING}") from error
    return parse_documents(text, str(path), responses_near(path))


def _files(path: Path) -> Iterator[Path]:
    """List a folder's scripts; a file that is named is taken as it is."""
    if not path.is_dir():
        yield from [path] if path.exists() else []
        return
    for found in sorted(path.rglob("*")):
        if found.is_file() and found.suffix in {PLAIN, *YAML} and _is_script(found):
            yield found


def _is_script(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    if path.suffix != PLAIN and path.name.startswith("test_") and _STORIES.search(text):
        return True
    mark = _SPOKEN if path.suffix == PLAIN else _MARKS
    return mark.search(text) is not None
