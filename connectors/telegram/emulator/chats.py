"""Persons, groups and what stands in their chats."""

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot import Seen, SeenFile
from connectors.telegram.emulator.entities import entities_of
from connectors.telegram.emulator.keyboards import Keyboard, labels
from connectors.telegram.emulator.refusals import ApiError, bad_request


def unix_now() -> int:
    """Tell the platform's time in whole seconds."""
    return int(datetime.now(UTC).timestamp())  # noqa: TID251 - a platform has a clock of its own


@dataclass(slots=True, kw_only=True)
class Post:
    """A message in a chat; ``toast`` marks the short notice that answers a tap.

    ``content`` is what it holds instead of a text, ``{"photo": […]}``; ``text`` is its caption.
    ``files`` are those that the bot uploaded with it. ``gone`` are buttons that an edit took away;
    ``replies`` is the keyboard that stands in place of the phone's. ``is_fixed`` marks what can
    never be edited.
    """

    id: int
    chat: int
    author: int
    text: str
    at: int
    raw: Mapping[str, Any]
    keyboard: Keyboard = field(default_factory=list)
    thread: int | None = None
    reply_to: int | None = None
    edited_at: int | None = None
    toast: bool = False
    is_fixed: bool = False
    content: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[SeenFile, ...] = ()
    gone: Keyboard = field(default_factory=list)
    replies: Keyboard = field(default_factory=list)

    @property
    def shown(self) -> str:
        """What the app shows: for a file its name, then the words."""
        marks = (_mark(kind, value) for kind, value in self.content.items())
        return "\n".join(filter(None, (*marks, self.text)))


def _mark(kind: str, value: Any) -> str:  # noqa: ANN401 - a part of the type Message
    match kind, value:
        case "location", {"latitude": latitude, "longitude": longitude}:
            return f"\N{ROUND PUSHPIN} {latitude}, {longitude}"
        case "contact", {"phone_number": number}:
            return f"\N{BUST IN SILHOUETTE} {number}"
        case _:
            name = value.get("file_name") if isinstance(value, Mapping) else None
            return f"\N{PAPERCLIP} {name or kind}"


class Chats:
    """Everything that can be seen, and a version that rises with every change of it."""

    def __init__(self, bot: Mapping[str, Any]) -> None:
        self.bot = bot
        self.posts: dict[int, Post] = {}
        self.blocked: set[int] = set()
        self.left: set[int] = set()
        self.groups: dict[int, int | None] = {}
        """Groups by id, with the id of the supergroup that each became."""
        self.topics: dict[tuple[int, int], bool] = {}
        """Topics by group and id; whether each is open."""
        self.version = 0
        self._ids = itertools.count(1)
        self._stir = asyncio.Event()

    def touch(self) -> None:
        """Wake who waits for a change."""
        self.version += 1
        self._stir.set()
        self._stir = asyncio.Event()

    async def changed(self, since: int) -> int:
        """See `bot.Emulator.changed`."""
        while self.version <= since:
            await self._stir.wait()
        return self.version

    def add(self, *, chat: int, author: int, text: str, raw: Mapping[str, Any]) -> Post:
        """Put a message at the end of a chat."""
        post = Post(id=next(self._ids), chat=chat, author=author, text=text, at=unix_now(), raw=raw)
        self.posts[post.id] = post
        self.touch()
        return post

    def reachable(self, chat: int) -> int:
        """Check that the bot may write to a chat; gives its id.

        A person whom nobody has used yet appears, as if the bot had been started there before.
        """
        if chat in self.groups and (moved := self.groups[chat]) is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": moved},
            )
        if chat == 0 or (chat < 0 and chat not in self.groups):
            raise bad_request("chat not found")
        if chat in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat in self.left:
            raise ApiError(403, "Forbidden: bot was kicked from the group chat")
        return chat

    def topic(self, chat: int, thread: int | None) -> int | None:
        """Check that the bot may write to a topic; no thread is the general one."""
        if thread is None:
            return None
        is_open = self.topics.get((chat, thread))
        if is_open is None:
            raise bad_request("message thread not found")
        if not is_open:
            raise bad_request("TOPIC_CLOSED")
        return thread

    def fold(self, chat: int) -> None:
        """Take away the keyboard that stands in place of the phone's."""
        for post in self.posts.values():
            if post.chat == chat:
                post.replies = []

    def own(self, chat: int, message: int, verb: str) -> Post:
        """Find a message of the bot's own, to change it."""
        post = self.posts.get(message)
        if post is None or post.chat != chat or post.toast:
            raise bad_request(f"message to {verb} not found")
        if post.author != self.bot["id"]:
            raise bad_request(f"message can't be {verb.removesuffix('e')}ed")
        return post

    def screen(self, chat: int) -> Iterator[Seen]:
        """Show a chat, oldest first."""
        for post in self.posts.values():
            if post.chat == chat:
                yield Seen(
                    id=str(post.id),
                    role="bot" if post.author == self.bot["id"] else "user",
                    text=post.shown,
                    buttons=labels(post.keyboard) + labels(post.replies),
                    gone=labels(post.gone),
                    raw=post.raw,
                    ephemeral=post.toast,
                    files=post.files,
                )

    def message_json(self, post: Post) -> dict[str, Any]:
        """Make the type Message of the Bot API."""
        by_bot = post.author == self.bot["id"]
        message: dict[str, Any] = {
            "message_id": post.id,
            "from": dict(self.bot) if by_bot else self.user_json(post.author),
            "chat": self.chat_json(post.chat),
            "date": post.at,
            **post.content,
        }
        words = "caption" if post.content else "text"
        if post.text or not post.content:
            message[words] = post.text
        if post.thread is not None:
            message |= {"message_thread_id": post.thread, "is_topic_message": True}
        if post.edited_at is not None:
            message["edit_date"] = post.edited_at
        if post.reply_to in self.posts:
            answered = self.message_json(replace(self.posts[post.reply_to], reply_to=None))
            message["reply_to_message"] = answered
        if found := entities_of(post.text):
            message["caption_entities" if post.content else "entities"] = found
        if post.keyboard:
            message["reply_markup"] = {"inline_keyboard": post.keyboard}
        return message

    def user_json(self, person: int) -> dict[str, Any]:
        """Make the type User."""
        return {
            "id": person,
            "is_bot": False,
            "first_name": "Person",
            "last_name": str(person),
            "username": f"person_{person}",
            "language_code": "en",
        }

    def chat_json(self, chat: int) -> dict[str, Any]:
        """Make the type Chat: a person's private one, a group or a supergroup."""
        if chat < 0:
            kind = "supergroup" if str(chat).startswith("-100") else "group"
            return {"id": chat, "title": f"Group {-chat}", "type": kind}
        person = self.user_json(chat)
        return {
            "id": chat,
            "first_name": person["first_name"],
            "last_name": person["last_name"],
            "username": person["username"],
            "type": "private",
        }
