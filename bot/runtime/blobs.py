"""Files in a folder on this machine, or one that all of the bot's machines share."""

import asyncio
import hashlib
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BlobMissingError, StoreError
from bot.model.ids import BlobId

PATIENCE = 20.0  # seconds; a disk that takes longer is a share that is gone
_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FolderBlobs:
    """See `bot.ports.blobs.Blobs`; ``folder`` is made once something is to be kept."""

    folder: Path

    async def put(self, data: bytes) -> BlobId:
        """See `bot.ports.blobs.Blobs.put`: written aside, then renamed."""
        blob = BlobId(hashlib.sha256(data).hexdigest())
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.to_thread(_write, self._path(blob), data)
        except (OSError, TimeoutError) as error:
            raise StoreError(f"a file cannot be kept: {type(error).__name__}") from error
        return blob

    async def get(self, blob: BlobId) -> bytes:
        """See `bot.ports.blobs.Blobs.get`."""
        if _NAME.fullmatch(blob) is None:
            raise BlobMissingError("there is no such file")
        try:
            async with asyncio.timeout(PATIENCE):
                data = await asyncio.to_thread(self._path(blob).read_bytes)
        except FileNotFoundError:
            raise BlobMissingError("a file is no longer in the folder of blobs") from None
        except (OSError, TimeoutError) as error:
            raise StoreError(f"a file cannot be read: {type(error).__name__}") from error
        if hashlib.sha256(data).hexdigest() != blob:
            raise BlobMissingError("a file in the folder of blobs is damaged")
        return data

    def _path(self, blob: BlobId) -> Path:
        return self.folder / blob[:2] / blob  # no folder with too many entries


def _write(path: Path, data: bytes) -> None:
    if _holds(path, data):
        return
    for folder in (path.parent.parent, path.parent):  # parents=True would let others look in
        folder.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    _settle(path.parent)


def _holds(path: Path, data: bytes) -> bool:
    """Tell whether it is there, whole: what is damaged is written anew."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def _settle(folder: Path) -> None:
    """Make the new name durable, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
