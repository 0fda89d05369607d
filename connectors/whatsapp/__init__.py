"""WhatsApp over Meta's Cloud API."""

from connectors.whatsapp.connector import connect
from connectors.whatsapp.settings import Template, WhatsAppSettings

__all__ = ["Template", "WhatsAppSettings", "connect"]
