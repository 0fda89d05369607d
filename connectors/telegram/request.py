"""The HTTP side of python-telegram-bot's `Bot`: one shared aiohttp session, no httpx.

The bot's token is part of every URL of the Bot API. It is put there here, at the last moment, so
that the library never holds it and cannot write it into a log or an error.
"""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, FormData
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from typing_extensions import override

from bot import FileHosts, Secret, TransientSendError, download

MAX_ANSWER_BYTES = 4 * 1024 * 1024
"""An answer to sendMessage is a few KiB, one to getUpdates can hold fifty messages."""

DOWNLOAD_TIMEOUT = timedelta(seconds=60)
"""A bot is given files of up to 20 MB (Bot API, getFile)."""

UPLOAD_TIMEOUT = ClientTimeout(total=45, connect=5)
"""Less than the runtime has for a message with files."""

TOLD_BY_TELEGRAM = frozenset({400, 401, 403, 404, 409})
"""Refusals that count only with the Bot API's own JSON; a proxy says 404, too."""


class SlowDownError(TelegramError):
    """HTTP 429. PTB's RetryAfter warns of its own deprecation whenever it is made."""

    def __init__(self, pause: timedelta | None) -> None:
        super().__init__("Too Many Requests")
        self.pause = pause


class AiohttpRequest(BaseRequest):
    """Calls the Bot API over a session that somebody else opens and closes."""

    __slots__ = ("_files", "_hosts", "_root", "_session")

    def __init__(self, session: ClientSession, api_url: str, token: Secret) -> None:
        self._session = session
        self._root = f"{api_url.rstrip('/')}/bot{token.reveal()}"
        self._files = f"{api_url.rstrip('/')}/file/bot{token.reveal()}"
        self._hosts = FileHosts(api_url=api_url)

    @property
    @override
    def read_timeout(self) -> float | None:
        """See `telegram.request.BaseRequest.read_timeout`."""
        return self._session.timeout.sock_read

    @override
    async def initialize(self) -> None:
        """Do nothing: the session is open."""

    @override
    async def shutdown(self) -> None:
        """Do nothing: who opened the session closes it."""

    @override
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """See `telegram.request.BaseRequest.do_request`.

        The timeouts are the session's, but for ``read_timeout``. Errors are raised ``from None``:
        those of aiohttp can hold the URL.
        """
        timeout = self._session.timeout
        body: dict[str, Any] = {"json": {} if request_data is None else request_data.parameters}
        if request_data is not None and request_data.contains_files:
            body = {"data": _form(request_data)}
            timeout = UPLOAD_TIMEOUT
        elif isinstance(read_timeout, int | float):
            timeout = ClientTimeout(total=None, connect=timeout.connect, sock_read=read_timeout)
        try:
            async with self._session.request(
                method,
                self._root + url,
                **body,
                allow_redirects=False,
                timeout=timeout,
            ) as response:
                return response.status, await _answer(response)
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (ClientError, OSError, ValueError) as error:
            raise NetworkError(type(error).__name__) from None

    async def download(self, path: str, *, limit: int) -> bytes:
        """Fetch a file by the path that getFile told; see `bot.Fetching.fetch`."""
        timeout = self._session.timeout
        patience = ClientTimeout(connect=timeout.connect, sock_read=timeout.sock_read)
        plain = {"Accept-Encoding": "identity"}
        try:
            return await download(
                lambda url: self._session.get(
                    url, headers=plain, allow_redirects=False, timeout=patience
                ),
                f"{self._files}/{quote(path)}",
                hosts=self._hosts,
                limit=limit,
                within=DOWNLOAD_TIMEOUT,
            )
        except ClientError as error:  # from None: it can hold the address, and so the token
            raise TransientSendError(f"no file of Telegram's: {type(error).__name__}") from None

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer; of a sent message only what `telegram.Message` cannot do without.

        A field that a newer Bot API changes must not make a message that was sent look failed.
        """
        answer = _parsed(payload)
        if answer is None:
            raise TelegramError("the answer is not the Bot API's JSON")
        result = answer.get("result")
        if isinstance(result, dict) and "message_id" in result:
            message_id = result["message_id"]
            answer["result"] = {
                "message_id": message_id if type(message_id) is int else 0,
                "date": 0,
                "chat": {"id": 0, "type": "private"},
            }
        return answer


def _form(request_data: RequestData) -> FormData:
    """Write arguments and files as a multipart form."""
    form = FormData(quote_fields=False)  # names as browsers write them, which is what is read there
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mime)
    return form


async def _answer(response: ClientResponse) -> bytes:
    """Read an answer, and sort out those that PTB would take for something else."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise NetworkError("the answer is too long")
    if response.status == 429:
        raise SlowDownError(_pause(_parsed(bytes(body))))
    if response.ok and _parsed(bytes(body)) is not None:
        return bytes(body)
    if response.status in TOLD_BY_TELEGRAM and _parsed(bytes(body)) is not None:
        return bytes(body)
    raise NetworkError(f"HTTP {response.status}")


def _parsed(payload: bytes) -> dict[str, Any] | None:
    """Read the Bot API's envelope; None where it is none."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    told = "result" in answer if answer.get("ok") is True else "description" in answer
    return answer if told else None


def _pause(answer: dict[str, Any] | None) -> timedelta | None:
    parameters = (answer or {}).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if type(seconds) is not int or not 0 < seconds < 10**6:
        return None
    return timedelta(seconds=seconds)
