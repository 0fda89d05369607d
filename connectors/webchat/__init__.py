"""Web chat: a widget for any page, over WebSocket or long-poll (protocol ``threadline.v1``)."""

from connectors.webchat.connector import WebChatConnector, connect
from connectors.webchat.settings import Brand, Limits, WebChatSettings

__all__ = ["Brand", "Limits", "WebChatConnector", "WebChatSettings", "connect"]
