"""Telegram: the Bot API over webhooks, read and called with python-telegram-bot's types."""

from connectors.telegram.connector import TelegramSettings, connect

__all__ = ["TelegramSettings", "connect"]
