"""Files that customers sent: looked up with getFile, then fetched."""

import re
from typing import Any
from urllib.parse import urlencode

from bot import Attachment, PermanentSendError
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


def _check_size(size: object, limit: int) -> None:
    if isinstance(size, int) and size > limit:
        raise PermanentSendError(f"the file is larger than {limit} bytes")
