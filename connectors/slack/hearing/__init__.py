"""What Slack sends, from a signed request or a socket to what the bot makes of it."""
