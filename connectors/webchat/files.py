"""Files that the bot sent: served to the session that was shown them, and to nobody else."""

from aiohttp import web

from bot import BlobMissingError, Line, mime_of
from connectors.webchat.answers import refuse
from connectors.webchat.paths import SHOWN, parse_path
from connectors.webchat.sessions import Session


async def serve_file(line: Line, session: Session, path: str) -> web.Response:
    """Answer with a file's bytes; 404 where the session was not shown it."""
    blob = parse_path(session.visitor, path)
    if blob is None:
        return _missing()
    try:
        data = await line.file(blob)
    except BlobMissingError:
        return _missing()
    mime = mime_of(data)  # never what somebody called it
    return web.Response(
        body=data,
        content_type=mime if mime in SHOWN else "application/octet-stream",
        headers={
            "Content-Disposition": "inline" if mime in SHOWN else "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def _missing() -> web.Response:
    return refuse(404, "not_found", "There is no such file for this session.")
