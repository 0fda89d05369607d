"""Updates fetched with long polls, for a bot that no webhook can reach."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from urllib.parse import urlencode

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from bot import Received
from connectors.telegram.kinds import KINDS_WANTED
from connectors.telegram.request import AiohttpRequest, SlowDownError
from connectors.telegram.wire import tap_answered_by

POLL_SECONDS = 25
"""Telegram holds a poll for at most 50 (tdlib/telegram-bot-api, Client.h)."""

BATCH = 50
MAX_PAUSE_SECONDS = 60.0

Read = Callable[[bytes], Awaitable[Received]]
"""Reads one update; raises TelegramError where it has to ask Telegram something first."""

log = structlog.get_logger()


async def poll(request: AiohttpRequest, bot: Bot, read: Read) -> AsyncIterator[Received]:
    """Yield updates one by one, for ever.

    Telegram hears that one was taken only after the next was asked for: what it is not told of, it
    keeps for 24 hours and gives again.
    """
    offset, failures = 0, 0
    while True:
        before = offset
        try:
            updates = await _fetch(request, bot, offset)
            for update in updates:
                received = await read(json.dumps(update).encode())
                yield received
                offset = max(offset, _update_id(update) + 1)
                await _answer(bot, received)
        except TelegramError as error:
            await _pause(error, failures)
            failures += 1
            continue
        failures = 0
        if updates and offset == before:  # nothing of it can be confirmed: do not spin
            await _pause(TelegramError("updates without ids"), failures=1)


async def _fetch(request: AiohttpRequest, bot: Bot, offset: int) -> Sequence[object]:
    """Fetch raw updates: `Bot.get_updates` refuses all of them for one that it cannot read."""
    arguments = {
        "offset": offset,
        "limit": BATCH,
        "timeout": POLL_SECONDS,
        "allowed_updates": json.dumps(KINDS_WANTED),
    }
    try:
        updates = await request.post(
            f"/getUpdates?{urlencode(arguments)}", read_timeout=POLL_SECONDS + 10
        )
    except Conflict as error:
        if "webhook is active" in error.message:  # as PTB's own Updater does at its start
            await bot.delete_webhook(drop_pending_updates=False)
        raise
    return updates if isinstance(updates, list) else []


async def _answer(bot: Bot, received: Received) -> None:
    """Stop the spinner of a tapped button; it turns by itself for a while if that fails."""
    query = tap_answered_by(received.response)
    if query is None:
        return
    try:
        await bot.answer_callback_query(query)
    except TelegramError as error:
        log.info("callback.unanswered", error=type(error).__name__)


async def _pause(error: TelegramError, failures: int) -> None:
    """Wait before the next poll: not at all, then 1, 2, 4 … seconds, or as long as we are told."""
    seconds = min(2.0 ** (failures - 1), MAX_PAUSE_SECONDS) if failures else 0.0
    if isinstance(error, SlowDownError) and error.pause is not None:
        seconds = error.pause.total_seconds()
    remedy = _remedy(error)
    if remedy:
        seconds = max(seconds, 1.0)
        log.error("poll.refused", error=type(error).__name__, pause=seconds, remedy=remedy)
    else:
        log.warning("poll.failed", error=type(error).__name__, pause=seconds)
    await asyncio.sleep(seconds)


def _remedy(error: TelegramError) -> str:
    """Say what a person must do; empty where time will do it."""
    if isinstance(error, InvalidToken):
        return "the token is refused: copy it anew from @BotFather"
    if isinstance(error, Conflict) and "webhook" not in error.message:
        return "another process polls this bot: stop it, or give each its own bot"
    return ""


def _update_id(update: object) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int else -1
