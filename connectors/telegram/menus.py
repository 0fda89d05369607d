"""Commands and webhook as `threadline sync` registers them.

Bot API: setMyCommands takes up to 100 commands for a scope and a two-letter language; a command has
1-32 of ``a-z 0-9 _`` and 1-256 characters about it. An app shows the narrowest list there is, and
one for the person's language before one for all.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)

from bot import Menu, NativeCommand, Transport, shortened
from connectors.telegram.kinds import KINDS_WANTED
from connectors.telegram.settings import TelegramSettings

MAX_COMMANDS = 100
MAX_DESCRIPTION = 256

_NAME = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.ASCII | re.IGNORECASE)
_SCOPES: Sequence[BotCommandScope] = (
    BotCommandScopeDefault(),
    BotCommandScopeAllPrivateChats(),
    BotCommandScopeAllGroupChats(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The commands of one scope and language; ``language`` is empty for everybody's."""

    scope: BotCommandScope
    language: str
    commands: tuple[BotCommand, ...]

    @property
    def called(self) -> str:
        """Name it for an operator."""
        return f"{self.scope.type}{f' in {self.language}' if self.language else ''}"

    @property
    def request(self) -> str:
        """Write the call that fills it."""
        told: dict[str, Any] = {"commands": [command.to_dict() for command in self.commands]}
        return _request("setMyCommands" if self.commands else "deleteMyCommands", told, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be registered, and what the operator should know of the rest."""

    shelves: tuple[Shelf, ...]
    remarks: tuple[str, ...]


def plan_menu(menu: Menu) -> Plan:
    """Sort the commands by scope and language. Pure."""
    languages, remarks = _languages(menu.commands)
    shelves = []
    for language, commands in languages.items():
        fitting, left = _fitting(commands)
        remarks += left
        for scope in _SCOPES:
            found = tuple(
                _command(one, name) for name, one in fitting.items() if _is_in(one, scope)
            )
            shelves.append(Shelf(scope=scope, language=language, commands=found[:MAX_COMMANDS]))
            remarks += [
                f"{shelves[-1].called}: /{command.command} is left out: Telegram lists 100"
                for command in found[MAX_COMMANDS:]
            ]
    return Plan(shelves=tuple(shelves), remarks=tuple(dict.fromkeys(remarks)))


async def fill(bot: Bot, plan: Plan) -> Sequence[str]:
    """Register the commands where they are others than they were; tells what was done."""
    told = []
    for shelf in plan.shelves:
        given: dict[str, Any] = {"scope": shelf.scope, "language_code": shelf.language or None}
        if await bot.get_my_commands(**given) == shelf.commands:
            told.append(f"commands of {shelf.called}: unchanged")
        elif shelf.commands:
            await bot.set_my_commands(shelf.commands, **given)
            told.append(f"commands of {shelf.called}: {len(shelf.commands)} registered")
        else:
            await bot.delete_my_commands(**given)
            told.append(f"commands of {shelf.called}: taken away")
    return told


async def place_webhook(
    bot: Bot, menu: Menu, settings: TelegramSettings, way: Transport, *, name: str, dry_run: bool
) -> Sequence[str]:
    """Tell Telegram where the bot is, if it is sent webhooks and Telegram can reach it."""
    if way.kind == "polling":
        return [f"webhook: none, updates are polled ({way.reason})"]
    if menu.public_url is None or not menu.public_url.startswith("https://"):
        return ["webhook: not set; Telegram needs an https address in [server] public_url"]
    arguments: dict[str, Any] = {
        "url": f"{menu.public_url}/{name}/webhook",
        "allowed_updates": list(KINDS_WANTED),
        "max_connections": settings.max_connections,
    }
    if dry_run:
        return [_request("setWebhook", {**arguments, "secret_token": "(webhook_secret)"})]
    await bot.set_webhook(**arguments, secret_token=settings.webhook_secret.reveal())
    return [f"webhook: {arguments['url']}"]


def _languages(
    commands: Mapping[str, Sequence[NativeCommand]],
) -> tuple[dict[str, Sequence[NativeCommand]], list[str]]:
    """Give the lists by two-letter code; one for ``de`` goes before one for ``de-AT``."""
    found: dict[str, Sequence[NativeCommand]] = {}
    remarks = []
    for locale in sorted(commands, key=len):
        match = _LANGUAGE.fullmatch(locale)
        code = match[1].lower() if match else ""
        if locale and (not code or code in found):
            remarks.append(f'"{locale}": left out; Telegram knows languages of two letters')
        else:
            found[code] = commands[locale]
    return found, remarks


def _fitting(
    commands: Sequence[NativeCommand],
) -> tuple[dict[str, NativeCommand], list[str]]:
    found: dict[str, NativeCommand] = {}
    remarks = []
    for command in commands:
        name = command.name.lower()
        if _NAME.fullmatch(name):
            found.setdefault(name, command)
        else:
            remarks.append(
                f"/{command.name}: not in the menu, but understood when typed; "
                "names there are of a-z 0-9 _, at most 32"
            )
    return found, remarks


def _is_in(command: NativeCommand, scope: BotCommandScope) -> bool:
    match scope:
        case BotCommandScopeAllPrivateChats():
            return command.private
        case BotCommandScopeAllGroupChats():
            return command.room
        case _:
            return command.private and command.room


def _command(command: NativeCommand, name: str) -> BotCommand:
    said = command.summary.strip() or command.usage.strip() or command.name
    return BotCommand(name, shortened(" ".join(said.split()), MAX_DESCRIPTION))


def _request(method: str, arguments: Mapping[str, Any], shelf: Shelf | None = None) -> str:
    told = {key: value for key, value in arguments.items() if value != []}
    if shelf is not None:
        told["scope"] = shelf.scope.to_dict()
        told |= {"language_code": shelf.language} if shelf.language else {}
    return f"{method} {json.dumps(told, ensure_ascii=False)}"


def requests_of(plan: Plan) -> Iterator[str]:
    """Write the calls that fill the menu."""
    yield from (shelf.request for shelf in plan.shelves)
