"""Meta's Graph API: the only place that has the access token and a connection."""

import hashlib
import json
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from urllib.parse import quote

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, FormData

from bot import (
    Attachment,
    Body,
    FileHosts,
    PermanentSendError,
    Secret,
    SentFile,
    TransientSendError,
    download,
)
from connectors.whatsapp.answers import read_file_address, read_media_id, read_refusal
from connectors.whatsapp.contents import split_ref
from connectors.whatsapp.kinds import upload_type

TIMEOUT = ClientTimeout(total=20, connect=5)
DOWNLOAD_TIMEOUT = timedelta(seconds=60)
"""A document has up to 100 MB at Meta; what a bot wants of it is less."""

_UPLOAD_PATIENCE = ClientTimeout(total=40, connect=5)
_PATIENCE = ClientTimeout(connect=5, sock_read=15)
_MAX_ANSWER_BYTES = 64 * 1024


class Graph:
    """Calls for the numbers of one table; raises TransientSendError or PermanentSendError."""

    def __init__(self, http: ClientSession, token: Secret, hosts: FileHosts) -> None:
        self._http = http
        self._token = token
        self._hosts = hosts
        self._root = hosts.api_url.rstrip("/")

    async def post(self, number: str, edge: str, body: Body, *, what: str = "message") -> bytes:
        """Post JSON to an edge of a number, "" being the number itself, and give the answer."""
        return await self._call("POST", _path(number, edge), what, data=json.dumps(body))

    async def upload(self, number: str, file: SentFile) -> str:
        """Bring a file to Meta, where it is kept for 30 days; gives its id.

        A message that is tried again brings it again: the id is not kept.
        """
        form = FormData(quote_fields=False)
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", upload_type(file))
        form.add_field(
            "file", BytesIO(file.data), filename=file.name, content_type=upload_type(file)
        )
        return read_media_id(await self._call("POST", _path(number, "media"), "file", data=form))

    async def fetch(self, attachment: Attachment, *, number: str | None, limit: int) -> bytes:
        """Look a file up by its id, and fetch it from where Meta says that it is.

        The address lives for five minutes, so it is asked for each time.
        """
        ref = split_ref(attachment.ref)
        if ref is None:
            raise PermanentSendError("the attachment is not one of WhatsApp's")
        digest, media_id = ref
        query = f"?phone_number_id={quote(number, safe='')}" if number else ""
        answer = await self._call("GET", f"{media_id}{query}", "file")
        url, size = read_file_address(answer)
        if (size or attachment.size or 0) > limit:
            raise PermanentSendError(f"the file is larger than {limit} bytes")
        data = await self._download(url, limit)
        if digest and hashlib.sha256(data).hexdigest() != digest:
            raise PermanentSendError("the file is not the one that was sent: its hash differs")
        return data

    async def _download(self, url: str, limit: int) -> bytes:
        headers = {**self._headers(), "Accept-Encoding": "identity"}
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
            raise TransientSendError("no connection to WhatsApp's files") from error

    async def _call(
        self, method: str, path: str, what: str, *, data: str | FormData | None = None
    ) -> bytes:
        is_form = isinstance(data, FormData)  # aiohttp tells its content type, with the boundary
        headers = self._headers() | ({} if is_form else {"Content-Type": "application/json"})
        call = self._http.request(
            method,
            f"{self._root}/{path}",
            data=data,
            headers=headers,
            allow_redirects=False,
            timeout=_UPLOAD_PATIENCE if is_form else self._http.timeout,
        )
        try:
            async with call as response:
                status, answer = response.status, await _read(response)
                retry_after = response.headers.get("Retry-After", "")
        except TimeoutError as error:
            raise TransientSendError("WhatsApp did not answer in time") from error
        except ClientError as error:
            raise TransientSendError("no connection to WhatsApp") from error
        if status != HTTPStatus.OK:
            raise read_refusal(status, answer, retry_after, what=what)
        return answer

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token.reveal()}"}


def _path(number: str, edge: str) -> str:
    return "/".join(filter(None, [quote(number, safe=""), edge]))


async def _read(response: ClientResponse) -> bytes:
    """Read an answer up to a limit; what is cut off cannot be parsed and counts as no answer."""
    answer = bytearray()
    async for chunk in response.content.iter_any():
        answer += chunk
        if len(answer) > _MAX_ANSWER_BYTES:
            response.close()
            break
    return bytes(answer)
