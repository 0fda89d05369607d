"""Where attachments are kept: a mail comes once, and its bytes with it."""

import asyncio
import os
import re
import tempfile
from pathlib import Path

from bot import Attachment, PermanentSendError, StoreBusyError, TransientSendError

PATIENCE = 20.0  # seconds; a disk that takes longer is a share that is gone
_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


async def keep(folder: Path, files: dict[str, bytes]) -> None:
    """Keep files by their hash; durable when it returns. Raises StoreBusyError where it fails."""
    try:
        async with asyncio.timeout(PATIENCE):
            for name, data in files.items():
                await asyncio.to_thread(_write, folder / name, data)
    except (OSError, TimeoutError) as error:
        raise StoreBusyError(f"an attachment cannot be kept: {type(error).__name__}") from error


async def fetch(folder: Path, attachment: Attachment, *, limit: int) -> bytes:
    """See `bot.Fetching.fetch`."""
    if _NAME.fullmatch(attachment.ref) is None:
        raise PermanentSendError("the attachment is none of a mail's")
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(_read, folder / attachment.ref, limit)
    except FileNotFoundError:
        raise PermanentSendError("the attachment is no longer there") from None
    except (OSError, TimeoutError) as error:
        raise TransientSendError(f"no attachment: {type(error).__name__}") from error


def _read(path: Path, limit: int) -> bytes:
    if path.stat().st_size > limit:
        raise PermanentSendError(f"the file is larger than {limit} bytes")
    return path.read_bytes()


def _write(path: Path, data: bytes) -> None:
    if path.exists():  # renamed when it was whole
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
