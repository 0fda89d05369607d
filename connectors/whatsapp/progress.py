"""Remember how far a message of several parts got, so that no part is repeated needlessly."""

_MOST = 1000


class Progress:
    """Parts accepted of messages under way, by client id; forgotten with the process.

    Only unfinished messages are in it: a retry comes soon, and the oldest make room.
    """

    def __init__(self) -> None:
        self._parts: dict[str, int] = {}

    def parts_sent(self, client_id: str) -> int:
        """Tell how many parts an earlier attempt got through."""
        return self._parts.get(client_id, 0)

    def advance(self, client_id: str) -> None:
        """Count one more part; nothing is remembered of messages without a client id."""
        if not client_id:
            return
        self._parts[client_id] = self._parts.pop(client_id, 0) + 1
        if len(self._parts) > _MOST:
            del self._parts[next(iter(self._parts))]

    def end(self, client_id: str) -> None:
        """Forget a message that is through."""
        self._parts.pop(client_id, None)
