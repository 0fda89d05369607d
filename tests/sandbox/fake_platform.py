"""A small platform for the page: its bot lives inside it and asks one question."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import web

from bot import Emulator, EmulatorSettings, Faults, Request, Seen, SeenFile
from bot.sandbox.screens import OpenEmulator


class FakePlatform:
    """See `bot.Emulator`: answers "/book" with a question and two buttons, else with an echo."""

    def __init__(self, kind: str, settings: EmulatorSettings) -> None:
        self.kind = kind
        self.settings = settings
        self.faults = Faults()
        self._chats: dict[str, list[Seen]] = {}
        self._version = 0
        self._changed = asyncio.Condition()

    def connector_settings(self) -> Mapping[str, str]:
        return {"api_url": self.settings.base_url, "token": f"{self.kind}-token"}

    async def handle(self, request: Request, path: str) -> Request:
        body = await request.text()
        return web.json_response({"kind": self.kind, "path": path, "body": body})

    async def says(self, person: str, text: str) -> None:
        await self._show(person, "user", text)
        if text.startswith("/book"):
            await self._show(person, "bot", "Which day?", buttons=("Today", "Tomorrow"))
        else:
            await self._show(person, "bot", f"You said: {text}")

    async def sends(
        self, person: str, data: bytes, *, name: str, mime: str, text: str = ""
    ) -> None:
        if not data:
            raise ValueError("the file is empty")
        await self._show(person, "user", f"{name} {text}".rstrip())
        await self._show(person, "bot", f"{len(data)} bytes of {mime}")
        if text == "back":
            back = SeenFile(name=name, mime=mime, data=data)
            self._chats[person][-1] = replace(self._chats[person][-1], files=(back,))

    async def taps(self, person: str, message: str, label: str) -> None:
        chat = self._chats.get(person, [])
        for index, seen in enumerate(chat):
            if seen.id == message and label in seen.buttons:
                chat[index] = replace(seen, text=f"{seen.text} {label}", buttons=())
                await self._show(person, "bot", f"{label} it is.")
                return
        raise LookupError(f"no button {label!r}")

    def screen(self, person: str) -> Sequence[Seen]:
        return list(self._chats.get(person, []))

    async def changed(self, since: int) -> int:
        async with self._changed:
            await self._changed.wait_for(lambda: self._version > since)
            return self._version

    async def settled(self) -> None:
        return

    async def _show(self, person: str, role: str, text: str, buttons: tuple[str, ...] = ()) -> None:
        chat = self._chats.setdefault(person, [])
        raw = {"chat": person, "text": text}
        seen = Seen(id=f"m{len(chat) + 1}", role=role, text=text, buttons=buttons, raw=raw)
        async with self._changed:
            chat.append(seen)
            self._version += 1
            self._changed.notify_all()


def opener(kind: str) -> OpenEmulator:
    @asynccontextmanager
    async def open_emulator(settings: EmulatorSettings) -> AsyncIterator[Emulator]:
        yield FakePlatform(kind, settings)

    return open_emulator
