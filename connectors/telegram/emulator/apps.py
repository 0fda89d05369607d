"""What persons do in their apps, and what the bot hears of it."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from bot import Seen, units
from connectors.telegram.emulator.backlog import Backlog
from connectors.telegram.emulator.chats import Chats, unix_now
from connectors.telegram.emulator.courier import Courier
from connectors.telegram.emulator.entities import is_for_bot, pieces
from connectors.telegram.emulator.files import Files
from connectors.telegram.emulator.messages import MAX_TEXT, MessageMethods, Query

MAX_CAPTION = 1024
"""Bot API, sendPhoto: caption."""


class Apps:
    """The apps of all persons; persons are positive numbers, groups negative ones."""

    def __init__(
        self,
        chats: Chats,
        backlog: Backlog,
        courier: Courier,
        messages: MessageMethods,
        *,
        files: Files,
    ) -> None:
        self._files = files
        self._chats = chats
        self._backlog = backlog
        self._courier = courier
        self._messages = messages

    async def says(self, person: str, text: str) -> None:
        """Type in the private chat; who had blocked the bot unblocks it."""
        user = _number(person)
        self._chats.blocked.discard(user)
        await self._say(user, user, text, is_heard=True)

    async def sends(
        self, person: str, data: bytes, *, name: str, mime: str, text: str = ""
    ) -> None:
        """Send a file in the private chat: JPEG and PNG as photos, sounds to be played."""
        if units(text) > MAX_CAPTION:
            raise ValueError(f"an app takes {MAX_CAPTION} characters under a file")
        await self.shares(person, self._files.keep(data, name=name, mime=mime), text=text)

    async def shares(self, person: str, content: Mapping[str, Any], *, text: str = "") -> None:
        """Send what is no text, in the words of the type Message: ``{"location": {…}}``."""
        user = _number(person)
        self._chats.blocked.discard(user)
        await self._post(user, user, text, content)

    async def says_in(self, group: str, person: str, text: str, *, reply_to: str = "") -> None:
        """Type in a group, which appears when first used.

        The bot is in privacy mode: it gets commands, mentions of it and replies to it.
        """
        chat = _number(group)
        self._chats.groups.setdefault(chat, None)
        answered = self._chats.posts.get(int(reply_to)) if reply_to else None
        is_reply = answered is not None and answered.author == self._chats.bot["id"]
        is_heard = is_reply or is_for_bot(text, self._chats.bot["username"])
        to = None if answered is None else answered.id
        await self._say(chat, _number(person), text, is_heard=is_heard, reply_to=to)

    async def taps(self, person: str, message: str, label: str) -> None:
        """Press a button; raises LookupError if the message has no such one.

        A button with a link opens it in the browser: the bot hears nothing.
        """
        post = self._chats.posts[int(message)]
        buttons = [button for row in post.keyboard for button in row]
        button = next((button for button in buttons if button["text"] == label), None)
        if button is None:
            raise LookupError(f"message {message} has no button {label!r}")
        if "callback_data" not in button:
            return
        query_id = str(secrets.randbits(63))
        user = _number(person)
        self._messages.tapped(query_id, Query(person=user, label=label))
        self._chats.touch()
        item = {
            "id": query_id,
            "from": self._chats.user_json(user),
            "message": self._chats.message_json(post),
            "chat_instance": str(abs(post.chat)),
            "data": button["callback_data"],
        }
        await self._hear(post.chat, "callback_query", item)

    async def blocks(self, person: str) -> None:
        """Stop the bot: sends fail with 403 until the person writes again."""
        user = _number(person)
        self._chats.blocked.add(user)
        bot = dict(self._chats.bot)
        item = {
            "chat": self._chats.chat_json(user),
            "from": self._chats.user_json(user),
            "date": unix_now(),
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
        }
        await self._hear(user, "my_chat_member", item)

    def upgrade(self, group: str) -> str:
        """Make a group a supergroup; gives its new id, which sends to the old one are told."""
        supergroup = int(f"-100{abs(_number(group))}")
        self._chats.groups[_number(group)] = supergroup
        self._chats.groups.setdefault(supergroup, None)
        return str(supergroup)

    def screen(self, chat: str) -> Sequence[Seen]:
        """Show a person's private chat, or a group, oldest first."""
        return list(self._chats.screen(_number(chat)))

    def spinning(self, person: str) -> Sequence[str]:
        """List the buttons that a person tapped and that nobody has answered yet."""
        user = _number(person)
        queries = self._messages.queries.values()
        return [query.label for query in queries if query.person == user and not query.answered]

    async def _say(
        self, chat: int, person: int, text: str, *, is_heard: bool, reply_to: int | None = None
    ) -> None:
        """Send a text, cut as an app does it when it is too long for one message."""
        if not text.strip():
            raise ValueError("an app sends no empty message")
        for piece in pieces(text, MAX_TEXT):
            await self._post(chat, person, piece, {}, is_heard=is_heard, reply_to=reply_to)

    async def _post(
        self,
        chat: int,
        person: int,
        text: str,
        content: Mapping[str, Any],
        *,
        is_heard: bool = True,
        reply_to: int | None = None,
    ) -> None:
        post = self._chats.add(chat=chat, author=person, text=text, raw={})
        post.reply_to, post.content = reply_to, content
        if is_heard:
            post.raw = await self._hear(chat, "message", self._chats.message_json(post))

    async def _hear(self, chat: int, kind: str, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Let the bot hear of something; gives what it was sent."""
        update = self._backlog.put(chat, kind, item)
        if update is None:
            return {}
        await self._courier.deliver(update)
        sent: Mapping[str, Any] = json.loads(update.body)
        return sent


def _number(person: str) -> int:
    """Read the id of a person or group."""
    try:
        number = int(person)
    except ValueError:
        number = 0
    if not number:
        raise ValueError(f"Telegram's persons and groups have numbers, not {person!r}")
    return number
