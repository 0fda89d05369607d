"""A visitor's browser at the web chat: sends again under the same id until it was taken."""

import asyncio
import itertools
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bot import Seen

PAUSE = 0.05  # seconds between two tries
PATIENCE = 15.0
TIMEOUT = ClientTimeout(total=5)


class Visitor:
    """One browser; what it has seen and where it stands survive any death of the server."""

    def __init__(self, base: str, *, token: str = "", cursor: str = "") -> None:
        self.seen: list[Seen] = []
        self.taken: list[str] = []
        """The ids under which the server took messages."""
        self._base = base
        self.token = token
        self.cursor = cursor
        # the server remembers ids for good, and this browser may have talked to it before
        self._ids = (f"{secrets.token_hex(4)}-{number}" for number in itertools.count(1))
        self._values: dict[str, dict[str, str]] = {}
        self._http = ClientSession(timeout=TIMEOUT, connector=TCPConnector(force_close=True))

    async def says(self, text: str) -> None:
        """Type a text."""
        await self._send({"text": text})

    async def taps(self, message: str, label: str) -> None:
        """Press a button."""
        value = self._values[message][label]
        await self._send({"action": {"id": message, "value": value, "label": label}})

    async def looks(self) -> None:
        """Read what is new."""
        if not self.token:
            return
        query = {"cursor": self.cursor, "wait": "0"}
        page = await self._call("GET", "events", params=query)
        self.cursor = page["cursor"]
        for event in page["events"]:
            self._take(event)

    async def close(self) -> None:
        """Close the browser."""
        await self._http.close()

    async def _send(self, frame: Mapping[str, Any]) -> None:
        if not self.token:
            hello = {"locale": "en", "tz": "Europe/Rome", "page": {"url": "", "title": ""}}
            session = await self._call("POST", "session", json=hello)
            self.token, self.cursor = session["token"], session["cursor"]
        cid = next(self._ids)
        await self._call("POST", "messages", json={"t": "send", "cid": cid, "at": 0, **frame})
        self.taken.append(cid)

    async def _call(self, method: str, path: str, **given: Any) -> Mapping[str, Any]:
        """Call until the answer is 200."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = f"{self._base}/v1/{path}"
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with self._http.request(method, url, headers=headers, **given) as answer:
                        if answer.status == 200:
                            body: Mapping[str, Any] = await answer.json()
                            return body
                except (ClientError, OSError):
                    pass
                await asyncio.sleep(PAUSE)

    def _take(self, event: Mapping[str, Any]) -> None:
        event = event.get("ev", event)
        if event["kind"] != "message" or any(one.id == event["id"] for one in self.seen):
            return
        texts = [block["text"] for block in event["blocks"] if block["type"] == "text"]
        options = [o for b in event["blocks"] if b["type"] == "choices" for o in b["options"]]
        self._values[event["id"]] = {option["label"]: option["value"] for option in options}
        self.seen.append(
            Seen(
                id=event["id"],
                role="user" if event["role"] == "user" else "bot",
                text="\n".join(texts),
                buttons=tuple(option["label"] for option in options),
            )
        )
