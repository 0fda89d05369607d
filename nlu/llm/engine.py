"""The engine: a sentence, the commands as tools, and a model that proposes one of them.

Whatever goes wrong means "not understood", and the next engine is asked. What the model says
beside its calls is never read, and what it calls is only proposed: the dialog asks for a yes.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, timedelta

import structlog

from bot import Alternative, Engine, Interpretation, Utterance, VocabularyEntry
from nlu.llm.arguments import taken
from nlu.llm.limits import Budget, Circuit
from nlu.llm.server import Failure, Server, open_server
from nlu.llm.settings import LlmSettings
from nlu.llm.tools import MOST_TOOLS, private_parameters, tools_of
from nlu.llm.wire import Answer, Call, render_request, tools_json

log = structlog.get_logger()

CONFIDENCE = 0.75
"""Above what a dialog goes by, below what it takes for a command's own sentence."""
ALSO = 0.4
"""Of further commands that were called: enough for "did you mean"."""
MARGIN = timedelta(milliseconds=500)
"""The call ends by its own time-out, so that the breaker learns of it."""
BYTES_PER_TOKEN = 3
"""Fewer than any tokeniser needs for English or JSON (about 4): for paying beforehand."""


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
    async with open_server(settings) as server:
        yield LlmEngine(name, settings, vocabulary, server)


class LlmEngine:
    """See `bot.ports.Engine`."""

    def __init__(
        self,
        name: str,
        settings: LlmSettings,
        vocabulary: Sequence[VocabularyEntry],
        server: Server,
    ) -> None:
        self.patience = settings.timeout + MARGIN
        self._name = name
        self._settings = settings
        self._server = server
        self._tools = tools_of(vocabulary)
        self._offered = tools_json(self._tools)
        self._private = private_parameters(vocabulary)
        self._budget = Budget(settings.tokens_per_day)
        self._circuit = Circuit(settings.breaker)
        self._is_spent = False

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`."""
        if not self._is_worth_a_call(utterance):
            return Interpretation(command=None, engine=self._name)
        answer = await self._asked(utterance)
        calls = [] if answer is None else self._known(answer.calls)
        if not calls:
            return Interpretation(command=None, engine=self._name)
        first, *others = calls
        tool = self._tools[first.tool]
        also = dict.fromkeys(self._tools[call.tool].command for call in others)
        also.pop(tool.command, None)
        return Interpretation(
            command=tool.command,
            arguments=taken(first.arguments, tool.parameters, utterance.text),
            confidence=CONFIDENCE,
            engine=self._name,
            alternatives=[Alternative(command=one, confidence=ALSO) for one in also],
            guess=tool.command,
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
        return [call for call in calls if call.tool in self._tools]

    async def _asked(self, utterance: Utterance) -> Answer | None:
        """Ask the model, where the breaker and the budget allow it."""
        loop = asyncio.get_running_loop()
        body = render_request(self._settings, self._offered, utterance)
        day = utterance.now.astimezone(UTC).date()
        price = len(body) // BYTES_PER_TOKEN + self._settings.max_tokens
        if not self._circuit.admits(loop.time()):
            return None
        if not self._budget.take(price, day):
            self._tell_spent()
            return None
        self._is_spent = False
        began = loop.time()
        told = await self._server.ask(body)
        if isinstance(told, Failure):
            self._budget.give_back(0 if told.may_cost else price, day)
            self._tell_failed(told, loop.time())
            return None
        used = price if told.tokens is None else told.tokens
        self._budget.give_back(price - used, day)
        if self._circuit.succeeded():
            log.info("breaker.closed", engine=self._name)
        seconds = round(loop.time() - began, 3)
        log.info("model.asked", engine=self._name, tokens=used, seconds=seconds)
        return told

    def _tell_failed(self, failure: Failure, now: float) -> None:
        tell = log.error if failure.is_ours else log.warning
        tell("model.failed", engine=self._name, reason=failure.reason)
        if self._circuit.failed(now, pause=failure.pause):
            log.warning("breaker.opened", engine=self._name)

    def _tell_spent(self) -> None:
        """Tell once a day that the next engine is asked from now on."""
        if not self._is_spent:
            self._is_spent = True
            log.warning("budget.spent", engine=self._name, tokens=self._settings.tokens_per_day)
