"""What Telegram says no to, as the outbox understands it; nothing here can hold the token."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta

from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot import BlockedError, ConnectorError, PermanentSendError, Secret, TransientSendError
from connectors.telegram.request import SlowDownError

MAX_REASON = 200
"""Characters of Telegram's description that reach an operator."""

_SHUT_OUT = (
    "blocked by the user",
    "user is deactivated",
    "was kicked",
    "is not a member",
    "can't initiate conversation",
)
"""What a 403 says where the customer or the group wants no more of us (tdlib, Client.cpp)."""

_EDIT_IS_DONE = ("message is not modified",)
_EDIT_IS_LATE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
)
_NOT_A_TEXT = ("there is no text in the message to edit",)


_PAUSE = timedelta(seconds=1)
"""How long a chat waits where Telegram does not say."""


def _says(error: TelegramError, words: Sequence[str]) -> bool:
    told = error.message.lower()
    return isinstance(error, BadRequest) and any(word in told for word in words)


def is_done(error: TelegramError) -> bool:
    """Tell whether a message already is as it was to become."""
    return _says(error, _EDIT_IS_DONE)


def is_late(error: TelegramError) -> bool:
    """Tell whether the message that was to be edited is gone or past it."""
    return _says(error, _EDIT_IS_LATE)


def is_no_text(error: TelegramError) -> bool:
    """Tell whether the message has a caption instead."""
    return _says(error, _NOT_A_TEXT)


class Floods:
    """Tells a chat that is written to too fast from an account that writes too fast.

    Telegram allows about one message a second in a chat, twenty a minute in a group and thirty a
    second in all (python-telegram-bot, telegram.constants.FloodLimit), and says the same of each.
    One private chat that has to wait is that chat; a second one meanwhile is the account. A group
    has its own limit, always.
    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[int, float] = OrderedDict()

    def is_wide(self, chat: int, pause: timedelta | None) -> bool:
        """Note that a chat has to wait; tells whether all have to."""
        if chat < 0:
            return False
        now = asyncio.get_running_loop().time()
        for other in [other for other, until in self._waiting.items() if until <= now]:
            del self._waiting[other]
        self._waiting[chat] = now + (_PAUSE if pause is None else pause).total_seconds()
        return len(self._waiting) > 1


class Refusals:
    """Translates Telegram's errors into ours."""

    def __init__(self, token: Secret) -> None:
        self._token = token
        self._floods = Floods()

    def read(self, error: TelegramError, what: str, *, chat: int | None = None) -> ConnectorError:
        """Say who must act; ``chat`` is where it was sent to, if anywhere."""
        match error:
            case SlowDownError(pause=pause):
                wide = chat is not None and self._floods.is_wide(chat, pause)
                return TransientSendError(
                    "Telegram asks us to slow down", retry_after=pause, wide=wide
                )
            case Forbidden():
                shut_out = any(word in error.message.lower() for word in _SHUT_OUT)
                kind = BlockedError if shut_out else PermanentSendError
                return kind(f"the customer cannot be written to: {self._told(error)}")
            case BadRequest():
                return PermanentSendError(f"Telegram refused the {what}: {self._told(error)}")
            case InvalidToken():
                return PermanentSendError("Telegram refused the bot's token; renew it")
            case _:
                return TransientSendError(f"Telegram cannot be reached: {self._told(error)}")

    def _told(self, error: TelegramError) -> str:
        """Give Telegram's own words; whoever sits between us could repeat the URL."""
        return error.message.replace(self._token.reveal(), "(token)")[:MAX_REASON]
