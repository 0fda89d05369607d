"""The bytes of files on the emulated screens, for this page alone."""

from aiohttp import web
from yarl import URL

from bot.authoring.contents import mime_of
from bot.ports.connectors import Body
from bot.ports.emulators import Emulator, Seen, SeenFile
from bot.sandbox.page import PREFIX

PATH = PREFIX + "/sent"
_PICTURES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})


def told(seen: Seen, connector: str, person: str) -> list[Body]:
    """Describe the files of a message as the page reads them."""
    where = {"connector": connector, "person": person, "message": seen.id}
    return [
        {
            "name": file.name,
            "picture": mime_of(file.data) in _PICTURES,
            "url": str(URL(PATH).with_query({**where, "file": str(number)})),
        }
        for number, file in enumerate(seen.files)
    ]


def find(emulator: Emulator, person: str, message: str, number: str) -> SeenFile | None:
    """Find a file that a person sees; None if there is none."""
    files = next((seen.files for seen in emulator.screen(person) if seen.id == message), ())
    at = int(number) if number.isdecimal() and len(number) < 3 else len(files)
    return files[at] if at < len(files) else None


def served(file: SeenFile) -> web.Response:
    """Answer with a file: a picture is shown, all else is saved."""
    mime = mime_of(file.data)
    is_picture = mime in _PICTURES
    return web.Response(
        body=file.data,
        content_type=mime if is_picture and mime else "application/octet-stream",
        headers={
            "Content-Disposition": "inline" if is_picture else "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
