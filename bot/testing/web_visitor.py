"""A person at the web chat, by the protocol's HTTP calls (webchat protocol 1, REST)."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import ClientSession

from bot.ports.emulators import Seen, SeenFile


class WebVisitor:
    """A browser without a browser: a session, a cursor, the events seen so far."""

    def __init__(self, http: ClientSession, base: str) -> None:
        self._http = http
        self._base = base
        self._token = ""
        self._cursor = ""
        self._ids = itertools.count(1)
        self.seen: list[Seen] = []
        self.choices: dict[str, Mapping[str, str]] = {}
        self._links: dict[str, Sequence[str]] = {}
        self.repeats = False

    async def send(self, frame: Mapping[str, Any]) -> None:
        """Send a message; AssertionError if the server refuses it."""
        if not self._token:
            await self._begin()
        body = {"t": "send", "cid": f"c{next(self._ids)}", "at": 0, **frame}
        url = f"{self._base}/v1/messages"
        times, self.repeats = 1 + self.repeats, False
        for _ in range(times):
            async with self._http.post(url, json=body, headers=self._bearer) as answer:
                if answer.status != 200:
                    raise AssertionError(f"the web chat answered {answer.status}")

    def use(self, http: ClientSession) -> None:
        """Go on over other connections: the server was restarted."""
        self._http = http

    async def tap(self, message: str, label: str) -> None:
        """Press a button of a message; one that opens a page tells the bot nothing."""
        if label in self._links[message]:
            return
        action = {"id": message, "value": self.choices[message][label], "label": label}
        await self.send({"action": action})

    async def fill(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Fill in the newest form and send it; tells what is wrong by field."""
        blocks = [block for seen in self.seen for block in seen.raw.get("blocks", ())]
        form = next((block for block in reversed(blocks) if block["type"] == "form"), None)
        if form is None:
            return {"": "there is none"}
        words = {field["name"]: field["value"] for field in form["fields"]} | dict(values)
        missing = [f["name"] for f in form["fields"] if f["required"] and not words[f["name"]]]
        if not missing:
            await self.send({"form": {"id": form["id"], "values": words}})
        return dict.fromkeys(missing, "it must be filled in")

    async def look(self) -> None:
        """Read what has happened since the last look."""
        while self._token:
            url = f"{self._base}/v1/events"
            query = {"cursor": self._cursor, "wait": "0"}
            async with self._http.get(url, params=query, headers=self._bearer) as answer:
                page = await answer.json()
            if page["cursor"] == self._cursor:
                return
            self._cursor = page["cursor"]
            for event in page["events"]:
                await self._take(event.get("ev", event))

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _begin(self) -> None:
        body = {"locale": "en", "tz": "Europe/Rome", "page": {"url": "", "title": ""}}
        async with self._http.post(f"{self._base}/v1/session", json=body) as answer:
            session = await answer.json()
        self._token, self._cursor = session["token"], session["cursor"]

    async def _fetched(self, block: Mapping[str, Any]) -> SeenFile:
        url = f"{self._base}/v1/{block['url']}"
        async with self._http.get(url, headers=self._bearer) as answer:
            if answer.status != 200:
                raise AssertionError(f"the web chat does not give {block['name']}")
            return SeenFile(name=block["name"], mime=block["mime"], data=await answer.read())

    async def _take(self, event: Mapping[str, Any]) -> None:
        if event["kind"] != "message" or any(one.id == event["id"] for one in self.seen):
            return
        texts = [block["text"] for block in event["blocks"] if block["type"] == "text"]
        sent = [block for block in event["blocks"] if block["type"] in {"image", "file"}]
        files = tuple([await self._fetched(block) for block in sent])
        texts += [f"\N{PAPERCLIP} {file.name}" for file in files]
        options = [o for b in event["blocks"] if b["type"] == "choices" for o in b["options"]]
        self.choices[event["id"]] = {option["label"]: option["value"] for option in options}
        role = "user" if event["role"] == "user" else "bot"
        links = [link for b in event["blocks"] if b["type"] == "links" for link in b["links"]]
        self._links[event["id"]] = [link["label"] for link in links]
        labels = (*(option["label"] for option in options), *self._links[event["id"]])
        text, raw = "\n".join(texts), {"blocks": event["blocks"]}
        self.seen.append(
            Seen(id=event["id"], role=role, text=text, buttons=labels, raw=raw, files=files)
        )
