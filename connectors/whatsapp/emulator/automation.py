"""A number's menu: ``POST /{phone_number_id}/conversational_automation``.

Limits: Meta's OpenAPI v23.0, ``ConversationalAutomationRequest``.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from bot import Body, units
from connectors.whatsapp.emulator.refusals import RefusedError

_NAME = re.compile(r"[A-Za-z0-9_]{1,30}")


def read_automation(body: Body) -> Body:
    """Check a menu and give it; clients send the commands as a list, or as JSON in a text."""
    commands = _list(body, "commands", most=30)
    prompts = _list(body, "prompts", most=3)
    if not all(isinstance(each, str) and 0 < units(each) <= 80 for each in prompts):
        raise RefusedError(100, "Each prompt must have 1 to 80 characters.")
    names = [_name(each) for each in commands]
    if len(set(names)) != len(names):
        raise RefusedError(100, "Command names must be unique.")
    if not isinstance(body.get("enable_welcome_message", False), bool):
        raise RefusedError(100, "enable_welcome_message must be a boolean.")
    return {**body, "commands": commands, "prompts": prompts}


def _name(command: Any) -> str:  # noqa: ANN401 - whatever a client sent
    match command:
        case {"command_name": str(name), "command_description": str(words)} if (
            _NAME.fullmatch(name) and 0 < units(words) <= 256
        ):
            return name
        case _:
            raise RefusedError(
                100,
                "Invalid command: names have up to 30 alphanumeric characters and underscores, "
                "descriptions 1 to 256 characters.",
            )


def _list(body: Body, key: str, *, most: int) -> Sequence[Any]:
    given = body.get(key, [])
    try:
        found = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        found = None
    if not isinstance(found, list) or len(found) > most:
        raise RefusedError(100, f"{key} must be a list of at most {most}.")
    return found
