"""Which token speaks for an account."""

from bot import AccountId, Secret
from connectors.slack.settings import SlackSettings


class Tokens:
    """Finds the bot's token of the workspace that an address belongs to."""

    def __init__(self, settings: SlackSettings) -> None:
        self._own = settings.bot_token

    async def token_of(self, account: AccountId) -> Secret:
        """Find the token for an account: there is one workspace."""
        del account
        return self._own
