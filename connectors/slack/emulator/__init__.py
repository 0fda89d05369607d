"""Slack on this machine: its Web API, its webhooks and an app for persons.

Strict where Slack is: wrong tokens, Block Kit's limits, used-up response URLs and late triggers
are refused in Slack's own words, webhooks are signed and delivered again on Slack's schedule.
"""

from connectors.slack.emulator.emulator import SlackEmulator, open_emulator

__all__ = ["SlackEmulator", "open_emulator"]
