"""Files of customers in the bot's own keeping: each once, whatever their platform does."""

import hashlib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from bot.authoring.contents import true_mime
from bot.authoring.kinds import KEPT, File, Origin, received
from bot.errors import BlobMissingError, StoreError
from bot.model.attachments import attachment_of
from bot.model.ids import BlobId, ConnectorName
from bot.model.messages import InboundMessage, SentFile
from bot.ports.blobs import Blobs
from bot.ports.lines import Shelf
from bot.ports.records import Snapshot
from bot.ports.stores import Store

log = structlog.get_logger()
SHELF = ConnectorName(":files")
"""Where it stands which file is kept as what; no connector can be called so."""


@dataclass(frozen=True, slots=True)
class Filing:
    """Keeps what the files of one turn hold.

    ``filed`` are those that are kept by now, by where they came from.
    """

    blobs: Blobs
    shelf: Shelf
    filed: MutableMapping[Origin, File] = field(default_factory=dict)

    async def find(self, file: File, origin: Origin) -> bytes | None:
        """Read what is kept of a file; None where that is nothing, or damaged.

        Raises StoreError where it cannot be read now.
        """
        if origin.connector == KEPT:
            return await self.blobs.get(BlobId(origin.attachment.ref))
        row = await self.shelf.get(_key(origin))
        if row is None:
            return None
        try:
            data = await self.blobs.get(BlobId(str(row["blob"])))
        except BlobMissingError as error:
            log.error("file.missing", reason=str(error))  # noqa: TRY400 - the reason is enough
            return None
        self.filed[origin] = _filed(file, BlobId(str(row["blob"])), data)
        return data

    async def keep(self, file: File, data: bytes) -> File:
        """Keep a file's bytes; gives the file that is read from there. Raises StoreError."""
        origin = file.origin
        if origin is None or origin.connector == KEPT:
            return file
        if origin not in self.filed:
            blob = await self.blobs.put(data)
            await self.shelf.put(_key(origin), {"blob": blob})
            self.filed[origin] = _filed(file, blob, data)
        kept = self.filed[origin].origin
        return file if kept is None else received(KEPT, kept.attachment, kind=type(file))

    async def try_to_keep(self, file: File, data: bytes) -> None:
        """Keep a file that was read; where that fails, the platform's copy is still there."""
        try:
            await self.keep(file, data)
        except StoreError as error:
            log.warning("file.not_kept", reason=str(error))


def filing_of(store: Store, blobs: Blobs, filed: MutableMapping[Origin, File]) -> Filing:
    """Make what keeps the files of a turn."""
    return Filing(blobs, store.upkeep.shelf(SHELF), filed)


def origins_of(snapshot: Snapshot) -> list[Origin]:
    """List where the files of the message are that a turn answers."""
    event = snapshot.entry.event
    if not isinstance(event, InboundMessage):
        return []
    return [Origin(event.sender.connector, one) for one in event.attachments]


def filed_of(snapshot: Snapshot, filed: Mapping[Origin, File]) -> list[SentFile]:
    """List which files of that message are kept by now, as the log tells of them."""
    found = (filed.get(origin) for origin in origins_of(snapshot))
    return [sent_file(file) for file in found if file is not None]


def sent_file(file: File) -> SentFile:
    """Describe a kept file as a message brings it."""
    if file.origin is None or file.origin.connector != KEPT:
        raise RuntimeError(f"the file {file.name!r} was not kept before it was said")
    return SentFile(
        blob=BlobId(file.origin.attachment.ref), name=file.name, mime=file.mime, size=file.size or 0
    )


def each(value: Any) -> list[File]:  # noqa: ANN401 - one file or a list
    """List the files that are an answer."""
    return value if isinstance(value, list) else [value]


def _filed(file: File, blob: BlobId, data: bytes) -> File:
    mime = true_mime(data, file.mime)
    attachment = attachment_of(blob, mime=mime, name=file.name, size=len(data))
    told = file.origin.attachment if file.origin is not None else attachment
    sized = replace(attachment, width=told.width, height=told.height)
    return received(KEPT, sized, kind=type(file))


def _key(origin: Origin) -> str:
    ref = hashlib.sha256(origin.attachment.ref.encode()).hexdigest()
    return f"{origin.connector}:{ref}"
