"""Telegram: the Bot API over webhooks, read and called with python-telegram-bot's types."""

from connectors.telegram.connector import connect
from connectors.telegram.settings import TelegramSettings

__all__ = ["TelegramSettings", "connect"]
