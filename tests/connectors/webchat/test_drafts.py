"""Messages that are shown while they are being written."""

from typing import Any

from bot import AccountId, Address, Drafting, DraftPiece, OutboxId
from tests.connectors.webchat.memory import Site, TabClient, next_frame, open_site

MESSAGE = OutboxId("m-1")


def at(site: Site) -> Address:
    """Tell where the one visitor is."""
    (user,) = site.line.homes
    return Address(account=AccountId("web"), user=user, place=user)


async def write(site: Site, *texts: str) -> None:
    for number, text in enumerate(texts):
        piece = DraftPiece(message=MESSAGE, number=number, text=text)
        await site.connector.draft(piece, at(site))


async def hello(site: Site, socket: Any, token: str, caps: list[str]) -> TabClient:
    frame = {"t": "hello", "token": token, "cursor": None, "v": 1, "caps": caps}
    await socket.send_json(frame)
    return TabClient(socket=socket, welcome=await next_frame(socket))


async def test_a_tab_that_streams_is_sent_each_piece_and_then_the_whole() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.socket() as socket:
            tab = await hello(site, socket, token, ["blocks1", "stream"])
            await site.line.watched(tab.welcome["conversation"])
            await write(site, "Breakfast", " is included")
            deltas = [await tab.next("delta") for _ in range(2)]
            site.line.say(tab.welcome["conversation"], "Breakfast is included.", id=MESSAGE)
            whole = (await tab.next("event"))["ev"]

    assert deltas == [
        {"t": "delta", "id": "m-1", "i": 0, "text": "Breakfast"},
        {"t": "delta", "id": "m-1", "i": 1, "text": " is included"},
    ]
    assert (whole["id"], whole["kind"]) == ("m-1", "message")


async def test_a_tab_that_does_not_stream_is_sent_the_whole_only() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.socket() as socket:
            tab = await hello(site, socket, token, ["blocks1"])
            await write(site, "Breakfast")
            site.line.say(tab.welcome["conversation"], "Breakfast is included.", id=MESSAGE)
            first = await tab.next()

    assert first["t"] == "event"


async def test_nobody_else_sees_what_is_being_written() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.socket() as socket:
            await hello(site, socket, token, ["stream"])
            mine = at(site)
        other = (await site.session())["token"]
        async with site.socket() as socket:
            tab = await hello(site, socket, other, ["stream"])
            await site.connector.draft(DraftPiece(message=MESSAGE, number=0, text="x"), mine)
            site.line.say(tab.welcome["conversation"], "Hello.")
            first = await tab.next()

    assert first["t"] == "event"


async def test_the_connector_says_that_it_can() -> None:
    async with open_site() as site:
        assert isinstance(site.connector, Drafting)
