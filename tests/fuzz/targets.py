"""What is fuzzed: each connector's way from bytes to values, and what may come of any bytes.

A body may be refused by the errors that a parser declares, and by no other. What it comes to must
be storable, for the next step is a database: text without NUL and without halves of surrogates.
"""

import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import thread_time

from bot import Secret, account_of
from connectors.email.arrivals import read_arrival
from connectors.email.mails import MalformedError as NoMailError
from connectors.email.proofs import Marks
from connectors.email.wire import Letter, Mailbox, read_letter
from connectors.slack import wire as slack_wire
from connectors.slack.hearing.reception import Taken, take
from connectors.telegram.hearing import Hearing, needs_name
from connectors.telegram.wire import parse_update, tap_answered_by
from connectors.webchat.wire import Frame, parse_frame
from connectors.whatsapp.wire import Reader

CORPUS = Path(__file__).parent / "corpus"
SHARED = Path(__file__).parents[2] / "../shared/platforms"
MAX_BYTES = 64 * 1024
MAX_SECONDS = 0.050
"""Of CPU, for a body of up to MAX_BYTES, at its best of some tries."""

_SHOP = Hearing(username="shop_bot", hears_all=True, commands=frozenset({"book", "help"}))
_READER = Reader(connector="whatsapp", numbers=("1055", "1056"))
_BOX = Mailbox(
    account=account_of("email", "bot@shop.test"),
    address="bot@shop.test",
    marks=Marks(secret=Secret("a secret of sixteen"), domain="shop.test"),
    authserv_id="mx.shop.test",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A parser that takes bytes of strangers.

    Attributes:
        name: of the connector; also of the folder of its seeds.
        parse: the way from bytes to values, pure.
        refusals: the errors that it declares.
        samples: where recorded bodies are, below ``../shared/platforms``.
    """

    name: str
    parse: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...] = ()
    samples: str

    def seeds(self) -> list[bytes]:
        """Give the bodies to begin with: ours, and the recorded ones where they are there."""
        ours = sorted((CORPUS / self.name).iterdir())
        recorded = sorted(path for path in SHARED.glob(self.samples) if path.is_file())
        bodies = [path.read_bytes() for path in [*ours, *recorded]]
        return [body for body in bodies if len(body) <= MAX_BYTES]

    def check(self, body: bytes) -> None:
        """Parse a body; raises what must not be raised, and AssertionError on what is not kept."""
        try:
            found = self.parse(body)
        except self.refusals:
            return
        for text in texts_in(found):
            assert "\0" not in text, "no database keeps NUL"
            assert text.isascii() or text.encode(), "half of a surrogate pair"  # or it raises


def seconds_of(target: Target, body: bytes, *, tries: int = 3) -> float:
    """Tell how much CPU a body takes at best; counting of branches is put off meanwhile."""
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        return min(_seconds(target, body) for _ in range(tries))
    finally:
        sys.settrace(tracing)


def texts_in(value: object) -> Iterator[str]:
    """Go through every text of what was parsed, keys included."""
    match value:
        case str():
            yield value
        case Mapping():
            for key, part in value.items():
                yield from texts_in(key)
                yield from texts_in(part)
        case list() | tuple() | frozenset():
            for part in value:
                yield from texts_in(part)
        case _ if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                yield from texts_in(getattr(value, field.name))
        case _:
            return


def _seconds(target: Target, body: bytes) -> float:
    start = thread_time()
    target.check(body)
    return thread_time() - start


def _slack(body: bytes) -> Taken | None:
    if slack_wire.is_ssl_check(body):
        return None
    return take("slack", slack_wire.read_body(body), body)


def _telegram(body: bytes) -> object:
    received = parse_update(account_of("telegram", "42"), body, _SHOP)
    return needs_name(body), received, tap_answered_by(received.response)


def _webchat(body: bytes) -> tuple[Frame, Frame]:
    """Read a frame as a request brings it, and as a socket does: there it is text."""
    return parse_frame(body), parse_frame(body.decode("utf-8", "replace"))


def _email(body: bytes) -> Letter:
    return read_letter(read_arrival(body, _content_type(body)), _BOX)


def _content_type(body: bytes) -> str:
    """Tell what a provider would say that this body is."""
    if body[:1] == b"{":
        return "application/json"
    if body[:2] == b"--":
        boundary = body[2:72].splitlines()[0] if body[2:72].splitlines() else b""
        return f'multipart/form-data; boundary="{boundary.decode("latin-1")}"'
    return "message/rfc822"


TARGETS = {
    target.name: target
    for target in (
        Target(
            name="slack", parse=_slack, refusals=(slack_wire.MalformedError,),
            samples="slack/payloads/*/*",
        ),
        Target(name="telegram", parse=_telegram, samples="telegram/payloads/*/*.json"),
        Target(name="whatsapp", parse=_READER.read, samples="whatsapp/payloads/*/*.json"),
        Target(name="webchat", parse=_webchat, samples="webchat/payloads/*/*.json"),
        Target(name="email", parse=_email, refusals=(NoMailError,), samples="email/payloads/*/*"),
    )
}  # fmt: skip
