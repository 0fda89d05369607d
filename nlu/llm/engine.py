"""The engine: a sentence, the commands as tools, and a model that proposes some of them.

Whatever goes wrong means "not understood", and the next engine is asked. What the model says
beside its calls is never read, and what it calls is only proposed: the dialog asks for a yes.
Where the operator wants it to speak, that is another call (`nlu.llm.speaker`).
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import structlog

from bot import Engine, Interpretation, Question, Statement, Utterance, VocabularyEntry
from nlu.documents import Library, open_library
from nlu.llm.arguments import taken
from nlu.llm.metering import Meter
from nlu.llm.server import Failure, Server, open_server
from nlu.llm.settings import LlmSettings
from nlu.llm.speaker import Speaker
from nlu.llm.tools import MOST_TOOLS, private_parameters, tools_of
from nlu.llm.wire import Answer, Call, render_request, tools_json

log = structlog.get_logger()

CONFIDENCE = 0.75
"""Above what a dialog goes by, below what it takes for a command's own sentence."""
MARGIN = timedelta(milliseconds=500)
"""The call ends by its own time-out, so that the breaker learns of it."""


@asynccontextmanager
async def open_engine(
    name: str, settings: LlmSettings, vocabulary: Sequence[VocabularyEntry]
) -> AsyncIterator[Engine]:
    """Open the engine; no call is made before a sentence comes."""
    offered = sum(entry.answered for entry in vocabulary)
    if offered > MOST_TOOLS:
        log.warning("tools.cut", engine=name, commands=offered, offered=MOST_TOOLS)
    if settings.shows_its_key:
        log.warning("key.exposed", engine=name, remedy="use https, or a server on this machine")
    library = await _open_library(name, settings)
    meter = Meter(name, settings)
    async with open_server(settings) as server:
        speaker = Speaker(name, settings, server, meter=meter, library=library)
        yield LlmEngine(
            name, settings, vocabulary, server, meter=meter,
            speaker=speaker if settings.speaks else None,
        )  # fmt: skip


async def _open_library(name: str, settings: LlmSettings) -> Library | None:
    if not settings.documents:
        return None
    library = await open_library(settings.documents, link=settings.link)
    log.info("documents.read", engine=name, passages=len(library))
    return library


class LlmEngine:
    """See `bot.ports.Engine`."""

    def __init__(
        self,
        name: str,
        settings: LlmSettings,
        vocabulary: Sequence[VocabularyEntry],
        server: Server,
        *,
        meter: Meter,
        speaker: Speaker | None = None,
    ) -> None:
        self.patience = settings.timeout + MARGIN
        self._name = name
        self._settings = settings
        self._server = server
        self._tools = tools_of(vocabulary)
        self._offered = tools_json(self._tools)
        self._private = private_parameters(vocabulary)
        self._meter = meter
        self._speaker = speaker

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`."""
        if not self._is_worth_a_call(utterance):
            return Interpretation(command=None, engine=self._name)
        answer = await self._asked(utterance)
        calls = [] if answer is None else self._known(answer.calls)
        if not calls:
            model = self._settings.model if answer is not None else ""
            return Interpretation(command=None, engine=self._name, model=model)
        first, *others = (self._proposed(call, utterance.text) for call in calls)
        return replace(first, more=tuple(others), guess=first.command)

    @property
    def answers(self) -> bool:
        """See `bot.ports.Answering.answers`."""
        return self._speaker is not None

    @property
    def answer_patience(self) -> timedelta:
        """See `bot.ports.Answering.answer_patience`."""
        return self._settings.answer_timeout + MARGIN

    async def answer(self, question: Question) -> AsyncGenerator[Statement, None]:
        """See `bot.ports.Answering.answer`."""
        if self._speaker is None:
            return
        async with aclosing(self._speaker.answer(question)) as growing:
            async for statement in growing:
                yield statement

    def _proposed(self, call: Call, text: str) -> Interpretation:
        tool = self._tools[call.tool]
        return Interpretation(
            command=tool.command,
            arguments=taken(call.arguments, tool.parameters, text),
            confidence=CONFIDENCE,
            engine=self._name,
            model=self._settings.model,
        )

    def _is_worth_a_call(self, utterance: Utterance) -> bool:
        """Tell whether a text may be sent and is likely to be a wish.

        A lone word is an answer or one of the words that the bot knows by itself; the answer to a
        question whose answer is masked is nobody's business.
        """
        text = utterance.text
        if not self._tools or len(text) > self._settings.max_characters:
            return False
        if not any(map(str.isalnum, text)) or (text.isascii() and len(text.split()) < 2):
            return False
        return self._private.isdisjoint(utterance.asked)

    def _known(self, calls: Sequence[Call]) -> list[Call]:
        """Keep the calls of tools that there are, the first of each, in the model's order."""
        known = {call.tool: call for call in reversed(calls) if call.tool in self._tools}
        return [call for call in calls if known.get(call.tool) is call]

    async def _asked(self, utterance: Utterance) -> Answer | None:
        """Ask the model, where the breaker and the budget allow it."""
        body = render_request(self._settings, self._offered, utterance)
        ticket = self._meter.admit(body, self._settings.max_tokens, utterance.now)
        if ticket is None:
            return None
        told = await self._server.ask(body)
        if isinstance(told, Failure):
            self._meter.failed(ticket, told)
            return None
        self._meter.succeeded(ticket, told.tokens)
        return told
