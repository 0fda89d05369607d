"""How the Bot API says no: an HTTP status and the same number, a description, parameters."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A call is refused; becomes ``{"ok": false, "error_code", "description", "parameters"}``."""

    def __init__(
        self, code: int, description: str, parameters: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})

    def envelope(self) -> dict[str, Any]:
        """Make the JSON of the answer."""
        told = {"ok": False, "error_code": self.code, "description": self.description}
        return told | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(what: str) -> ApiError:
    """Refuse a call for what it says."""
    return ApiError(400, f"Bad Request: {what}")


def slow_down(seconds: int) -> ApiError:
    """Refuse a call because there were too many."""
    description = f"Too Many Requests: retry after {seconds}"
    return ApiError(429, description, {"retry_after": seconds})
