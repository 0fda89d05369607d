"""Where the bytes of files are kept that the bot sends, and of those that it was sent and read."""

from typing import Protocol

from bot.model.ids import BlobId


class Blobs(Protocol):
    """Bytes by their own hash: the same bytes are kept once, and never change.

    Names and types belong to the messages that bring the files.
    """

    async def put(self, data: bytes) -> BlobId:
        """Keep bytes; they are durable when it returns. Raises StoreError where that fails."""
        ...

    async def get(self, blob: BlobId) -> bytes:
        """Give the bytes.

        Raises:
            BlobMissingError: they are not there, or no longer what was put.
            StoreError: they cannot be read now.
        """
        ...
