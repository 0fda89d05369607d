"""What came with mails, in the bot's own keeping: a mail comes once, and its bytes with it."""

import re
from collections.abc import Mapping

from bot import (
    Attachment,
    BlobId,
    BlobMissingError,
    Line,
    PermanentSendError,
    StoreError,
    TransientSendError,
)

_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


async def keep(line: Line | None, files: Mapping[str, bytes]) -> None:
    """Keep files, which are named by their SHA-256; raises StoreError where that fails."""
    for data in files.values():
        if line is None:
            raise StoreError("an attachment came before there was anywhere to keep it")
        await line.keep(data)


async def fetch(line: Line | None, attachment: Attachment, *, limit: int) -> bytes:
    """See `bot.Fetching.fetch`."""
    if line is None or _NAME.fullmatch(attachment.ref) is None:
        raise PermanentSendError("the attachment is none of a mail's")
    try:
        data = await line.file(BlobId(attachment.ref))
    except BlobMissingError:
        raise PermanentSendError("the attachment is no longer there") from None
    except StoreError as error:
        raise TransientSendError(f"no attachment: {error}") from error
    if len(data) > limit:
        raise PermanentSendError(f"the file is larger than {limit} bytes")
    return data
