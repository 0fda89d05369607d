"""The model in its own words: small talk, and answers from the operator's documents.

What it writes passes `nlu.llm.sifting`, piece by piece. Where nothing of it may be shown, or it
fails, the nearest passage is quoted instead; without one, the next engine is asked.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import structlog

from bot import Question, Statement
from nlu.documents import Found, Library, quoted
from nlu.llm.metering import Meter
from nlu.llm.server import FailedError, Failure, Server
from nlu.llm.settings import LlmSettings
from nlu.llm.sifting import ForeignError, Sieve, Spoken
from nlu.llm.streams import Piece
from nlu.llm.talk import instruction, render_talk

log = structlog.get_logger()

MOST_PASSAGES = 3
STEP = 16
"""Characters by which an answer grows before it is shown again."""


class Speaker:
    """Answers questions; ``library`` None where there are no documents."""

    def __init__(
        self, name: str, settings: LlmSettings, server: Server, *, meter: Meter,
        library: Library | None,
    ) -> None:  # fmt: skip
        self._name = name
        self._settings = settings
        self._server = server
        self._meter = meter
        self._library = library
        self._streams = True

    async def answer(self, question: Question) -> AsyncGenerator[Statement, None]:
        """See `bot.ports.Answering.answer`."""
        if not self._is_worth_a_call(question):
            return
        found = self._library.find(question.text, most=MOST_PASSAGES) if self._library else []
        if not found and not (self._settings.talk and question.chatty):
            return
        try:
            async with aclosing(self._spoken(question, found)) as growing:
                async for spoken in growing:
                    sources = dict.fromkeys(found[one].source for one in spoken.cited)
                    yield Statement(
                        text=spoken.text, sources=tuple(sources), engine=self._name,
                        final=spoken.final,
                    )  # fmt: skip
        except (ForeignError, FailedError):
            if not found:
                raise
            yield quoted(found[0], self._name, self._settings.answer_characters)

    def _is_worth_a_call(self, question: Question) -> bool:
        text = question.text
        return len(text) <= self._settings.max_characters and any(map(str.isalnum, text))

    async def _spoken(
        self, question: Question, found: Sequence[Found]
    ) -> AsyncGenerator[Spoken, None]:
        """Yield what may be shown as it grows, the whole at last; nothing where it knows nothing.

        Raises:
            ForeignError: it wrote what was not given to it.
            FailedError: it could not be asked, or did not come to an end.
        """
        chatty = self._settings.talk and question.chatty
        sieve = Sieve(
            question=question.text, passages=[one.text for one in found], chatty=chatty,
            told=instruction(question, found), longest=self._settings.answer_characters,
        )  # fmt: skip
        raw, shown = "", ""
        try:
            async with aclosing(self._pieces(question, found)) as pieces:
                async for piece in pieces:
                    raw += piece.text
                    if piece.whole or len(raw) - len(shown) < STEP:
                        continue
                    grown = sieve.so_far(raw)
                    if len(grown) > len(shown):
                        shown = grown
                        yield Spoken(text=grown, final=False)
            whole = sieve.whole(raw)
        except ForeignError as error:
            log.warning("answer.refused", engine=self._name, reason=str(error))
            raise
        if whole is not None:
            yield whole

    async def _pieces(
        self, question: Question, found: Sequence[Found]
    ) -> AsyncGenerator[Piece, None]:
        """Ask the model; once more where the server takes no request for pieces."""
        is_heard = False
        try:
            async with aclosing(self._asked(question, found, streams=self._streams)) as pieces:
                async for piece in pieces:
                    is_heard = True
                    yield piece
        except FailedError as error:
            if is_heard or not (self._streams and error.failure.misread):
                raise
            self._streams = False
        else:
            return
        async with aclosing(self._asked(question, found, streams=False)) as pieces:
            async for piece in pieces:
                yield piece

    async def _asked(
        self, question: Question, found: Sequence[Found], *, streams: bool
    ) -> AsyncGenerator[Piece, None]:
        body = render_talk(self._settings, question, found, streams=streams)
        ticket = self._meter.admit(body, self._settings.answer_tokens, question.now)
        if ticket is None:
            raise FailedError(Failure(reason="not asked"))
        tokens: int | None = None
        is_settled = False
        try:
            async with aclosing(self._server.stream(body)) as pieces:
                async for piece in pieces:
                    tokens = tokens if piece.tokens is None else piece.tokens
                    yield piece
        except FailedError as error:
            is_settled = True
            self._meter.failed(ticket, error.failure)
            raise
        finally:
            if not is_settled:
                self._meter.succeeded(ticket, tokens, "model.spoke")
