"""One owner for an SQLite database: a file lock that dies with its process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ConfigError


@contextmanager
def owned(database: Path | None) -> Iterator[None]:
    """Own a database file while the context lasts; nothing to own where there is none.

    Raises:
        ConfigError: another process owns it; its process id is named.
    """
    if database is None:
        yield
        return
    path = database.with_name(f"{database.name}.lock-owner")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        remedy = "make its folder writable" if path.parent.is_dir() else "create its folder"
        raise ConfigError(
            f"state.url: {path} cannot be written ({error.strerror}); {remedy}"
        ) from error
    try:
        _lock(descriptor, database)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, database: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        pid = os.read(descriptor, 32).decode().strip() or "unknown"
        raise ConfigError(
            f"state.url: {database} belongs to the running bot with process id {pid}; stop that "
            "one, or give this one a database of its own"
        ) from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
