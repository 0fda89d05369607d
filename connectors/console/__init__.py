"""The terminal as a channel: for ``threadline chat``."""

from connectors.console.connector import (
    ConsoleConnector,
    ConsoleSettings,
    Terminal,
    connect,
    connect_terminal,
)

__all__ = ["ConsoleConnector", "ConsoleSettings", "Terminal", "connect", "connect_terminal"]
