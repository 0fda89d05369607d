"""The methods of Slack's Web API that a bot needs, as Slack's method pages describe them."""

import secrets
from collections.abc import Awaitable, Callable, Container, Sequence
from typing import Any

from bot import Body
from connectors.slack.emulator.checks import MAX_TEXT, problem_at
from connectors.slack.emulator.files import Files
from connectors.slack.emulator.limits import find_problems
from connectors.slack.emulator.workspace import (
    BOT,
    BOT_USER,
    TEAM,
    TEAM_DOMAIN,
    Json,
    Message,
    Workspace,
    is_person,
)

DEFAULT_PAGE = 100


class ApiError(Exception):
    """A refusal: ``{"ok": false, "error": code, …}`` with HTTP 200."""

    def __init__(self, code: str, **details: Any) -> None:  # noqa: ANN401 - JSON of any shape
        super().__init__(code)
        self.answer: Json = {"ok": False, "error": code, **details}


class Methods:
    """Carries methods out on a workspace; ``posted`` is told of every message of the app."""

    def __init__(
        self,
        workspace: Workspace,
        posted: Callable[[Message], None],
        *,
        files: Files,
    ) -> None:
        self._files = files
        self._workspace = workspace
        self._posted = posted
        self.table: dict[str, Callable[[Body], Awaitable[Json]]] = {
            "auth.test": self._auth_test,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.list": self._list,
            "conversations.open": self._open,
            "files.info": self._file,
            "users.info": self._user,
        }

    async def call(self, method: str, given: Body) -> Json:
        """Carry out a method.

        Raises:
            ApiError: Slack would refuse it.
        """
        if method not in self.table:
            raise ApiError("unknown_method", req_method=method)
        return {"ok": True, **await self.table[method](given)}

    async def show(
        self, given: Body, *, channel: str, visible_to: str | None, replaces: str | None = None
    ) -> tuple[Message, Json]:
        """Put a message of the app into a channel, or new words into one; with Slack's warnings."""
        text, blocks, warnings = _content(given, self._workspace.unfetched)
        old = self._workspace.find(channel, replaces) if replaces else None
        if old is not None:
            await self._workspace.edit(old, text=text, blocks=blocks, raw=given)
            return old, warnings
        message = Message(
            ts=self._workspace.stamp(),
            channel=channel,
            user=BOT_USER,
            text=text,
            blocks=blocks,
            thread_ts=str(given["thread_ts"]) if given.get("thread_ts") else None,
            visible_to=visible_to,
            raw=given,
        )
        await self._workspace.add(message)
        if visible_to is None:
            self._posted(message)
        return message, warnings

    async def _auth_test(self, _: Body) -> Json:
        return {
            "url": f"https://{TEAM_DOMAIN}.slack.com/",
            "team": TEAM_DOMAIN,
            "user": "bot",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT,
            "is_enterprise_install": False,
        }

    async def _post(self, given: Body) -> Json:
        channel = self._channel(given)
        message, warnings = await self.show(given, channel=channel, visible_to=None)
        return {"channel": channel, "ts": message.ts, "message": message.as_json(), **warnings}

    async def _post_ephemeral(self, given: Body) -> Json:
        channel, person = self._channel(given), str(given.get("user", ""))
        if person not in self._workspace.members.get(channel, ()):
            raise ApiError("user_not_in_channel")
        message, warnings = await self.show(given, channel=channel, visible_to=person)
        return {"message_ts": message.ts, **warnings}

    async def _update(self, given: Body) -> Json:
        message = self._own_message(given, "cant_update_message")
        text, blocks, warnings = _content(given, self._workspace.unfetched)
        await self._workspace.edit(message, text=text, blocks=blocks, raw=given)
        return {"channel": message.channel, "ts": message.ts, "text": text, **warnings}

    async def _delete(self, given: Body) -> Json:
        message = self._own_message(given, "cant_delete_message")
        await self._workspace.remove(message)
        return {"channel": message.channel, "ts": message.ts}

    async def _open(self, given: Body) -> Json:
        persons = [person for person in str(given.get("users", "")).split(",") if person]
        if len(persons) != 1 or not is_person(persons[0]):
            raise ApiError("user_not_found" if persons else "users_list_not_supplied")
        if persons[0] in self._workspace.disabled:
            raise ApiError("user_disabled")
        return {"channel": {"id": self._workspace.direct(persons[0])}}

    async def _list(self, given: Body) -> Json:
        kinds = str(given.get("types", "public_channel")).split(",")
        channels = [
            {"id": name, "name": name.lower(), "is_channel": True, "is_member": True}
            if not name.startswith("D")
            else {"id": name, "is_im": True, "user": name[1:]}
            for name in sorted(self._workspace.members)
            if ("im" if name.startswith("D") else "public_channel") in kinds
        ]
        some, cursor = _page(channels, given)
        return {"channels": some, "response_metadata": {"next_cursor": cursor}}

    async def _history(self, given: Body) -> Json:
        messages = self._workspace.messages(self._channel(given))
        newest = [m.as_json() for m in reversed(messages) if m.visible_to is None]
        some, cursor = _page(newest, given)
        more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
        return {"messages": some, "has_more": bool(cursor), **more}

    async def _file(self, given: Body) -> Json:
        file = self._files.find(str(given.get("file", "")))
        if file is None:
            raise ApiError("file_not_found")
        return {"file": file}

    async def _user(self, given: Body) -> Json:
        person = str(given.get("user", ""))
        if not is_person(person):
            raise ApiError("user_not_found")
        profile = {"real_name": person.title(), "display_name": person.lower()}
        user: Json = {"id": person, "team_id": TEAM, "name": person.lower(), "profile": profile}
        user |= {"real_name": person.title(), "is_bot": False}
        user["tz"] = self._workspace.zones.get(person, "Etc/UTC")
        if str(given.get("include_locale", "")).lower() in {"1", "true"}:
            user["locale"] = self._workspace.languages.get(person, "en-US")
        return {"user": user}

    def _channel(self, given: Body) -> str:
        found = self._workspace.find_channel(str(given.get("channel", "")))
        if found is None:
            raise ApiError("channel_not_found")
        if found.startswith("D") and found[1:] in self._workspace.disabled:
            raise ApiError("is_archived")  # not looked up: which of the words for "not there"
        return found

    def _own_message(self, given: Body, refusal: str) -> Message:
        message = self._workspace.find(self._channel(given), str(given.get("ts", "")))
        if message is None or message.visible_to is not None:
            raise ApiError("message_not_found")
        if not message.is_bot:
            raise ApiError(refusal)
        return message


