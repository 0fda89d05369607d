"""A Slack app that workspaces install by themselves, and a browser to do it with."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import cast

from aiohttp import ClientSession, CookieJar

from bot import Attached, Connector, EmulatorSettings, Secret
from bot.testing.contracts.workbench import NAME, Workbench, open_workbench
from connectors.slack import SlackSettings, connect
from connectors.slack.emulator import SlackEmulator, open_emulator
from tests.connectors.webchat.memory import MemoryLine


@dataclass(frozen=True, slots=True)
class Store:
    """What a test of installs holds in its hands; ``url`` is the bot's own address."""

    bench: Workbench
    line: MemoryLine
    browser: ClientSession
    url: str

    @property
    def slack(self) -> SlackEmulator:
        """The platform."""
        return cast("SlackEmulator", self.bench.emulator)

    def installed(self) -> set[str]:
        """Tell where the app is installed."""
        kept = self.line.kept.values
        return {key.removeprefix("install:") for key in kept if key.startswith("install:")}

    async def installs(self, team: str = "") -> tuple[int, str]:
        """Let somebody install the app into a workspace; gives the last page."""
        asked = f"?team={team}" if team else ""
        return await self.opens(f"{self.url}/{NAME}/install{asked}")

    async def opens(self, url: str) -> tuple[int, str]:
        """Open a page in the browser, wherever it leads."""
        async with self.browser.get(url) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def open_store_front(*, bot_token: bool = False) -> AsyncIterator[Store]:
    """Join an app without a workspace, its platform and a browser."""
    opened: list[SlackEmulator] = []
    urls: list[str] = []

    @asynccontextmanager
    async def open_platform(settings: EmulatorSettings) -> AsyncIterator[SlackEmulator]:
        async with open_emulator(settings) as emulator:
            opened.append(emulator)
            urls.append(settings.webhook_url.removesuffix(f"/{NAME}"))
            yield emulator

    def connect_to_it(
        name: str, table: Mapping[str, str]
    ) -> AbstractAsyncContextManager[Connector]:
        app = opened[-1].app
        return connect(
            name,
            SlackSettings(
                signing_secret=Secret(table["signing_secret"]),
                bot_token=Secret(table["bot_token"]) if bot_token else None,
                api_url=table["api_url"],
                client_id=app.client_id,
                client_secret=Secret(app.client_secret),
                public_url=urls[-1],
            ),
        )

    line = MemoryLine()
    async with (
        open_workbench(connect_to_it, open_platform, person="U1") as bench,
        ClientSession(trust_env=False, cookie_jar=CookieJar(unsafe=True)) as browser,
    ):
        assert isinstance(bench.connector, Attached)
        bench.connector.attach(line)
        yield Store(bench, line, browser, urls[-1])
