"""Reading the files that customers sent: through their connector, within limits."""

import asyncio
import stat
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.authoring.contents import ANY, is_really, mime_of
from bot.authoring.kinds import KEPT, File, Image, Origin, received
from bot.authoring.shapes import MOST_FILE_BYTES, Shape
from bot.authoring.signatures import Parameter
from bot.dialog import filewords
from bot.dialog.bounds import content_flaw
from bot.errors import ConnectorError, PermanentSendError, PluginError, UserError
from bot.model.ids import BlobId
from bot.ports.blobs import Blobs
from bot.ports.connectors import Connector, Fetching

log = structlog.get_logger()
PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Files:
    """Reads files for one turn, each once.

    Only the core fetches: an address in a message is worth nothing to authors' code.
    """

    connectors: Mapping[str, Connector]
    blobs: Blobs | None = None
    patience: timedelta = PATIENCE
    kept: MutableMapping[tuple[str, str], bytes] = field(default_factory=dict)

    async def read(self, file: File) -> bytes:
        """See `File.read`."""
        data = await self._fetched(file, MOST_FILE_BYTES)
        if isinstance(file, Image) and not is_really(data, file.mime, ("image/*",)):
            raise UserError(filewords.wrong_content(file.name, mime_of(data), ("image/*",)))
        return data

    async def flaw(self, parameter: Parameter, value: Any) -> str | None:  # noqa: ANN401 - one file or a list
        """Look at the content of an answer: None, or why it cannot be taken."""
        shape: Shape = parameter.shape
        for file in value if isinstance(value, list) else [value]:
            if ANY in shape.types and file.size is not None:
                continue  # its type is free, and its size is known
            try:
                data = await self._fetched(file, shape.max_bytes)
            except PermanentSendError as error:
                log.warning("file.refused", error=type(error).__name__)
                return filewords.gone(shape.max_bytes)
            except (ConnectorError, TimeoutError) as error:
                log.warning("file.not_fetched", error=type(error).__name__)
                return filewords.NOT_READABLE
            problem = content_flaw(shape, file, data)
            if problem is not None:
                return problem
        return None

    def measured(self, value: Any) -> Any:  # noqa: ANN401 - one file or a list
        """Tell the sizes of files that were read, where the platform had told none."""
        if isinstance(value, list):
            return [self.measured(one) for one in value]
        origin: Origin | None = value.origin
        data = self.kept.get((origin.connector, origin.attachment.ref)) if origin else None
        if origin is None or data is None or value.size is not None:
            return value
        known = replace(origin.attachment, size=len(data))
        return received(origin.connector, known, kind=type(value))

    def _connector(self, name: str) -> Fetching:
        found = self.connectors.get(name)  # None: no longer in bot.toml
        if found is not None and isinstance(found, Fetching):
            return found
        raise PermanentSendError(f"{name} cannot fetch files")

    async def _fetched(self, file: File, limit: int) -> bytes:
        origin = file.origin
        if file.path is not None and file.data is None:
            return await from_disk(file.path, limit, self.patience)
        if origin is None:
            return file.data or b""
        if origin.connector == KEPT and self.blobs is not None:
            return await self.blobs.get(BlobId(origin.attachment.ref))
        key = (origin.connector, origin.attachment.ref)
        if key in self.kept:
            return self.kept[key]
        connector = self._connector(origin.connector)
        async with asyncio.timeout(self.patience.total_seconds()):
            data = await connector.fetch(origin.attachment, limit=limit)
        if len(data) > limit:
            raise PermanentSendError(f"a file is larger than {limit} bytes")
        self.kept[key] = data
        return data


async def from_disk(path: Path, limit: int, patience: timedelta) -> bytes:
    """Read a file of the bot's own; raises PluginError where it is none or too large."""
    try:
        async with asyncio.timeout(patience.total_seconds()):
            data = await asyncio.to_thread(_read, path, limit)
    except OSError as error:
        raise PluginError(f"{path}: {error.strerror}; put the file there") from error
    if len(data) > limit:
        raise PluginError(f"{path}: is larger than {limit} bytes; send a smaller file")
    return data


def _read(path: Path, limit: int) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for, and a device has no end
        raise PluginError(f"{path}: is no file")
    with path.open("rb") as file:
        return file.read(limit + 1)
