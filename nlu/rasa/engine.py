"""The engine: what a Rasa server makes of an utterance, or nothing while it is away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from bot import Engine, Interpretation, Project, SystemClock, Tell, Utterance, VocabularyEntry
from nlu.rasa.circuits import Circuit
from nlu.rasa.client import Away, RasaClient, Refused
from nlu.rasa.homes import Home
from nlu.rasa.installing import install
from nlu.rasa.local import learn
from nlu.rasa.naming import names_of
from nlu.rasa.project import joined, project_of
from nlu.rasa.reading import bare, interpretation
from nlu.rasa.replies import Reply
from nlu.rasa.serving import port_of, serve, standing
from nlu.rasa.settings import RasaSettings

log = structlog.get_logger()

UNLIMITED = ClientTimeout(total=None)
"""aiohttp's own five minutes would end a training; each call has its limit from the settings."""

GRACE = timedelta(seconds=0.5)
"""What the bot waits longer than the server is given, so that the breaker hears of it first."""


@asynccontextmanager
async def open_engine(
    name: str, settings: RasaSettings, vocabulary: Sequence[VocabularyEntry]
) -> AsyncIterator[Engine]:
    """Open the engine; the server is first asked when there is a sentence to read.

    Raises:
        ConfigError: bot.toml names commands or parameters that there are not.
    """
    async with ClientSession(
        timeout=UNLIMITED, trust_env=False, cookie_jar=DummyCookieJar()
    ) as http:
        client = RasaClient(http, settings, SystemClock())
        clock = asyncio.get_running_loop().time
        circuit = Circuit(engine=name, limits=settings.breaker, clock=clock)
        yield Rasa(name, settings, vocabulary, (client, circuit))


class Rasa:
    """See `bot.ports.Engine`."""

    def __init__(
        self,
        name: str,
        settings: RasaSettings,
        vocabulary: Sequence[VocabularyEntry],
        server: tuple[RasaClient, Circuit],
    ) -> None:
        self._name = name
        self._settings = settings
        self._vocabulary = vocabulary
        self._names = names_of(name, settings, vocabulary)
        self._client, self._circuit = server

    @property
    def patience(self) -> timedelta:
        """See `bot.ports.Patient.patience`."""
        return self._settings.timeout + GRACE

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`; while the server is away nothing is proposed."""
        sent = bare(utterance.text, self._settings.max_characters)
        reply = await self._asked(sent.text) if sent.text else None
        if reply is None:
            return Interpretation(command=None, engine=self._name)
        return interpretation(self._name, utterance.text, (sent, reply), self._names)

    def project(self, documents: Sequence[str]) -> Project:
        """See `bot.ports.Training.project`."""
        return project_of(self._vocabulary, documents, self._settings)

    async def train(self, project: Project) -> str:
        """See `bot.ports.Training.train`; while Rasa loads a model it answers nobody."""
        model = await self._client.train(joined(project))
        await self._client.load(model)
        return model

    def is_installed(self, folder: Path) -> bool:
        """See `bot.ports.Hosting.is_installed`."""
        return _home(folder).is_installed

    async def install(self, folder: Path, python: Path | None, tell: Tell) -> None:
        """See `bot.ports.Hosting.install`."""
        await install(_home(folder), python, tell)

    async def learn(self, folder: Path, project: Project, tell: Tell) -> str:
        """See `bot.ports.Hosting.learn`."""
        limit = self._settings.train_timeout
        model = await learn(_home(folder), project, limit, (SystemClock(), tell))
        return model.name

    async def serve(self, folder: Path, port: int | None, tell: Tell) -> None:
        """See `bot.ports.Hosting.serve`."""
        await serve(_home(folder), port or port_of(self._settings.url), tell)

    async def standing(self, folder: Path) -> Sequence[str]:
        """See `bot.ports.Hosting.standing`."""
        return await standing(_home(folder), port_of(self._settings.url))

    async def _asked(self, text: str) -> Reply | None:
        if self._circuit.is_open():
            return None
        with self._circuit.passing():
            match await self._client.parse(text):
                case Away(reason):
                    self._circuit.failed(reason)
                    return None
                case Refused(status):
                    self._circuit.succeeded()
                    log.warning("text.refused", engine=self._name, status=status)
                    return None
                case Reply() as reply:
                    self._circuit.succeeded()
                    return reply


def _home(folder: Path) -> Home:
    return Home(folder.absolute())
