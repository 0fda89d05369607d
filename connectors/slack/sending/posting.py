"""Posts of one installation: by the first way to the person that is open."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from bot import Address, Receipt, SentFile
from connectors.slack import wire
from connectors.slack.blocks.cards import without_picture
from connectors.slack.refusals import BlocksError, GoneError
from connectors.slack.render import Json
from connectors.slack.sending.calls import Calls
from connectors.slack.sending.destinations import (
    Channel,
    Destination,
    DirectMessage,
    ResponseUrl,
    Whisper,
)
from connectors.slack.sending.media import Media

ELSEWHERE = "/"
"""In a receipt: before it stands the channel, where that is not the address's own."""
QUIET = {"unfurl_links": False, "unfurl_media": False}


class Posting:
    """Shows what was rendered, with the token of one installation."""

    def __init__(self, calls: Calls, media: Media) -> None:
        self._calls = calls
        self._media = media

    async def post(
        self, post: Json, ways: Sequence[Destination]
    ) -> tuple[Sequence[Destination], Receipt]:
        """Post by the first way that is open; tell which are left, so that parts stay together."""
        for closed, way in enumerate(ways[:-1]):
            try:
                return ways[closed:], await self._deliver(post, way)
            except GoneError:
                continue
        return ways[-1:], await self._deliver(post, ways[-1])

    async def edit(self, sent: str, posts: Sequence[Json], to: Address) -> Receipt:
        """Show other words where a message stands: the last of ``posts``, for there is one place.

        ``sent`` is what its receipt named it.
        """
        channel, _, stamp = sent.rpartition(ELSEWHERE)
        where = {"channel": channel or _channel(to), "ts": stamp}
        for post in [post for post in posts if "file" not in post][-1:]:
            await self._calls.post("chat.update", {**where, **post})
        return Receipt(provider_id=sent)

    async def _deliver(self, post: Json, way: Destination) -> Receipt:
        """Deliver a post, without its picture where Slack cannot fetch that."""
        try:
            return await self._send(post, way)
        except BlocksError:
            plainer = without_picture(post)
            if plainer is None:
                raise
            return await self._send(plainer, way)

    async def _send(self, post: Json, way: Destination) -> Receipt:
        if "file" in post:
            return await self._share(post["file"], way)
        match way:
            case Channel(channel=channel, thread=thread):
                shown = _in(channel, thread, post) | QUIET
                return await self._calls.post("chat.postMessage", shown)
            case Whisper(channel=channel, user=user, thread=thread):
                whispered = {**_in(channel, thread, post), "user": user}
                await self._calls.post("chat.postEphemeral", whispered)
                return Receipt()  # its stamp names nothing that could be edited
            case ResponseUrl(url=url):
                return await self._calls.respond(url, post)
            case DirectMessage(user=user):
                channel = await self._direct(user)
                shown = _in(channel, None, post) | QUIET
                receipt = await self._calls.post("chat.postMessage", shown)
                stamp = receipt.provider_id
                return Receipt(provider_id=stamp and f"{channel}{ELSEWHERE}{stamp}")
            case _:
                assert_never(way)

    async def _share(self, file: SentFile, way: Destination) -> Receipt:
        """Upload a file and show it; nobody can be whispered one, so it goes where nobody else is.

        Of a response URL only the person is known who may see it.
        """
        thread: str | None = None
        match way:
            case Channel(channel=channel, thread=thread):
                pass
            case Whisper(user=user) | DirectMessage(user=user):
                channel = await self._direct(user)
            case ResponseUrl():
                raise GoneError("no file goes to a response_url")
            case _:
                assert_never(way)
        shown = {"files": [{"id": await self._media.upload(file), "title": file.name}]}
        threaded = {"thread_ts": thread} if thread else {}
        where = {"channel_id": channel, **threaded}
        await self._calls.post("files.completeUploadExternal", {**shown, **where})
        return Receipt()

    async def _direct(self, user: str) -> str:
        opened = await self._calls.method("conversations.open", {"users": user})
        return wire.text_at(opened, "channel", "id")


def _channel(to: Address) -> str:
    return to.place.partition(":")[0]


def _in(channel: str, thread: str | None, post: Mapping[str, Any]) -> Json:
    threaded = {"thread_ts": thread} if thread else {}
    return {"channel": channel, **threaded, **post}
