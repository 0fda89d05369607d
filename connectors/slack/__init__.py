"""Slack: direct messages, mentions, slash commands and buttons, on one URL."""

from connectors.slack.connector import connect
from connectors.slack.settings import SlackSettings

__all__ = ["SlackSettings", "connect"]
