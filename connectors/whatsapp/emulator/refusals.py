"""How Meta says no: the error object of the Graph API."""

import secrets
from dataclasses import dataclass
from http import HTTPStatus

from bot import Body

# Meta, "Cloud API error codes": title and HTTP status.
_TITLES = {
    100: "Invalid parameter",
    131000: "Something went wrong",
    131009: "Parameter value is not valid",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132005: "Translated text too long",
    132012: "Parameter format does not match format in the created template",
    132018: "There is an issue with the parameters in your template",
    130429: "Rate limit hit",
    190: "Invalid OAuth access token - Cannot parse access token",
}
_STATUSES = {
    131000: HTTPStatus.INTERNAL_SERVER_ERROR,
    130429: HTTPStatus.TOO_MANY_REQUESTS,
    131056: HTTPStatus.TOO_MANY_REQUESTS,
    132001: HTTPStatus.NOT_FOUND,
    190: HTTPStatus.UNAUTHORIZED,
}
_HELP = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


class RefusedError(Exception):
    """A request that Meta would refuse."""

    def __init__(self, code: int, details: str, *, subcode: int | None = None) -> None:
        super().__init__(f"({code}) {details}")
        self.refusal = Refusal(code=code, details=details, subcode=subcode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error code with what is wrong in this case."""

    code: int
    details: str
    subcode: int | None = None

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return _STATUSES.get(self.code, HTTPStatus.BAD_REQUEST)

    def answer(self) -> Body:
        """Make the body of the API's answer."""
        error: dict[str, object] = {
            "message": f"(#{self.code}) {_TITLES[self.code]}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": f"A{secrets.token_urlsafe(16)}",
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return {"error": error}

    def report(self) -> Body:
        """Make the entry of ``errors`` in a status webhook."""
        title = _TITLES[self.code]
        data = {"details": self.details}
        return {
            "code": self.code, "title": title, "message": title, "error_data": data, "href": _HELP
        }  # fmt: skip
