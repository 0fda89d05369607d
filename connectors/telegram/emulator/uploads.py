"""Methods of the Bot API that send a file: sendPhoto and sendDocument."""

from collections.abc import Mapping

from bot import SeenFile, is_loopback, mime_of
from connectors.telegram.emulator.chats import Chats
from connectors.telegram.emulator.files import Files, picture_size
from connectors.telegram.emulator.messages import MessageMethods, Method, Result, caption_of
from connectors.telegram.emulator.parameters import Parameters, Upload
from connectors.telegram.emulator.refusals import ApiError, bad_request

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
"""All by the Bot API, sendPhoto and sendDocument."""


class UploadMethods:
    """Takes files from the bot and shows them."""

    def __init__(self, chats: Chats, files: Files, messages: MessageMethods) -> None:
        self._chats = chats
        self._files = files
        self._messages = messages

    def methods(self) -> Mapping[str, Method]:
        """List the methods by name, in lower case."""
        return {"sendphoto": self._send_photo, "senddocument": self._send_document}

    def _send_photo(self, given: Parameters) -> Result:
        url = given.text("photo")
        if url and "photo" not in given.files:
            return self._show_from(given, url)
        file = _uploaded(given, "photo", most=MAX_PHOTO_BYTES)
        if not (mime_of(file.data) or "").startswith("image/"):
            raise bad_request("IMAGE_PROCESS_FAILED")
        sides = picture_size(file.data)
        if sum(sides) > MAX_PHOTO_SIDES or max(sides) > MAX_PHOTO_RATIO * min(sides):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._show(given, file, "photo")

    def _send_document(self, given: Parameters) -> Result:
        file = _uploaded(given, "document", most=MAX_DOCUMENT_BYTES)
        return self._show(given, file, "document")

    def _show(self, given: Parameters, file: Upload, kind: str) -> Result:
        post = self._messages.post(given, caption_of(given))
        post.content = self._files.keep(file.data, name=file.name, mime=file.mime, kind=kind)
        post.files = (SeenFile(name=file.name, mime=file.mime, data=file.data),)
        self._chats.touch()
        return self._chats.message_json(post)

    def _show_from(self, given: Parameters, url: str) -> Result:
        """Show a picture of the web, as if it had been fetched; Telegram cannot fetch from here."""
        if not url.startswith(("http://", "https://")):
            raise bad_request("wrong remote file identifier specified: Wrong string length")
        if is_loopback(url):
            raise bad_request("failed to get HTTP URL content")
        post = self._messages.post(given, caption_of(given))
        name = url.rpartition("/")[2] or "photo"
        post.content = self._files.keep(url.encode(), name=name, mime="image/jpeg", kind="photo")
        self._chats.touch()
        return self._chats.message_json(post)


def _uploaded(given: Parameters, name: str, *, most: int) -> Upload:
    """Find an uploaded file; ids and addresses of files are not known here."""
    file = given.files.get(name)
    if file is None:
        raise bad_request(f"there is no {name} in the request")
    if not file.data:
        raise bad_request("file must be non-empty")
    if len(file.data) > most:
        raise ApiError(413, "Request Entity Too Large")
    return file
