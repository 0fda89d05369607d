"""Slack's HTTP side: tokens, forms and JSON, faults, response URLs."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from bot import Body, Faults
from connectors.slack.emulator.app import App
from connectors.slack.emulator.files import FOLDER, Files
from connectors.slack.emulator.methods import ApiError, Methods
from connectors.slack.emulator.passes import Passes, ResponseUrl
from connectors.slack.emulator.teams import Teams
from connectors.slack.emulator.uploads import FOLDER as UPLOADS
from connectors.slack.emulator.uploads import Uploads
from connectors.slack.emulator.workspace import Json, Workspace

RETRY_AFTER_SECONDS = 1
_POSTS = ("chat.postMessage", "chat.postEphemeral", "chat.update", "files.completeUploadExternal")


class Api:
    """Answers what a client of Slack's asks."""

    def __init__(
        self,
        workspace: Workspace,
        passes: Passes,
        methods: Methods,
        *,
        files: Files,
        uploads: Uploads,
        app: App,
        teams: Teams,
    ) -> None:
        self._files = files
        self._uploads = uploads
        self.faults = Faults()
        self._workspace = workspace
        self._passes = passes
        self._methods = methods
        self._app = app
        self._teams = teams

    async def handle(self, request: web.Request, path: str) -> web.StreamResponse:
        """Answer a method below ``api/``, a response URL, or the address of a file."""
        fault = self._fault()
        if fault is not None:
            return fault
        if path.startswith(UPLOADS):
            return await self._uploads.take(request, path)
        if path.startswith(FOLDER):
            return self._files.answer(path, is_allowed=self._is_let_in(request))
        if not path.startswith("api/"):
            return await self._respond(request, path)
        method = path.removeprefix("api/")
        try:
            given = await _parameters(request)
            answer = await self._call(method, given, _bearer(request))
        except ApiError as error:
            return web.json_response(error.answer)
        self._drop(request, is_post=method in _POSTS)
        return web.json_response(answer)

    async def _call(self, method: str, given: Body, bearer: str) -> Json:
        workspace = self._app.check(method, bearer or str(given.get("token", "")))
        shown = {key: value for key, value in given.items() if key != "token"}
        if workspace and not self._teams.is_reached(workspace, shown):
            raise ApiError("channel_not_found" if "channel" in shown else "user_not_found")
        answer = await self._methods.call(method, shown)
        if method == "auth.test":
            is_organisation = workspace.startswith("E")
            answer |= {"enterprise_id" if is_organisation else "team_id": workspace}
            answer |= {"is_enterprise_install": is_organisation}
        return answer

    def _is_let_in(self, request: web.Request) -> bool:
        return self._app.workspace_of(_bearer(request)) is not None

    async def _respond(self, request: web.Request, path: str) -> web.StreamResponse:
        """Take a message by a response URL, which is its own proof."""
        if request.method != "POST":
            return web.Response(status=404, text="not_found")
        taken = self._passes.use_url(path)
        if isinstance(taken, str):
            return web.Response(status=404, text=taken)
        try:
            await self._show(await _parameters(request), taken)
        except ApiError as error:
            return web.Response(status=400, text=str(error))
        self._drop(request, is_post=True)
        return web.Response(text="ok")

    async def _show(self, given: Body, url: ResponseUrl) -> None:
        old = self._workspace.find(url.channel, url.message) if url.message else None
        if given.get("delete_original") and old is not None:
            await self._workspace.remove(old)
            return
        visible_to = None if given.get("response_type") == "in_channel" else url.person
        replaces = url.message if given.get("replace_original") else None
        await self._methods.show(
            given, channel=url.channel, visible_to=visible_to, replaces=replaces
        )

    def _fault(self) -> web.Response | None:
        if self.faults.fail > 0:
            self.faults = replace(self.faults, fail=self.faults.fail - 1)
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        if self.faults.throttle > 0:
            self.faults = replace(self.faults, throttle=self.faults.throttle - 1)
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            refusal = {"ok": False, "error": "ratelimited"}
            return web.json_response(refusal, status=429, headers=headers)
        return None

    def _drop(self, request: web.Request, *, is_post: bool) -> None:
        """Cut the connection where an answer would be due, if a fault wants that."""
        if is_post and self.faults.drop > 0:
            self.faults = replace(self.faults, drop=self.faults.drop - 1)
            if request.transport is not None:
                request.transport.close()


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _basic(request: web.Request) -> Mapping[str, str]:
    """Read how ``oauth.v2.access`` may be told of the app, instead of by its parameters."""
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(told, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


async def _parameters(request: web.Request) -> Json:
    """Read what a method was given: by query, form or JSON; forms hold JSON as text."""
    given: Json = {**request.query, **_basic(request)}
    if request.content_type == "application/json":
        given |= _json_of(await request.text())
    else:
        form = await request.post()
        given |= {key: value for key, value in form.items() if isinstance(value, str)}
    for key in ("blocks", "view", "attachments", "metadata", "files"):
        if isinstance(given.get(key), str):
            given[key] = _value_of(given[key], "invalid_blocks_format")
    return given


def _json_of(text: str) -> Json:
    value = _value_of(text or "{}", "invalid_json")
    if not isinstance(value, Mapping):
        raise ApiError("json_not_object")
    return dict(value)


def _value_of(text: str, refusal: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ApiError(refusal) from error
