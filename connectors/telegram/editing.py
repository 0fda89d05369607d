"""Puts messages in the place of earlier ones."""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog
from telegram import Bot, InlineKeyboardMarkup
from telegram.error import BadRequest, TelegramError

from bot import Body, OutboundMessage, crashpoint
from connectors.telegram.refusals import Refusals, is_done, is_late, is_no_text
from connectors.telegram.render import Destination, Sending, render
from connectors.telegram.sending import NO_PREVIEW, Sender
from connectors.telegram.shown import Shown, Under
from connectors.telegram.wire import SHARED

KEPT_MESSAGES = 10_000
"""How many messages that are no longer where their receipts say are known to this process."""

log = structlog.get_logger()


class Editor:
    """What one bot changes of what it has sent."""

    def __init__(self, bot: Bot, sender: Sender, refusals: Refusals) -> None:
        self._bot = bot
        self._sender = sender
        self._refusals = refusals
        self._instead: OrderedDict[tuple[int, int], Shown] = OrderedDict()

    async def edit(
        self, message: OutboundMessage, where: Destination, shown: Shown, hints: Body
    ) -> Shown:
        """Put a message in the place of an earlier one; gives what stands there then.

        Parts that were too many are deleted, those that are new go out behind. What is gone or can
        no longer be edited is left: there is nobody to tell. Doing it again changes nothing.
        """
        key = where.chat, shown.ids[0]
        known = self._instead.get(key, shown)
        if known.under is Under.ASKS:
            return known
        if known.under is Under.UNFOLDS:
            stands = await self._supersede(message, where, known, hints)
        else:
            stands = await self._rewrite(message, where, known.ids)
        if stands.ids and stands != shown:  # whoever edits next names the first one again
            self._instead[key] = stands
            if len(self._instead) > KEPT_MESSAGES:
                self._instead.popitem(last=False)
        return stands

    async def _supersede(
        self, message: OutboundMessage, where: Destination, shown: Shown, hints: Body
    ) -> Shown:
        """Send another message and delete the one that cannot be edited."""
        known = {key: value for key, value in hints.items() if key != SHARED}
        sent = await self._sender.send(replace(message, replaces=None), where, known)
        await self._delete(where.chat, shown.ids)
        return sent

    async def _rewrite(
        self, message: OutboundMessage, where: Destination, ids: Sequence[int]
    ) -> Shown:
        calls = render(replace(message, files=(), asks=None))
        for message_id, call in zip(ids, calls, strict=False):
            await self._edit(call, where, message_id)
        await self._delete(where.chat, ids[len(calls) :])
        more = [await self._sender.post(call, where) for call in calls[len(ids) :]]
        return Shown(ids=(*ids[: len(calls)], *filter(None, more)))

    async def _delete(self, chat: int, ids: Sequence[int]) -> None:
        for message_id in ids:
            with suppress(TelegramError):  # older than two days, or gone: its words stand below
                await self._bot.delete_message(chat, message_id)

    async def _edit(self, call: Sending, where: Destination, message_id: int) -> None:
        if not call.text:
            return  # a picture without words: there is nothing to change
        crashpoint("telegram.send.before")
        try:
            await self._change(call, where, message_id)
        except TelegramError as error:
            if is_late(error):
                log.info("edit.missed", error=type(error).__name__)
            elif not is_done(error):
                raise self._refusals.read(error, "edit", chat=where.chat) from error
        crashpoint("telegram.send.after")

    async def _change(self, call: Sending, where: Destination, message_id: int) -> None:
        """Change text and buttons, or the caption where the message is a file."""
        at: dict[str, Any] = {"chat_id": where.chat, "message_id": message_id}
        markup = call.markup if isinstance(call.markup, InlineKeyboardMarkup) else None
        if call.photo is None:
            try:
                await self._bot.edit_message_text(
                    call.text, **at, reply_markup=markup, link_preview_options=NO_PREVIEW
                )
            except BadRequest as error:
                if not is_no_text(error):
                    raise
            else:
                return
        await self._bot.edit_message_caption(**at, caption=call.text, reply_markup=markup)
