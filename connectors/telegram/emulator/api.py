"""The Bot API over HTTP: token, faults, envelope."""

import hmac
import re
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from connectors.telegram.emulator.account import AccountMethods
from connectors.telegram.emulator.faults import FaultBox
from connectors.telegram.emulator.files import Files
from connectors.telegram.emulator.messages import MessageMethods
from connectors.telegram.emulator.parameters import Parameters, parse_object, read_parameters
from connectors.telegram.emulator.refusals import ApiError, slow_down
from connectors.telegram.emulator.uploads import UploadMethods

THROTTLED_SECONDS = 1
"""What a throttled call is told to wait: the shortest that the Bot API can say."""

KEPT_CALLS = 10_000

NOT_IN_ANSWERS = ("get", "setwebhook", "deletewebhook", "close", "logout")
"""Methods that the answer to a webhook cannot call (tdlib/telegram-bot-api, WebhookActor.cpp)."""

SENDING = frozenset({"sendmessage", "sendphoto", "senddocument"})

_PATH = re.compile(r"bot(?P<token>[0-9]+:[^/]*)/(?:test/)?(?P<method>[A-Za-z_]+)/?", re.ASCII)

_FILE = re.compile(r"file/bot(?P<token>[0-9]+:[^/]*)/(?P<path>.+)", re.ASCII)


class BotApi:
    """Answers calls of one bot."""

    def __init__(
        self,
        *,
        token: str,
        faults: FaultBox,
        messages: MessageMethods,
        account: AccountMethods,
        uploads: UploadMethods,
        files: Files,
    ) -> None:
        self._files = files
        self.calls: deque[tuple[str, Parameters]] = deque(maxlen=KEPT_CALLS)
        self._token = token
        self._faults = faults
        self._methods = {**messages.methods(), **account.methods(), **uploads.methods()}
        self._get_updates: Callable[[Parameters], Awaitable[Any]] = account.get_updates

    async def handle(self, request: web.Request, path: str) -> web.Response:
        """Answer an HTTP request; ``path`` is ``bot<token>/<method>`` or ``file/bot<token>/…``."""
        try:
            if path.startswith("file/"):
                return self._file(path)
            method = self._checked(path)
            parameters = await read_parameters(request)
            if method == "getupdates":
                return _answer(await self._get_updates(parameters))
            self._break()
            result = self._call(method, parameters)
        except ApiError as error:
            return _refusal(error)
        if method in SENDING and self._faults.use_drop() and request.transport is not None:
            request.transport.abort()
        return _answer(result)

    def call_back(self, body: bytes) -> None:
        """Make the call that the answer to a webhook carries; nobody hears of its result."""
        try:
            given = parse_object(body)
            method = str(given.pop("method", "")).lower()
            if method and not method.startswith(NOT_IN_ANSWERS):
                self._call(method, Parameters(given))
        except ApiError:
            return

    def _call(self, method: str, parameters: Parameters) -> object:
        if method not in self._methods:
            raise ApiError(404, "Not Found: method not found")
        self.calls.append((method, parameters))
        return self._methods[method](parameters)

    def _file(self, path: str) -> web.Response:
        """Give the bytes of a file, which Telegram's server always calls an octet stream."""
        self._break()
        match = _FILE.fullmatch(path)
        is_ours = match is not None and self._is_token(match["token"])
        data = self._files.find(match["path"]) if match is not None and is_ours else None
        if data is None:
            raise ApiError(404, "Not Found")
        return web.Response(body=data, content_type="application/octet-stream")

    def _checked(self, path: str) -> str:
        """Check the token and give the method's name in lower case."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise ApiError(404, "Not Found")
        if not self._is_token(match["token"]):
            raise ApiError(401, "Unauthorized")
        return match["method"].lower()

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())

    def _break(self) -> None:
        if self._faults.use_fail():
            raise ApiError(500, "Internal Server Error")
        if self._faults.use_throttle():
            raise slow_down(THROTTLED_SECONDS)


def _answer(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refusal(error: ApiError) -> web.Response:
    headers = {}
    if error.code == HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = str(error.parameters["retry_after"])
    return web.json_response(error.envelope(), status=error.code, headers=headers)
