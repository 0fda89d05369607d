"""WhatsApp over Meta's Cloud API."""

from connectors.whatsapp.connector import WhatsAppSettings, connect

__all__ = ["WhatsAppSettings", "connect"]
