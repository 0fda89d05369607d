"""Telegram on this machine: the Bot API for a bot, an app for persons.

For tests and the sandbox, and for whoever writes a bot or a client of the Bot API: it is no part of
the connector, which never imports it.
"""

from connectors.telegram.emulator.telegram import TelegramEmulator, open_emulator

__all__ = ["TelegramEmulator", "open_emulator"]
