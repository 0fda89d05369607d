"""Sends messages and shows that an answer is under way: the calls behind `Connector.send`."""

from collections import OrderedDict
from contextlib import suppress
from typing import Any

from telegram import (
    Bot,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot import Body, OutboundMessage, crashpoint
from connectors.telegram.keyboards import SharingLabels
from connectors.telegram.media import post_file
from connectors.telegram.refusals import Refusals, is_done
from connectors.telegram.render import Destination, Sending, render
from connectors.telegram.shown import Shown, Under, under_of
from connectors.telegram.wire import SHARED

KEPT = 10_000
"""Chats that had a keyboard, and messages under way, known to this process."""

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    """What one bot sends."""

    def __init__(self, bot: Bot, refusals: Refusals, labels: SharingLabels) -> None:
        self._bot = bot
        self._labels = labels
        self._refusals = refusals
        self._parts: OrderedDict[str, list[int | None]] = OrderedDict()
        self._keyboards: OrderedDict[int, bool] = OrderedDict()

    async def send(self, message: OutboundMessage, where: Destination, hints: Body) -> Shown:
        """Send a message in its parts; gives their ids, as far as Telegram tells them.

        The Bot API takes no idempotency key. Where one of the parts fails, the next attempt in this
        process begins with that part.
        """
        answered = _answered(where, hints)
        is_open = self._keyboards.get(where.chat, SHARED in hints)
        calls = render(
            message,
            as_reply=answered is not None,
            sharing=None if where.is_group else self._labels,
            unfolds=is_open and not where.is_group,
        )
        sent = self._begun(str(hints.get("client_id", "")))
        for call in calls[min(len(sent), len(calls) - 1) :]:
            sent.append(await self.post(call, where, None if sent else answered))
        self._parts.pop(str(hints.get("client_id", "")), None)
        self._note_keyboard(where.chat, calls[-1])
        return Shown(ids=tuple(filter(None, sent)), under=under_of(calls[-1].markup))

    def _begun(self, client_id: str) -> list[int | None]:
        """Give the ids of the parts that were sent already; without an id none are remembered."""
        if not client_id:
            return []
        sent = self._parts.setdefault(client_id, [])
        if len(self._parts) > KEPT:
            self._parts.popitem(last=False)
        return sent

    async def type(self, where: Destination) -> None:
        """Show for five seconds that an answer is under way (Bot API, sendChatAction)."""
        try:
            await self._bot.send_chat_action(
                where.chat, ChatAction.TYPING, message_thread_id=where.thread
            )
        except TelegramError as error:
            raise self._refusals.read(error, "action") from error

    def _note_keyboard(self, chat: int, last: Sending) -> None:
        """Remember whether a keyboard is to be taken away."""
        stands = isinstance(last.markup, ReplyKeyboardMarkup)
        if stands or under_of(last.markup) is Under.UNFOLDS:
            self._keyboards[chat] = stands
            if len(self._keyboards) > KEPT:
                self._keyboards.popitem(last=False)

    async def post(
        self, call: Sending, where: Destination, answered: int | None = None
    ) -> int | None:
        """Send one part; returns the id of the message if Telegram tells it."""
        try:
            try:
                return await self._call(call, where, answered)
            except ChatMigrated as moved:  # a group became a supergroup; it had no topics before
                return await self._call(call, Destination(chat=moved.new_chat_id), None)
        except TelegramError as error:
            if is_done(error):
                return None
            raise self._refusals.read(error, "message", chat=where.chat) from error

    async def _call(self, call: Sending, where: Destination, answered: int | None) -> int | None:
        around: dict[str, Any] = {
            "chat_id": where.chat,
            "reply_markup": call.markup,
            "message_thread_id": where.thread,
            "reply_parameters": None,
        }
        if answered is not None:
            around["reply_parameters"] = ReplyParameters(answered, allow_sending_without_reply=True)
        crashpoint("telegram.send.before")
        if call.file is not None:
            sent = await post_file(self._bot, call.file, call.text, around)
        elif call.photo is not None:
            sent = await self._show(call.photo, call.text, around)
        else:
            sent = await self._say(call.text, around)
        crashpoint("telegram.send.after")
        return sent.message_id or None

    async def _say(self, text: str, around: dict[str, Any]) -> Message:
        return await self._bot.send_message(text=text, link_preview_options=NO_PREVIEW, **around)

    async def _show(self, photo: str, caption: str, around: dict[str, Any]) -> Message:
        """Let Telegram fetch a picture; where it cannot, its address stands under the words."""
        with suppress(BadRequest):  # whatever else it was is refused again
            return await self._bot.send_photo(photo=photo, caption=caption or None, **around)
        return await self._say("\n".join(filter(None, (caption, photo))), around)


def _answered(where: Destination, hints: Body) -> int | None:
    """Tell which message of a group is answered; after a tap it would be the bot's own."""
    message_id = str(hints.get("message_id", ""))
    if not where.is_group or "callback_query_id" in hints or not message_id.isdecimal():
        return None
    return int(message_id)
