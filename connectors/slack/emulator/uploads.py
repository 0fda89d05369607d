"""Files of the app: an address is asked for, bytes are posted there, then they are shared."""

import mimetypes
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot import Body
from connectors.slack.emulator.files import Files
from connectors.slack.emulator.methods import ApiError
from connectors.slack.emulator.workspace import BOT_USER, Json, Message, Workspace

FOLDER = "upload/"
MAX_BYTES = 1024**3
"""Of one file (Slack, "Add files to Slack")."""


@dataclass(slots=True, kw_only=True)
class _Upload:
    id: str
    name: str
    length: int
    data: bytes = b""


class Uploads:
    """Takes files from the app; ``posted`` is told of the messages that bring them."""

    def __init__(
        self,
        workspace: Workspace,
        files: Files,
        base_url: str,
        *,
        posted: Callable[[Message], None],
    ) -> None:
        self._workspace = workspace
        self._files = files
        self._base_url = base_url
        self._posted = posted
        self._begun: dict[str, _Upload] = {}

    def methods(self) -> Mapping[str, Callable[[Body], Awaitable[Json]]]:
        """List the methods by name."""
        return {
            "files.getUploadURLExternal": self._begin,
            "files.completeUploadExternal": self._complete,
        }

    async def take(self, request: web.Request, path: str) -> web.Response:
        """Take the bytes at an address; each works once and needs no token."""
        upload = next((u for u in self._begun.values() if path == f"{FOLDER}{u.id}"), None)
        if upload is None or upload.data or request.method != "POST":
            return web.Response(status=404)
        data = await request.read()
        if len(data) != upload.length:
            return web.Response(status=400, text="length mismatch")
        upload.data = data
        return web.Response(text=f"OK - {len(data)}")

    async def _begin(self, given: Body) -> Json:
        name, length = str(given.get("filename", "")), str(given.get("length", ""))
        if not name or not length.isdecimal() or not 0 < int(length) <= MAX_BYTES:
            raise ApiError("invalid_arguments")
        upload = _Upload(
            id=f"F{secrets.token_hex(5).upper()}{secrets.token_hex(12)}",
            name=name,
            length=int(length),
        )
        file_id = upload.id[:11]
        self._begun[file_id] = upload
        return {"upload_url": f"{self._base_url}/{FOLDER}{upload.id}", "file_id": file_id}

    async def _complete(self, given: Body) -> Json:
        listed = given.get("files")
        if not isinstance(listed, list) or not listed:
            raise ApiError("invalid_arguments")
        channel = self._workspace.find_channel(str(given.get("channel_id", "")))
        if channel is None:
            raise ApiError("channel_not_found")
        files = [self._completed(str(one.get("id", ""))) for one in listed]
        await self._share(channel, files, given)
        return {"files": [{"id": file["id"], "title": file["title"]} for file in files]}

    def _completed(self, file_id: str) -> Body:
        upload = self._begun.pop(file_id, None)
        if upload is None or not upload.data:
            raise ApiError("file_not_found")
        mime = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        now = self._workspace.now()
        return self._files.keep(upload.data, name=upload.name, mime=mime, owner=BOT_USER, at=now)

    async def _share(self, channel: str, files: Sequence[Body], given: Body) -> None:
        thread = given.get("thread_ts")
        message = Message(
            ts=self._workspace.stamp(),
            channel=channel,
            user=BOT_USER,
            text=str(given.get("initial_comment") or ""),
            files=tuple(files),
            thread_ts=str(thread) if thread else None,
            raw=given,
        )
        await self._workspace.add(message)
        self._posted(message)
