"""How far the parts of a long message got, so that the next attempt goes on behind them.

Slack refuses bursts, so it is the long messages that stop half-way; begun anew each time, they
would meet the same refusal for ever. Known to this process only: after a crash parts may repeat.
"""

MAX_MESSAGES = 1000


class Progress:
    """Counts the accepted parts of unfinished messages; the oldest make room."""

    def __init__(self) -> None:
        self._accepted: dict[str, int] = {}

    def accepted(self, client_id: str) -> int:
        """Tell how many parts of a message Slack has taken."""
        return self._accepted.get(client_id, 0)

    def note(self, client_id: str, parts: int) -> None:
        """Remember how many parts were taken; without an id there is nothing to go by."""
        if not client_id:
            return
        self._accepted[client_id] = parts
        while len(self._accepted) > MAX_MESSAGES:
            del self._accepted[next(iter(self._accepted))]

    def finish(self, client_id: str) -> None:
        """Forget a message that is through."""
        self._accepted.pop(client_id, None)
