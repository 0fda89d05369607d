"""E-mail: out by SMTP, in by a provider's webhook or a small SMTP listener."""

from connectors.email.connector import EmailConnector, connect
from connectors.email.settings import EmailSettings

__all__ = ["EmailConnector", "EmailSettings", "connect"]
