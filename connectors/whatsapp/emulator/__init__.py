"""WhatsApp on this machine: Meta's Cloud API for the connector, an app for each person.

Nothing here knows the connector: what the two agree on is Meta's documentation, so a mistake has
to be made twice to go unseen.
"""

from connectors.whatsapp.emulator.emulator import WhatsAppEmulator, open_emulator

__all__ = ["WhatsAppEmulator", "open_emulator"]
