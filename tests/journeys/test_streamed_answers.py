"""An answer of a language model, seen to grow in the web chat, over the wire."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from bot import Engine, VocabularyEntry
from bot.testing import bot_for
from bot.testing.harness import Harness
from nlu.llm import LlmSettings, open_engine
from tests.nlu.documents.hotel import FAQ
from tests.nlu.llm.model_server import ModelServer, Streamed, model_server, streamed, words

ANSWER = "Yes, breakfast is included in every room rate. It is served from 7:00 to 10:30."
SOURCE = "Source: Hotel Aurora \u203a Breakfast"
HALF = 12
"""The piece before which the model waits."""


@dataclass(slots=True)
class Browser:
    """A tab that shows what is being written."""

    url: str
    http: ClientSession
    token: str = ""
    socket: ClientWebSocketResponse | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[dict[str, Any]]:
        """Come, or come back; gives the welcome."""
        async with self.http.post(f"{self.url}/v1/session", json={"token": self.token}) as told:
            self.token = (await told.json())["token"]
        async with self.http.ws_connect(f"{self.url}/v1/ws", protocols=["threadline.v1"]) as socket:
            self.socket = socket
            hello = {"t": "hello", "token": self.token, "cursor": None, "v": 1}
            await socket.send_json({**hello, "caps": ["blocks1", "stream"]})
            yield await self.next("welcome")

    async def says(self, text: str) -> None:
        assert self.socket is not None
        await self.socket.send_json({"t": "send", "cid": "c1", "at": 0, "text": text})

    async def next(self, *kinds: str) -> dict[str, Any]:
        """Wait for the next frame of some kinds."""
        assert self.socket is not None
        async with asyncio.timeout(10):
            while True:
                frame: dict[str, Any] = await self.socket.receive_json()
                if frame["t"] in kinds:
                    return frame

    async def said(self) -> str:
        """Wait for the next message of the bot's."""
        while True:
            event = (await self.next("event"))["ev"]
            if event["kind"] == "message" and event["role"] == "bot":
                return text_of(event)


def text_of(event: Mapping[str, Any]) -> str:
    return "".join(block.get("text", "") for block in event["blocks"])


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with model_server() as server:
        yield server


@asynccontextmanager
async def hotel(model: ModelServer, folder: Path) -> AsyncIterator[tuple[Harness, Browser]]:
    (folder / "hotel.md").write_text(FAQ)
    settings = LlmSettings(url=model.url, model="small", documents=(folder,))

    def opening(vocabulary: Sequence[VocabularyEntry]) -> AbstractAsyncContextManager[Engine]:
        return open_engine("llm", settings, vocabulary)

    async with (
        bot_for("commands.booking", wire=True, engines={"llm": opening}) as bot,
        ClientSession() as http,
    ):
        yield bot, Browser(f"{bot.world.url}/web", http)  # type: ignore[attr-defined]  # WireWorld


def writing(model: ModelServer, gate: asyncio.Event) -> None:
    """Have the model write up to its half, and wait."""

    def react(_: str) -> Any:
        if "tools" in model.asked[-1]:
            return words("none")
        said: Streamed = streamed(f"{ANSWER} [1]", gates={HALF: gate})
        return said

    model.reaction = react


async def test_an_answer_is_seen_to_grow_and_is_then_said_with_its_source(
    model: ModelServer, tmp_path: Path
) -> None:
    gate = asyncio.Event()
    writing(model, gate)
    async with hotel(model, tmp_path) as (bot, browser), browser.opened():
        await browser.says("is breakfast included?")
        first = await browser.next("delta")
        assert ANSWER.startswith(first["text"])
        assert first["i"] == 0

        gate.set()
        grown, frame = first["text"], await browser.next("delta", "event")
        while frame["t"] == "delta":
            grown += frame["text"]
            frame = await browser.next("delta", "event")
        await bot.settle()

    assert ANSWER.startswith(grown)
    assert len(grown) > len(first["text"])
    assert frame["ev"]["id"] == first["id"]
    assert text_of(frame["ev"]) == f"{ANSWER}\n{SOURCE}"


async def test_a_death_in_the_middle_of_an_answer_leaves_it_said_once(
    model: ModelServer, tmp_path: Path
) -> None:
    gate = asyncio.Event()
    writing(model, gate)
    async with hotel(model, tmp_path) as (bot, browser):
        async with browser.opened():
            await browser.says("is breakfast included?")
            await browser.next("delta")
        gate.set()
        await bot.crash()

        async with browser.opened() as welcome:
            assert await browser.said() == f"{ANSWER}\n{SOURCE}"
            missed = welcome["missed"]

    assert missed == 2  # the question, and one answer
