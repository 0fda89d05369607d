"""What persons do in their apps, and what the bot hears of it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import Seen, units
from connectors.telegram.emulator.chats import Chats, Post, unix_now
from connectors.telegram.emulator.entities import is_for_bot, pieces
from connectors.telegram.emulator.files import Files
from connectors.telegram.emulator.messages import MAX_CAPTION, MAX_TEXT, MessageMethods, Query
from connectors.telegram.emulator.notices import Notices, number
from connectors.telegram.emulator.standing import Standing

HERE = {"latitude": 45.4642, "longitude": 9.19}
"""Where everybody is who shares a place."""


def phone_number(person: int) -> str:
    """Tell a person's phone number, as Telegram knows it."""
    return f"39{person % 10**10:010d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is true of a message besides its words."""

    is_heard: bool = True
    reply_to: int | None = None
    thread: int | None = None


_PLAIN = _Around()


class Apps:
    """The apps of all persons; persons are positive numbers, groups negative ones."""

    def __init__(
        self,
        chats: Chats,
        notices: Notices,
        standing: Standing,
        messages: MessageMethods,
        *,
        files: Files,
    ) -> None:
        self._files = files
        self._chats = chats
        self._notices = notices
        self._standing = standing
        self._messages = messages

    async def says(self, person: str, text: str) -> None:
        """Type in the private chat; who had blocked the bot unblocks it."""
        await self._standing.unblocks(person)
        user = number(person)
        await self._say(user, user, text, _PLAIN)

    async def sends(
        self, person: str, data: bytes, *, name: str, mime: str, text: str = ""
    ) -> None:
        """Send a file in the private chat: JPEG and PNG as photos, sounds to be played."""
        if units(text) > MAX_CAPTION:
            raise ValueError(f"an app takes {MAX_CAPTION} characters under a file")
        await self.shares(person, self._files.keep(data, name=name, mime=mime), text=text)

    async def shares(self, person: str, content: Mapping[str, Any], *, text: str = "") -> None:
        """Send what is no text, in the words of the type Message: ``{"location": {…}}``."""
        await self._standing.unblocks(person)
        user = number(person)
        await self._post(user, user, text, content=content)

    async def says_in(
        self, group: str, person: str, text: str, *, reply_to: str = "", topic: str = ""
    ) -> None:
        """Type in a group, which appears when first used, or in a topic of it.

        The bot is in privacy mode: it gets commands, mentions of it and replies to it.
        """
        chat = number(group)
        self._chats.groups.setdefault(chat, None)
        answered = self._chats.posts.get(int(reply_to)) if reply_to else None
        is_reply = answered is not None and answered.author == self._chats.bot["id"]
        around = _Around(
            is_heard=is_reply or is_for_bot(text, self._chats.bot["username"]),
            reply_to=answered.id if answered is not None else int(topic) if topic else None,
            thread=int(topic) if topic else None,
        )
        await self._say(chat, number(person), text, around)

    async def edits(self, person: str, message: str, text: str) -> None:
        """Change the words of a message of one's own."""
        post = self._chats.posts[int(message)]
        if post.author != number(person):
            raise LookupError(f"message {message} is somebody else's")
        post.text, post.edited_at = text, unix_now()
        self._chats.touch()
        await self._notices.hear(post.chat, "edited_message", self._chats.message_json(post))

    async def taps(self, person: str, message: str, label: str) -> None:
        """Press a button; raises LookupError if the message has no such one.

        A button with a link opens it in the browser: the bot hears nothing. One that an edit took
        away can still be pressed: another app may not have heard of that yet.
        """
        post = self._chats.posts[int(message)]
        buttons = [b for row in (*post.keyboard, *post.replies, *post.gone) for b in row]
        button = next((button for button in buttons if button["text"] == label), None)
        if button is None:
            raise LookupError(f"message {message} has no button {label!r}")
        if any(button in row for row in post.replies):
            await self._reply(person, post, button)
        elif "callback_data" in button:
            await self._query(number(person), post, button)

    def screen(self, chat: str) -> Sequence[Seen]:
        """Show a person's private chat, or a group, oldest first."""
        return list(self._chats.screen(number(chat)))

    def spinning(self, person: str) -> Sequence[str]:
        """List the buttons that a person tapped and that nobody has answered yet."""
        user = number(person)
        queries = self._messages.queries.values()
        return [query.label for query in queries if query.person == user and not query.answered]

    async def _query(self, user: int, post: Post, button: Mapping[str, Any]) -> None:
        query_id = str(secrets.randbits(63))
        self._messages.tapped(query_id, Query(person=user, label=button["text"]))
        self._chats.touch()
        item = {
            "id": query_id,
            "from": self._chats.user_json(user),
            "message": self._chats.message_json(post),
            "chat_instance": str(abs(post.chat)),
            "data": button["callback_data"],
        }
        await self._notices.hear(post.chat, "callback_query", item)

    async def _reply(self, person: str, post: Post, button: Mapping[str, Any]) -> None:
        """Press a button of the keyboard in place of the phone's, which folds away."""
        user = number(person)
        post.replies = []
        if button.get("request_contact") is True:
            contact = {
                "phone_number": phone_number(user),
                "first_name": "Person",
                "user_id": user,
            }
            await self._post(user, user, "", content={"contact": contact})
        elif button.get("request_location") is True:
            await self._post(user, user, "", content={"location": dict(HERE)})
        else:
            await self._say(post.chat, user, button["text"], _PLAIN)

    async def _say(self, chat: int, person: int, text: str, around: _Around) -> None:
        """Send a text, cut as an app does it when it is too long for one message."""
        if not text.strip():
            raise ValueError("an app sends no empty message")
        for piece in pieces(text, MAX_TEXT):
            await self._post(chat, person, piece, around=around)

    async def _post(
        self,
        chat: int,
        person: int,
        text: str,
        *,
        content: Mapping[str, Any] | None = None,
        around: _Around = _PLAIN,
    ) -> None:
        post = self._chats.add(chat=chat, author=person, text=text, raw={})
        post.reply_to, post.content, post.thread = around.reply_to, content or {}, around.thread
        if around.is_heard:
            post.raw = await self._notices.hear(chat, "message", self._chats.message_json(post))
