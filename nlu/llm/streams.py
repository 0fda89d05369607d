"""An answer in pieces: server-sent events of chat completions, by OpenAI's API reference.

The events are those of the HTML Living Standard, "Server-sent events"; only ``data`` is read.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DONE = "[DONE]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some more of an answer's text; ``tokens`` is what the server counted, in the last piece.

    ``whole``: it is all of it, for the server does not stream.
    """

    text: str = ""
    tokens: int | None = None
    whole: bool = False


class StreamError(ValueError):
    """What came is no stream of this API, or the server broke it off."""


class EventReader:
    """Cuts bytes into events, wherever they are cut into chunks."""

    def __init__(self) -> None:
        self._rest = b""
        self.is_done = False

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """Take bytes; yields the pieces that are whole.

        Raises:
            StreamError: an event is none of this API.
        """
        lines = (self._rest + chunk).replace(b"\r\n", b"\n").split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            field, _, value = line.partition(b":")
            if field == b"data" and not self.is_done:
                yield from self._read(value.strip())

    def _read(self, data: bytes) -> Iterator[Piece]:
        if data == DONE.encode():
            self.is_done = True
            return
        try:
            event = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise StreamError("an event is no JSON") from error
        if not isinstance(event, dict) or event.get("error"):
            raise StreamError("the server broke it off")
        yield Piece(text=_text(event.get("choices")), tokens=tokens_of(event.get("usage")))


def tokens_of(usage: object) -> int | None:
    """Read how many tokens a call took; None where the server does not tell."""
    match usage:
        case {"total_tokens": int(tokens)} if tokens >= 0 and not isinstance(tokens, bool):
            return tokens
        case _:
            return None


def _text(choices: Any) -> str:  # noqa: ANN401 - JSON from outside
    match choices:
        case [{"delta": {"content": str(text)}}, *_] | [{"text": str(text)}, *_]:
            return text
        case _:
            return ""
