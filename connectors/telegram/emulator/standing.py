"""Where the bot may write: blocked, let in again, taken out of groups, moved, topics."""

from typing import Any

from connectors.telegram.emulator.chats import Chats, unix_now
from connectors.telegram.emulator.notices import Notices, number

TOPIC_COLOUR = 7322096
"""Bot API, createForumTopic: one of the six colours of a topic's icon."""


class Standing:
    """What persons and groups do about the bot, and what it hears of that."""

    def __init__(self, chats: Chats, notices: Notices) -> None:
        self._chats = chats
        self._notices = notices

    async def blocks(self, person: str) -> None:
        """Stop the bot: sends fail with 403 until the person writes again."""
        user = number(person)
        self._chats.blocked.add(user)
        await self._told(user, user, old="member", new="kicked")

    async def unblocks(self, person: str) -> None:
        """Let the bot in again, as an app does before it sends; nothing where it was not out."""
        user = number(person)
        if user in self._chats.blocked:
            self._chats.blocked.discard(user)
            await self._told(user, user, old="kicked", new="member")

    async def removes(self, group: str, person: str) -> None:
        """Take the bot out of a group."""
        chat = number(group)
        self._chats.left.add(chat)
        await self._told(chat, number(person), old="member", new="left")

    async def adds(self, group: str, person: str) -> None:
        """Put the bot into a group, which appears."""
        chat = number(group)
        self._chats.groups.setdefault(chat, None)
        self._chats.left.discard(chat)
        await self._told(chat, number(person), old="left", new="member")

    def upgrade(self, group: str) -> str:
        """Make a group a supergroup; gives its new id, which sends to the old one are told."""
        chat = number(group)
        supergroup = int(f"-100{abs(chat)}")
        self._chats.groups[chat] = supergroup
        self._chats.groups[supergroup] = None
        return str(supergroup)

    async def migrates(self, group: str, person: str) -> str:
        """Make a group a supergroup, and let the bot hear of it in both chats."""
        new = self.upgrade(group)
        await self._notes(number(group), number(person), {"migrate_to_chat_id": int(new)})
        await self._notes(int(new), number(person), {"migrate_from_chat_id": number(group)})
        return new

    async def opens_topic(self, group: str, person: str, title: str) -> str:
        """Open a topic in a supergroup; gives its id, that of the notice at its head."""
        chat = number(group)
        self._chats.groups.setdefault(chat, None)
        created = {"forum_topic_created": {"name": title, "icon_color": TOPIC_COLOUR}}
        return str(await self._notes(chat, number(person), created, heads_topic=True))

    def closes_topic(self, group: str, topic: str) -> None:
        """Close a topic: the bot may not write there."""
        self._chats.topics[number(group), int(topic)] = False

    def deletes_topic(self, group: str, topic: str) -> None:
        """Delete a topic: it is no longer found."""
        self._chats.topics.pop((number(group), int(topic)), None)

    async def _notes(
        self, chat: int, person: int, content: dict[str, Any], *, heads_topic: bool = False
    ) -> int:
        """Put a service message into a chat."""
        post = self._chats.add(chat=chat, author=person, text="", raw={})
        post.content = content
        if heads_topic:
            self._chats.topics[chat, post.id] = True
            post.thread = post.id
        post.raw = await self._notices.hear(chat, "message", self._chats.message_json(post))
        return post.id

    async def _told(self, chat: int, person: int, *, old: str, new: str) -> None:
        await self._notices.hear(
            chat,
            "my_chat_member",
            {
                "chat": self._chats.chat_json(chat),
                "from": self._chats.user_json(person),
                "date": unix_now(),
                "old_chat_member": self._member(old),
                "new_chat_member": self._member(new),
            },
        )

    def _member(self, status: str) -> dict[str, Any]:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": dict(self._chats.bot), "status": status, **until}
