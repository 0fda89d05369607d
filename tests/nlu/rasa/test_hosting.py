"""Training and serving on this machine; see `nlu.rasa.local`, `hosting`, `front`, `serving`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot import BotError, Project, Secret, SystemClock, Utterance, VocabularyEntry
from nlu.rasa import RasaSettings, open_engine
from nlu.rasa.front import fronted
from nlu.rasa.homes import Home
from nlu.rasa.hosting import HOST, Host, Standing, free_port, hosted
from nlu.rasa.local import KEPT, learn
from nlu.rasa.serving import serve, standing
from tests.nlu.rasa.program import files, furnished

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
LIMIT = timedelta(seconds=30)
PAUSE = timedelta(milliseconds=20)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return furnished(tmp_path)


async def trained(home: Home, last: str, lines: list[str] | None = None) -> Path:
    tell = (lines if lines is not None else []).append
    return await learn(home, Project(files=files(last)), LIMIT, (SystemClock(), tell))


def modelled(home: Home, last: str) -> Path:
    """Put a model there as training does; it answers that one word."""
    home.models.mkdir(exist_ok=True)
    number = len(list(home.models.iterdir()))
    made = home.models / f"{number}.tar.gz"
    made.write_text(last)
    return made


@dataclass
class Running:
    """A server behind its front."""

    host: Host
    port: int
    lines: list[str] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, line: str) -> None:
        self.lines.append(line)
        self.told.set()

    async def meaning(self, text: str = "hello", token: str | None = None) -> str | None:
        settings = RasaSettings(
            url=f"http://{HOST}:{self.port}", token=Secret(token or self.host.home.token()),
            timeout=timedelta(seconds=10),
        )  # fmt: skip
        entries = [VocabularyEntry(command=name) for name in ("old", "new")]
        async with open_engine("rasa", settings, entries) as engine:
            return (await engine.interpret(Utterance(text=text, now=NOW))).command

    async def until(self, line: str) -> None:
        """Wait for something to be told."""
        async with asyncio.timeout(20):
            while not any(line in one for one in self.lines):
                self.told.clear()
                await self.told.wait()


@asynccontextmanager
async def run(home: Home) -> AsyncIterator[Running]:
    async with ClientSession() as http:
        running = Running(Host(home=home, http=http, tell=print, pause=PAUSE), free_port())
        running.host.tell = running.tell
        async with fronted(running.host, http, running.port), hosted(running.host):
            yield running


async def test_a_model_is_trained_on_a_copy_and_appears_whole(home: Home) -> None:
    lines: list[str] = []

    model = await trained(home, "new", lines)

    assert model.read_text() == "new"
    assert lines[-1] == "learning"
    assert home.newest_model() == model
    assert [one.name for one in home.folder.iterdir() if one.name.startswith("training-")] == []


async def test_what_cannot_be_learnt_leaves_nothing_behind(home: Home) -> None:
    with pytest.raises(BotError, match="ended with 1: RasaException: this cannot be learnt"):
        await trained(home, "impossible")

    assert home.newest_model() is None


async def test_old_models_go(home: Home) -> None:
    for _ in range(KEPT + 2):
        modelled(home, "old")

    model = await trained(home, "new")

    assert len(list(home.models.iterdir())) == KEPT
    assert home.newest_model() == model


async def test_sentences_are_read_through_the_front(home: Home) -> None:
    modelled(home, "old")

    async with run(home) as running:
        standings = [running.host.standing]
        assert await running.meaning() == "old"

    assert [*standings, running.host.standing] == [Standing.READY, Standing.DOWN]


async def test_a_stranger_reads_nothing(home: Home) -> None:
    modelled(home, "old")

    async with run(home) as running, ClientSession() as http:
        url = f"http://{HOST}:{running.port}"
        assert await running.meaning(token="other") is None
        async with http.get(f"{url}/status") as status, http.put(f"{url}/model") as model:
            assert (status.status, model.status) == (401, 404)


async def test_a_new_model_takes_over_without_a_gap(home: Home) -> None:
    modelled(home, "old")

    async with run(home) as running:
        before = running.host.current
        modelled(home, "new")
        seen = [await running.meaning()]
        while seen[-1] == "old":
            seen.append(await running.meaning())
        await running.until("answers now")
        after = running.host.current

        assert before is not None
        assert after is not None
        assert set(seen) == {"old", "new"}
        assert before.port != after.port
        async with asyncio.timeout(20):
            await before.process.wait()


async def test_a_model_that_does_not_load_is_put_aside(home: Home) -> None:
    modelled(home, "old")

    async with run(home) as running:
        broken = modelled(home, "broken")
        await running.until("the old model goes on")

        assert await running.meaning() == "old"
        assert not broken.exists()


async def test_a_server_that_dies_is_started_anew(home: Home) -> None:
    modelled(home, "old")

    async with run(home) as running:
        before = running.host.current
        assert await running.meaning("die") is None
        async with asyncio.timeout(20):
            while await running.meaning() != "old":
                pass

        assert running.host.current is not before


async def test_without_a_model_it_is_told_how_to_get_one(home: Home) -> None:
    with pytest.raises(BotError, match=r"no model in .*run `threadline train --engine rasa`"):
        await serve(home, free_port(), print)


async def test_without_rasa_it_is_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(BotError, match=r"not installed in .*run `threadline rasa setup`"):
        await serve(Home(tmp_path), free_port(), print)


async def test_what_bot_toml_needs_is_told_when_the_server_is_ready(home: Home) -> None:
    modelled(home, "old")
    port = free_port()
    lines: list[str] = []
    ready = asyncio.Event()

    def tell(line: str) -> None:
        lines.append(line)
        if line.startswith("token"):
            ready.set()

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(serve(home, port, tell))
        await ready.wait()
        told = await standing(home, port)
        serving.cancel()

    assert f'url = "http://127.0.0.1:{port}"' in lines
    assert f'token = "file:{home.token_file}"' in lines
    assert home.token_file.stat().st_mode & 0o077 == 0
    assert home.token() not in "\n".join([*lines, *told])
    assert told[-1] == f'on port {port}: {{"standing": "ready"}}'


async def test_a_port_that_is_taken_is_told(home: Home) -> None:
    modelled(home, "old")

    async with run(home) as running:
        with pytest.raises(BotError, match=f"port {running.port} cannot be had"):
            await serve(home, running.port, print)
