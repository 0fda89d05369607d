"""The files of replies, put into the blob store before the turn that says them is committed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.authoring.contents import mime_of
from bot.authoring.kinds import KEPT, File, received
from bot.authoring.replies import Reply
from bot.errors import PluginError
from bot.model.attachments import UNKNOWN_MIME, attachment_of
from bot.ports.blobs import Blobs
from bot.runtime.files import Files

MAX_FILES = 10
"""Of one reply; web chat and Slack take as many in a message."""
MAX_BYTES = 16 * 1024 * 1024
"""Of one file: what WhatsApp takes of sounds and films (Meta, "Media", 2026)."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keeps the files of one turn's replies; raises PluginError for what cannot be sent."""

    blobs: Blobs
    files: Files

    async def kept(self, replies: Iterable[Reply]) -> tuple[Reply, ...]:
        """Give replies whose files are kept; putting the same again costs nothing."""
        return tuple([await self._reply(reply) for reply in replies])

    async def _reply(self, reply: Reply) -> Reply:
        if len(reply.files) > MAX_FILES:
            raise PluginError(f"a reply has {len(reply.files)} files; {MAX_FILES} can be sent")
        return replace(reply, files=tuple([await self._file(file) for file in reply.files]))

    async def _file(self, file: File) -> File:
        if file.origin is not None and file.origin.connector == KEPT:
            _check_size(file.name, file.size or 0)
            return file
        data = await self.files.read(file)
        if not data:
            raise PluginError(f"the file {file.name!r} is empty")
        _check_size(file.name, len(data))
        if file.origin is not None:
            kept: File = await self.files.kept(file)
            return kept
        mime = file.mime if file.mime != UNKNOWN_MIME else mime_of(data) or file.mime
        blob = await self.blobs.put(data)
        attachment = attachment_of(blob, mime=mime, name=file.name, size=len(data))
        return received(KEPT, attachment, kind=type(file))


def _check_size(name: str, size: int) -> None:
    if size > MAX_BYTES:
        raise PluginError(f"the file {name!r} has more than {MAX_BYTES} bytes")
