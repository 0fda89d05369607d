"""Files: those of customers looked up with getFile, then fetched; the bot's own uploaded."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from telegram import Bot, Message
from telegram.error import BadRequest

from bot import Attachment, PermanentSendError, SentFile
from connectors.telegram.render import is_photo
from connectors.telegram.request import AiohttpRequest

_PATH = re.compile(r"(?!.*(?:^|/)\.{0,2}(?:/|$))[^\\?#%\0-\x1f]{1,512}")
"""A path below the bot's files: not one of the server's own, and none that climbs out."""


async def fetch(request: AiohttpRequest, attachment: Attachment, *, limit: int) -> bytes:
    """See `bot.Fetching.fetch`; raises TelegramError where getFile is refused."""
    _check_size(attachment.size, limit)
    told: Any = await request.post(f"/getFile?{urlencode({'file_id': attachment.ref})}")
    file = told if isinstance(told, dict) else {}
    _check_size(file.get("file_size"), limit)
    path = file.get("file_path")
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        raise PermanentSendError("Telegram has no such file for bots")
    return await request.download(path, limit=limit)


async def post_file(bot: Bot, file: SentFile, caption: str, around: Mapping[str, Any]) -> Message:
    """Upload a file with its caption; ``around`` is what every call that sends is given.

    Telegram refuses pictures that are long and thin, or none at all: these go as documents.
    """
    named = {**around, "filename": file.name, "caption": caption or None}
    if is_photo(file):
        with suppress(BadRequest):  # whatever else it was is refused again
            return await bot.send_photo(photo=file.data, **named)
    return await bot.send_document(document=file.data, **named)


def _check_size(size: object, limit: int) -> None:
    if isinstance(size, int) and size > limit:
        raise PermanentSendError(f"the file is larger than {limit} bytes")
