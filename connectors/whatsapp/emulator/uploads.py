"""Files that the business uploads: ``POST /{phone_number_id}/media``."""

from aiohttp import web

from connectors.whatsapp.emulator.checks import check_product
from connectors.whatsapp.emulator.media import TYPES, MediaShelf, largest
from connectors.whatsapp.emulator.refusals import RefusedError


async def take_upload(request: web.Request, shelf: MediaShelf) -> dict[str, str]:
    """Take a file; gives the answer with its id."""
    if request.content_type != "multipart/form-data":
        raise RefusedError(100, "The parameter file is required.")
    form = await request.post()
    check_product({name: value for name, value in form.items() if isinstance(value, str)})
    file = form.get("file")
    if not isinstance(file, web.FileField):
        raise RefusedError(100, "The parameter file is required.")
    mime, data = file.content_type, file.file.read()
    if mime not in TYPES or form.get("type") != mime:
        raise RefusedError(
            100,
            f"Param file must be a file with one of the following types: {', '.join(TYPES)}."
            f" Received file of type {mime!r:.60}.",
        )
    if not 0 < len(data) <= largest(mime):
        raise RefusedError(131053, f"Files of type {mime} have 1 to {largest(mime)} bytes.")
    return {"id": shelf.upload(data, name=file.filename, mime=mime)}
