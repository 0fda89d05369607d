"""The sandbox: a page of chat panes, emulated platforms, and the bot as a child process."""

from bot.sandbox.serving import serve

__all__ = ["serve"]
