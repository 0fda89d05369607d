"""E-mail on this machine: a real SMTP server, a provider's webhook, and mailboxes of persons."""

from connectors.email.emulator.emulator import EmailEmulator, open_emulator

__all__ = ["EmailEmulator", "open_emulator"]
