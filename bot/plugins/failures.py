"""One line out of whatever an author's module raises while it is imported."""

import traceback
from pathlib import Path

from bot.errors import PluginError


def told(error: BaseException, *, within: Path | None, beside: Path) -> str:
    """Tell where an import failed and why: ``plugins/hello.py:3: NameError: …``.

    Args:
        error: what the import raised.
        within: the folder of the author's code; the last frame in it is named.
        beside: the folder that paths are told relative to.
    """
    if isinstance(error, PluginError):  # it tells its place and the remedy itself
        return str(error).replace(f"{beside.resolve()}/", "").replace("\n", "; ")
    place = _place(error, within)
    reason = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())
    what = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
    return what if place is None else f"{short(place[0], beside)}:{place[1]}: {what}"


def short(path: Path, beside: Path) -> str:
    """Write a path relative to a folder where it is in it."""
    path = path.resolve()
    beside = beside.resolve()
    return str(path.relative_to(beside) if path.is_relative_to(beside) else path)


def _place(error: BaseException, within: Path | None) -> tuple[Path, int] | None:
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return Path(error.filename), error.lineno
    frames = [
        (Path(frame.filename), frame.lineno or 0)
        for frame in traceback.extract_tb(error.__traceback__)
        if not _is_machinery(Path(frame.filename))
    ]
    if within is not None:
        home = within.resolve()
        frames = [frame for frame in frames if frame[0].resolve().is_relative_to(home)]
    return frames[-1] if frames else None


def _is_machinery(file: Path) -> bool:
    """Tell whether a frame is Python's import or ours around it."""
    return (
        file.name.startswith("<")
        or "importlib" in file.parts
        or file.resolve().parent == Path(__file__).resolve().parent
    )