def _content(given: Body, unfetched: Container[str]) -> tuple[str, Sequence[Body], Json]:
    """Read text and blocks, refuse what Slack refuses, and cut what Slack cuts."""
    text, blocks = str(given.get("text") or ""), given.get("blocks") or []
    if problems := find_problems(blocks) or _pictures(blocks, unfetched):
        raise ApiError(
            "invalid_blocks",
            errors=list(problems),
            response_metadata={"messages": list(problems)},
        )
    if not text.strip() and not blocks:
        raise ApiError("no_text")
    named = [{"block_id": secrets.token_urlsafe(4), **block} for block in blocks]
    if len(text) <= MAX_TEXT:
        return text, named, {}
    warning = {
        "warning": "message_truncated",
        "response_metadata": {"warnings": ["message_truncated"]},
    }
    return text[:MAX_TEXT], named, warning


def _pictures(blocks: Sequence[Body], unfetched: Container[str]) -> Sequence[str]:
    """Tell the pictures that Slack cannot fetch."""
    return [
        problem_at("downloading image failed", f"/blocks/{index}/image_url")
        for index, block in enumerate(blocks)
        if block.get("image_url") in unfetched
    ]


def _page(items: Sequence[Json], given: Body) -> tuple[Sequence[Json], str]:
    """Give a page and the cursor of the next; cursors are opaque to callers, numbers to us."""
    cursor, limit = str(given.get("cursor") or "0"), str(given.get("limit") or DEFAULT_PAGE)
    if not cursor.isdecimal() or not limit.isdecimal():
        raise ApiError("invalid_cursor" if not cursor.isdecimal() else "invalid_limit")
    start, end = int(cursor), int(cursor) + int(limit)
    return items[start:end], str(end) if end < len(items) else ""
