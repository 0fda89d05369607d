"""Files of persons and of the app: what Slack tells of them, and their bytes."""

import mimetypes
import re
import secrets
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from bot import Body, SeenFile
from connectors.slack.emulator.workspace import TEAM, TEAM_DOMAIN, Json

FOLDER = "files-pri/"
_UNSAFE = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as Slack keeps it."""

    id: str
    name: str
    mime: str
    data: bytes
    owner: str
    created: int

    @property
    def path(self) -> str:
        """The path of its bytes; Slack writes names there in small letters."""
        return f"{FOLDER}{TEAM}-{self.id}/{_UNSAFE.sub('_', self.name.lower())}"

    def told(self, base_url: str) -> Json:
        """Write the file object of Slack's methods and events."""
        ending = (mimetypes.guess_extension(self.mime) or ".bin").removeprefix(".")
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.name,
            "mimetype": self.mime,
            "filetype": ending,
            "pretty_type": ending.upper(),
            "user": self.owner,
            "user_team": TEAM,
            "editable": False,
            "size": len(self.data),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{base_url}/{self.path}",
            "url_private_download": f"{base_url}/{self.path}",
            "permalink": f"https://{TEAM_DOMAIN}.slack.com/files/{self.owner}/{self.id}/file",
            "has_rich_preview": False,
            "file_access": "visible",
        }


class Files:
    """All files of the workspace."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._kept: dict[str, File] = {}

    def keep(self, data: bytes, *, name: str, mime: str, owner: str, at: float) -> Body:
        """Keep what a person uploads; gives the file object.

        Raises:
            ValueError: the app uploads no such file.
        """
        if not data or not name:
            raise ValueError("Slack's app uploads no empty file and none without a name")
        file_id = f"F{secrets.token_hex(5).upper()}"
        file = File(id=file_id, name=name, mime=mime, data=data, owner=owner, created=int(at))
        self._kept[file_id] = file
        return file.told(self._base_url)

    def find(self, file_id: str) -> Body | None:
        """Find the file object of an id."""
        file = self._kept.get(file_id)
        return file.told(self._base_url) if file is not None else None

    def seen(self, file_id: str) -> SeenFile:
        """Give what stands on a screen for an id."""
        file = self._kept[file_id]
        return SeenFile(name=file.name, mime=file.mime, data=file.data)

    def answer(self, path: str, *, is_allowed: bool) -> web.Response:
        """Give the bytes behind an address; to strangers, the way to the sign-in page."""
        if not is_allowed:
            sign_in = f"https://{TEAM_DOMAIN}.slack.com/?redir=%2F{path.replace('/', '%2F')}"
            return web.Response(status=HTTPStatus.FOUND, headers={"Location": sign_in})
        file = next((file for file in self._kept.values() if file.path == path), None)
        if file is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return web.Response(body=file.data, headers={"Content-Type": file.mime})
