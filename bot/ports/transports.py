"""How what customers say comes to a connector whose platform has several ways, and why so."""

from dataclasses import dataclass

import structlog

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """A way that was chosen (``webhook``, ``socket``, ``polling``).

    ``remedy`` says what to do where nothing will probably come by it.
    """

    kind: str
    reason: str
    remedy: str = ""

    def tell(self, connector: str) -> None:
        """Log which it is, for it may not be the one that somebody expects."""
        remedy = {"remedy": self.remedy} if self.remedy else {}
        level = log.warning if self.remedy else log.info
        level(
            "transport.chosen",
            connector=connector, transport=self.kind, reason=self.reason, **remedy,
        )  # fmt: skip
