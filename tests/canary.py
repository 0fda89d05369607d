"""No secret of any test in any line that is logged, nor in the text of any error of ours.

A plugin of pytest: it learns each `Secret` as it is made, watches what leaves structlog and what
enters the standard library's loggers, and fails the test that let one out. It looks at lines as
they are written, so what redaction has taken away is no leak.
"""

import logging
import sys
import traceback
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from structlog._base import BoundLoggerBase

from bot import BotError, Secret
from bot.logs import LibraryHandler

SHORTEST = 6
"""Characters; the tests' shorter secrets are parts of ordinary words."""

PLATFORMS_OWN = "aiohttp.access"
"""What an emulated platform logs of calls of its API; our own server writes no such log."""

_FORMATTER = logging.Formatter()


@dataclass(slots=True)
class Canary:
    """Knows secrets by their first characters and looks for them in texts."""

    leaks: list[str] = field(default_factory=list)
    _known: dict[str, set[str]] = field(default_factory=dict)
    _place: object = None

    def know(self, secret: str) -> None:
        """Look for a secret from now on, also as URLs have it; not for a mere word."""
        for form in {secret, quote(secret, safe="")}:
            if len(form) >= SHORTEST and not form.isalpha() and " " not in form:
                self._known.setdefault(form[:SHORTEST], set()).add(form)

    def look(self, where: str, text: str) -> None:
        """Note a leak if a text holds a secret."""
        for at in range(len(text) - SHORTEST + 1):
            for secret in self._known.get(text[at : at + SHORTEST], ()):
                if text.startswith(secret, at):
                    self.leaks.append(f"{where}: {text.replace(secret, '[the secret]')[:300]}")
                    return

    def tell(self) -> None:
        """Fail if something leaked since it was last asked."""
        if self.leaks:
            told, self.leaks = "\n".join(self.leaks), []
            pytest.fail(f"a secret got out:\n{told}", pytrace=False)

    def enter(self, place: object) -> None:
        """Forget the secrets of another file: what is one there may be said aloud here."""
        if place != self._place:
            self._known.clear()
        self._place = place

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Learn every secret that is made, and look at everything that is logged or raised."""
        made, handled, processed = (
            Secret.__init__,
            logging.Logger.handle,
            BoundLoggerBase._process_event,
        )

        def make(secret: Secret, value: str) -> None:
            made(secret, value)
            self.know(value)

        def handle(logger: logging.Logger, record: logging.LogRecord) -> None:
            if record.name != PLATFORMS_OWN and not _is_rewritten():
                trace = _FORMATTER.formatException(record.exc_info) if record.exc_info else ""
                self.look(f"logger {record.name}", f"{record.getMessage()}\n{trace}")
            handled(logger, record)

        def process(
            logger: BoundLoggerBase, method: str, event: str | None, given: dict[str, Any]
        ) -> tuple[Sequence[Any], Mapping[str, Any]]:
            bare = f"{event} {given}\n{_trace(given)}"
            args, kw = processed(logger, method, event, given)
            # where no bot has set logs up, structlog draws tracebacks with all their variables
            is_ours = _is_rewritten()
            shown = (f"{args} {kw}" if kw else str(*args)) if is_ours else bare
            self.look(f"structlog of {_caller()}", shown)
            return args, kw

        def fail(error: BotError, *args: object) -> None:
            Exception.__init__(error, *args)
            self.look(f"{type(error).__name__} of {_caller()}", " ".join(map(str, args)))

        patch.setattr(Secret, "__init__", make)
        patch.setattr(logging.Logger, "handle", handle)
        patch.setattr(BoundLoggerBase, "_process_event", process)
        patch.setattr(BotError, "__init__", fail, raising=False)


def _trace(given: Mapping[str, Any]) -> str:
    """Write the traceback of a line that has one, without variables."""
    return traceback.format_exc() if given.get("exc_info") is True else ""


def _is_rewritten() -> bool:
    """Tell whether logs are set up as in a bot: then libraries' lines come out of structlog."""
    root = logging.getLogger()  # noqa: TID251 - whose handlers `configure_logs` sets
    return any(isinstance(handler, LibraryHandler) for handler in root.handlers)


def _caller() -> str:
    """Name the nearest module that is none of logging's, of errors' or of ours."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] != "structlog" and module not in {__name__, "bot.errors"}:
            return f"{module}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"


_CANARY = Canary()
_PATCH = pytest.MonkeyPatch()


def pytest_configure() -> None:
    """Begin to watch."""
    _CANARY.watch(_PATCH)


def pytest_unconfigure() -> None:
    """Leave everything as it was."""
    _PATCH.undo()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin a file anew; fixtures of a whole file are made after this."""
    _CANARY.enter(item.path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    """Fail the test that let a secret out, whatever else became of it."""
    yield
    _CANARY.tell()
