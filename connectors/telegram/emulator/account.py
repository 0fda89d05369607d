"""Methods of the Bot API about the bot itself: identity, commands, chats, files, webhook."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors.telegram.emulator.backlog import Backlog
from connectors.telegram.emulator.chats import Chats
from connectors.telegram.emulator.courier import Courier, Webhook
from connectors.telegram.emulator.files import Files
from connectors.telegram.emulator.messages import Method, Result
from connectors.telegram.emulator.parameters import Parameters
from connectors.telegram.emulator.refusals import ApiError, bad_request

MAX_COMMANDS = 100
MAX_CONNECTIONS = 100
SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)
"""Bot API, BotCommandScope."""

_COMMAND = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}", re.ASCII)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class AccountMethods:
    """What a bot tells and asks about itself."""

    def __init__(
        self, chats: Chats, backlog: Backlog, courier: Courier, *, files: Files, home: str
    ) -> None:
        self._home = home
        self._files = files
        self._chats = chats
        self._backlog = backlog
        self._courier = courier
        self._commands: dict[tuple[str, ...], list[dict[str, str]]] = {}

    def methods(self) -> Mapping[str, Method]:
        """List the methods by name, in lower case."""
        return {
            "getme": self._get_me,
            "getchat": self._get_chat,
            "getfile": self._files.get_file,
            "setmycommands": self._set_commands,
            "getmycommands": self._get_commands,
            "deletemycommands": self._delete_commands,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._webhook_info,
        }

    async def get_updates(self, given: Parameters) -> Result:
        """Answer a poll; refused while there is a webhook."""
        if self._courier.webhook is not None:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._allow(given)
        return await self._backlog.poll(
            offset=given.integer("offset"),
            limit=given.integer("limit", 100),
            seconds=max(0, given.integer("timeout")),
        )

    def _get_me(self, _given: Parameters) -> Result:
        return {
            **self._chats.bot,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def _get_chat(self, given: Parameters) -> Result:
        chat = self._chats.reachable(given.integer("chat_id"))
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        return {
            **self._chats.chat_json(chat),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
        }

    def _set_commands(self, given: Parameters) -> Result:
        commands = given.decoded("commands")
        if not isinstance(commands, list):
            raise bad_request("can't parse commands JSON object")
        if len(commands) > MAX_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._commands[_scope(given)] = [_command(command) for command in commands]
        return True

    def _get_commands(self, given: Parameters) -> Result:
        return self._commands.get(_scope(given), [])

    def _delete_commands(self, given: Parameters) -> Result:
        self._commands.pop(_scope(given), None)
        return True

    def _set_webhook(self, given: Parameters) -> Result:
        url = given.text("url")
        if not url:
            return self._delete_webhook(given)
        if not _is_web(url):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = given.text("secret_token")
        if not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        self._allow(given)
        self._drop_pending(given)
        connections = given.integer("max_connections", 40)
        self._courier.use(
            Webhook(
                url=url,
                deliver_to=url if _is_here(url) else self._home,
                secret=secret,
                max_connections=min(max(connections, 1), MAX_CONNECTIONS),
            )
        )
        return True

    def _delete_webhook(self, given: Parameters) -> Result:
        self._drop_pending(given)
        self._courier.use(None)
        return True

    def _webhook_info(self, _given: Parameters) -> Result:
        webhook = self._courier.webhook
        info: dict[str, Any] = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._backlog.waiting),
        }
        if webhook:
            info |= {"max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
        if webhook and webhook.error_at:
            info |= {"last_error_date": webhook.error_at, "last_error_message": webhook.error}
        if self._backlog.allowed is not None:
            info["allowed_updates"] = sorted(self._backlog.allowed)
        return info

    def _allow(self, given: Parameters) -> None:
        """Note which kinds the bot wants; an empty list is the default, none the same as before."""
        allowed = given.decoded("allowed_updates")
        if isinstance(allowed, list):
            self._backlog.allowed = frozenset(map(str, allowed)) or None

    def _drop_pending(self, given: Parameters) -> None:
        if given.flag("drop_pending_updates"):
            self._backlog.clear()


def _scope(given: Parameters) -> tuple[str, ...]:
    scope = given.decoded("scope")
    named = scope if isinstance(scope, dict) else {"type": "default"}
    if named.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    parts = (str(named.get(key, "")) for key in ("type", "chat_id", "user_id"))
    return (*parts, given.text("language_code"))


def _command(command: object) -> dict[str, str]:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = command.get("command"), command.get("description")
    if not isinstance(name, str) or not _COMMAND.fullmatch(name.removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}


def _is_web(url: str) -> bool:
    """Tell whether a webhook is taken: over http only on this machine, unlike on Telegram."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or _is_here(url))


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK
