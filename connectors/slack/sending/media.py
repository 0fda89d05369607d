"""Files: those of persons fetched with the bot's token, the bot's own uploaded."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot import (
    Attachment,
    Body,
    FileHosts,
    InboundMessage,
    PermanentSendError,
    Received,
    Secret,
    SentFile,
    TransientSendError,
    download,
)
from connectors.slack.refusals import refusal_of
from connectors.slack.wire import text_at

FILE_HOSTS = frozenset({"files.slack.com", "files.slack-gov.com"})
"""Where url_private leads (Slack: Working with files; GovSlack)."""

DOWNLOAD_TIMEOUT = timedelta(seconds=60)

_UPLOAD_PATIENCE = ClientTimeout(total=40, connect=5)
_PATIENCE = ClientTimeout(connect=5, sock_read=15)
_FILE_ID = re.compile(r"F[A-Z0-9]{2,40}", re.ASCII)

_MARK = "#"
"""Between a reference and its workspace: no server is sent what follows it (RFC 3986, 3.5)."""

Calling = Callable[[str, dict[str, Any]], Awaitable[Body]]


class Media:
    """Fetches with one app's token.

    To a token without the scope ``files:read`` Slack shows its sign-in page, by a redirect to a
    host that is none of `FILE_HOSTS`: that is refused like any other.
    """

    def __init__(self, http: ClientSession, *, api_url: str, token: Secret, call: Calling) -> None:
        self._http = http
        self._hosts = FileHosts(api_url=api_url, hosts=FILE_HOSTS)
        self._token = token
        self._call = call

    async def upload(self, file: SentFile) -> str:
        """Bring the bytes of a file to Slack; gives its id, which nobody sees before it is shared.

        The app needs the scope ``files:write``.
        """
        wanted = {"filename": file.name, "length": str(file.size)}
        begun = await self._call("files.getUploadURLExternal", wanted)
        url, file_id = text_at(begun, "upload_url"), text_at(begun, "file_id")
        if not self._hosts.keep(url) or not file_id:
            raise PermanentSendError("the address for the upload is not Slack's")
        call = self._http.post(
            url, data=BytesIO(file.data), timeout=_UPLOAD_PATIENCE, allow_redirects=False
        )
        try:
            async with call as answer:
                if answer.status != 200:
                    raise refusal_of(answer.status, "", answer.headers)
        except (ClientError, TimeoutError) as error:
            raise TransientSendError(f"no upload to Slack: {type(error).__name__}") from error
        return file_id

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.Fetching.fetch`."""
        if (attachment.size or 0) > limit:
            raise PermanentSendError(f"the file is larger than {limit} bytes")
        url = attachment.ref
        if _FILE_ID.fullmatch(url):
            told = await self._call("files.info", {"file": url})
            url = text_at(told, "file", "url_private")
        headers = {
            "Authorization": f"Bearer {self._token.reveal()}",
            "Accept-Encoding": "identity",
        }
        try:
            return await download(
                lambda found: self._http.get(
                    found, headers=headers, allow_redirects=False, timeout=_PATIENCE
                ),
                url,
                hosts=self._hosts,
                limit=limit,
                within=DOWNLOAD_TIMEOUT,
            )
        except ClientError as error:
            raise TransientSendError(f"no file of Slack's: {type(error).__name__}") from error


def marked(received: Received) -> Received:
    """Note with each file which workspace it is of: its reference alone must find a token later."""
    messages = tuple(_marked(message) for message in received.messages)
    return replace(received, messages=messages)


def unmarked(attachment: Attachment) -> tuple[str, Attachment]:
    """Take the workspace off a file's reference; "" where there is none."""
    ref, _, workspace = attachment.ref.partition(_MARK)
    return workspace, replace(attachment, ref=ref)


def _marked(message: InboundMessage) -> InboundMessage:
    workspace = message.sender.account.partition("/")[2]
    files = [
        replace(file, ref=f"{file.ref.partition(_MARK)[0]}{_MARK}{workspace}")
        for file in message.attachments
    ]
    return replace(message, attachments=tuple(files))
