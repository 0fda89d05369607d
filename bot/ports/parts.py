"""How far a message of several parts got, so that the next attempt goes on behind them."""

KEPT_MESSAGES = 1000


class Progress:
    """Counts the accepted parts of messages under way, by client id.

    For connectors whose platform refuses bursts: begun anew each time, a long message would meet
    the same refusal for ever. Known to the process only: after a crash parts may repeat. Of more
    than `KEPT_MESSAGES` unfinished messages the oldest are forgotten.
    """

    def __init__(self) -> None:
        self._accepted: dict[str, int] = {}

    def accepted(self, client_id: str) -> int:
        """Tell how many parts of a message the platform has taken."""
        return self._accepted.get(client_id, 0)

    def note(self, client_id: str, parts: int) -> None:
        """Remember how many parts were taken; without an id there is nothing to go by."""
        if not client_id:
            return
        self._accepted[client_id] = parts
        while len(self._accepted) > KEPT_MESSAGES:
            del self._accepted[next(iter(self._accepted))]

    def finish(self, client_id: str) -> None:
        """Forget a message that is through."""
        self._accepted.pop(client_id, None)
