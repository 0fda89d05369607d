"""Reading the files that customers sent: through their connector, within limits."""

import asyncio
import stat
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.authoring.contents import is_really, mime_of
from bot.authoring.kinds import File, Image
from bot.authoring.shapes import MOST_FILE_BYTES, Shape
from bot.authoring.signatures import Parameter
from bot.dialog import filewords
from bot.dialog.bounds import content_flaw
from bot.dialog.phrases import ENGLISH, Phrases
from bot.errors import (
    BlobMissingError,
    ConnectorError,
    PermanentSendError,
    PluginError,
    StoreError,
    UserError,
)
from bot.ports.connectors import Connector, Fetching
from bot.runtime.filing import Filing, each

log = structlog.get_logger()
PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Files:
    """Reads files for one turn, each once; what a customer sent is kept when it is read.

    Only the core fetches: an address in a message is worth nothing to authors' code.
    """

    connectors: Mapping[str, Connector]
    filing: Filing | None = None
    patience: timedelta = PATIENCE
    phrases: Phrases = ENGLISH
    read_so_far: MutableMapping[tuple[str, str], bytes] = field(default_factory=dict)

    async def read(self, file: File) -> bytes:
        """See `File.read`."""
        data = await self._fetched(file, MOST_FILE_BYTES)
        if isinstance(file, Image) and not is_really(data, file.mime, ("image/*",)):
            raise UserError(
                filewords.wrong_content(self.phrases, file.name, mime_of(data), ("image/*",))
            )
        if self.filing is not None:
            await self.filing.try_to_keep(file, data)
        return data

    async def flaw(self, parameter: Parameter, value: Any) -> str | None:  # noqa: ANN401 - one file or a list
        """Look at the content of an answer: None, or why it cannot be taken."""
        shape: Shape = parameter.shape
        for file in each(value):
            try:
                data = await self._fetched(file, shape.max_bytes)
            except PermanentSendError as error:
                log.warning("file.refused", error=type(error).__name__)
                return filewords.gone(self.phrases, shape.max_bytes)
            except (ConnectorError, StoreError, TimeoutError) as error:
                log.warning("file.not_fetched", error=type(error).__name__)
                return self.phrases.of(filewords.NOT_READABLE)
            problem = content_flaw(shape, file, data, self.phrases)
            if problem is not None:
                return problem
        return None

    async def kept(self, value: Any) -> Any:  # noqa: ANN401 - one file or a list
        """Keep an answer whose content was looked at; gives the files that are the bot's own now.

        Raises StoreError where they cannot be kept.
        """
        if isinstance(value, list):
            return [await self.kept(one) for one in value]
        if self.filing is None:
            return value
        data = await self._fetched(value, MOST_FILE_BYTES)
        made = await self.filing.keep(value, data)
        if made.origin is not None:
            self.read_so_far[made.origin.connector, made.origin.attachment.ref] = data
        return made

    async def keep_each(self, files: Iterable[File], limit: int) -> None:
        """Keep files that nobody asked for: those of at most ``limit`` bytes that can be had."""
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                for file in files:
                    await self._keep_unread(file, limit)
        except TimeoutError:
            log.warning("file.not_kept", reason="it takes too long")

    async def _keep_unread(self, file: File, limit: int) -> None:
        try:
            data = await self._fetched(file, limit)
        except (ConnectorError, StoreError) as error:
            log.warning("file.not_kept", reason=type(error).__name__)
            return
        if self.filing is not None:
            await self.filing.try_to_keep(file, data)

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
        key = (origin.connector, origin.attachment.ref)
        data = self.read_so_far.get(key)
        if data is None and self.filing is not None:
            try:
                data = await self.filing.find(file, origin)
            except BlobMissingError as error:
                raise PermanentSendError("the file is no longer kept") from error
        if data is None:
            async with asyncio.timeout(self.patience.total_seconds()):
                connector = self._connector(origin.connector)
                data = await connector.fetch(origin.attachment, limit=limit)
        if len(data) > limit:
            raise PermanentSendError(f"a file is larger than {limit} bytes")
        self.read_so_far[key] = data
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
