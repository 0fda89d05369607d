"""What a bot hears, on its way: into the backlog, and to the webhook if there is one."""

import json
from collections.abc import Mapping
from typing import Any

from connectors.telegram.emulator.backlog import Backlog
from connectors.telegram.emulator.courier import Courier


class Notices:
    """Lets the bot hear of what happens in a chat, in order."""

    def __init__(self, backlog: Backlog, courier: Courier) -> None:
        self._backlog = backlog
        self._courier = courier

    async def hear(self, chat: int, kind: str, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Tell of something; returns what the bot was sent, after its first delivery."""
        update = self._backlog.put(chat, kind, item)
        if update is None:
            return {}
        await self._courier.deliver(update)
        sent: Mapping[str, Any] = json.loads(update.body)
        return sent


def number(name: str) -> int:
    """Read the id of a person or group."""
    try:
        found = int(name)
    except ValueError:
        found = 0
    if not found:
        raise ValueError(f"Telegram's persons and groups have numbers, not {name!r}")
    return found
