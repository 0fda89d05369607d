"""Slack: direct messages, mentions, slash commands and buttons, on one URL."""

from connectors.slack.connector import SlackSettings, connect

__all__ = ["SlackSettings", "connect"]
