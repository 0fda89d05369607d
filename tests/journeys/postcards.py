"""Commands that send files, for the tests of files that the bot sends."""

import struct
import zlib
from pathlib import Path
from typing import Annotated

from bot import (
    Arg,
    Button,
    Context,
    File,
    Image,
    Reply,
    Talk,
    Text,
    action,
    command,
    flow,
    on,
)

PDF = b"%PDF-1.7\n" + bytes(400)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 4, height: int = 3) -> bytes:
    """Draw a white picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


PNG = png()


@command
def postcard() -> Reply:
    """Send a picture and a document."""
    view = Image("view.png", data=PNG)
    return Reply("Greetings from Rome.", files=[view, File("menu.pdf", data=PDF)])


@command
def picture() -> Reply:
    """Send a picture with words under it."""
    return Reply("The view.", files=[Image("view.png", data=PNG)])


@command
def choice() -> Reply:
    """Send a document with a question below it."""
    return Reply("Is it right?", [Button("Right")], files=[File("menu.pdf", data=PDF)])


@command
async def from_disk(ctx: Context, path: str) -> Reply:
    """Send a file from the disk."""
    file = File("house.pdf", path=Path(path))
    size = len(await file.read())
    return Reply(f"It has {size} bytes.", files=[file])


@command
def unread(path: str) -> Reply:
    """Send a file from the disk unseen."""
    return Reply("Here.", files=[File("house.pdf", path=path)])


@command
def echo(photo: Annotated[Image, Arg("Which photo?")]) -> Reply:
    """Send back what was sent."""
    return Reply("Yours.", files=[photo])


@command
def many() -> Reply:
    """Send more files than go into a message."""
    return Reply("All.", files=[File(f"{n}.txt", data=b"x") for n in range(11)])


@command
async def announce(ctx: Context) -> str:
    """Tell of a picture by an event, and by a notice."""
    ctx.emit("drawn")
    note = Reply("For you.", files=[Image("notice.png", data=PNG)])
    await ctx.notify(ctx.customer, note, purpose="gift", key=ctx.event_id)
    return "Told."


@on("drawn")
def drawn() -> Reply:
    """Answer with a picture."""
    return Reply("Drawn.", files=[Image("drawn.png", data=PNG)])


@action
async def frame_it(ctx: Context, words: str) -> str:
    """Count what is framed."""
    return words.upper()


@flow("gallery")
async def gallery(talk: Talk) -> Reply:
    """Show two pictures with a question between them."""
    await talk.say(Reply("First.", files=[Image("first.png", data=PNG)]))
    words = await talk.ask("words", Text, "Which words?")
    framed = await talk.do(frame_it, words=words)
    return Reply(f"Second: {framed}.", files=[Image("second.png", data=png(8, 8))])
