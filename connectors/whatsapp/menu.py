"""What `threadline sync` tells Meta of a number: commands, ice breakers, webhook; pure.

Meta's OpenAPI v23.0, ``ConversationalAutomationRequest``: 30 commands with names of up to 30
letters, digits and underscores and descriptions of up to 256 characters; 3 prompts of up to 80.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot import Body, Menu, NativeCommand, shortened

MAX_COMMANDS = 30
MAX_NAME = 30
MAX_DESCRIPTION = 256

_NAME = re.compile(rf"[A-Za-z0-9_]{{1,{MAX_NAME}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """The request that sets a number's menu, and the commands that do not fit into it."""

    body: Body
    left_out: Sequence[str]


def automation_of(menu: Menu, ice_breakers: Sequence[str], *, greets: bool) -> Automation:
    """Make the whole menu of a number; WhatsApp has one for all languages."""
    commands = menu.commands.get("", ())
    named = {name: each for each in commands if (name := _name_of(each)) is not None}
    taken = list(named.items())[:MAX_COMMANDS]
    shown = {each.name for _, each in taken}
    body = {
        "enable_welcome_message": greets,
        "prompts": [prompt.strip() for prompt in ice_breakers],
        "commands": [
            {
                "command_name": name,
                "command_description": shortened(each.summary.strip() or name, MAX_DESCRIPTION),
            }
            for name, each in taken
        ],
    }
    return Automation(
        body=body, left_out=[each.name for each in commands if each.name not in shown]
    )


def webhook_body(url: str, verify_token: str) -> Body:
    """Make the request that points a number's webhook at the bot."""
    told = {"override_callback_uri": url, "verify_token": verify_token}
    return {"webhook_configuration": told}


def _name_of(command: NativeCommand) -> str | None:
    """Write a command's name as WhatsApp takes it: a command of a group is called by both words."""
    name = command.name.replace(" ", "_")
    return name if _NAME.fullmatch(name) and command.private else None
