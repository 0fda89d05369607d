"""Which kinds of recorded requests are understood, and as what: the tables of docs/connectors.md.

``python -m tests.journeys.understood`` writes them anew from the samples beside the repository.
"""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from bot import InboundMessage, Moved, Reach, Received
from connectors.telegram.kinds import CONTENTS, KINDS
from tests.connectors.slack.app import SECRET, connect_plainly
from tests.connectors.slack.test_payloads import SAMPLES as SLACK_SAMPLES
from tests.connectors.slack.test_payloads import request_of
from tests.connectors.telegram.test_payloads import delivered, recorded
from tests.connectors.whatsapp.test_payloads import PATHS as WHATSAPP_SAMPLES
from tests.connectors.whatsapp.test_payloads import body_in, received_of

DOCUMENT = Path(__file__).parents[2] / "docs/connectors.md"
Table = Mapping[str, set[str]]


def becomes(received: Received) -> set[str]:
    """Say in a few words what a request became."""
    found = {_said(message) for message in received.messages}
    found |= {f"a report: {report.state.value}" for report in received.reports}
    found |= {_told(news) for news in received.news}
    if received.unreadable:
        found.add("a dead letter")
    return found or {"nothing"}


def _told(news: Reach | Moved) -> str:
    match news:
        case Moved():
            return "a new address"
        case Reach(is_open=is_open):
            return "the bot is let in" if is_open else "the bot is shut out"


def _said(message: InboundMessage) -> str:
    kinds = sorted({attached.kind for attached in message.attachments})
    files = " and ".join("a file" if kind == "file" else f"a file ({kind})" for kind in kinds)
    if message.tap is not None:
        return "a tap"
    if message.form is not None:
        return "a form"
    if message.text.startswith("/") and not files:
        return "a command"
    words = "words" if message.text else ""
    return " with ".join(filter(None, [files, words])) or "a message without words"


def _kind_on_telegram(update: Mapping[str, Any]) -> str:
    message = update.get("message")
    if not isinstance(message, dict):
        return next((kind for kind in KINDS if kind in update), "unknown")
    contents = CONTENTS & message.keys()
    # an animation brings a document, a venue a location: the rarer word says more
    for word in ("animation", "venue", *sorted(contents)):
        if word in contents:
            return word
    return "service message"


def _kinds_on_whatsapp(body: Mapping[str, Any]) -> set[str]:
    found = set()
    for entry in body["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            if change["field"] != "messages":
                found.add("other webhook fields")
            found |= {_kind_of_message(one) for one in value.get("messages", ())}
            found |= {f"status {one['status']}" for one in value.get("statuses", ())}
    return found


def _kind_of_message(message: Mapping[str, Any]) -> str:
    kind = str(message.get("type"))
    interactive = message.get("interactive")
    inner = interactive.get("type") if isinstance(interactive, dict) else None
    return f"{kind} {inner}" if inner else kind


def _kind_on_slack(path: Path) -> str:
    body = request_of(path).body.decode()
    if not body.startswith("{"):
        fields = {key: value[0] for key, value in parse_qs(body).items()}
        if "payload" not in fields:
            return "test of the certificate" if "ssl_check" in fields else "slash command"
        told = json.loads(fields["payload"])
        action = (told.get("actions") or [{}])[0].get("type", "")
        return f"{told.get('type')} {action}".strip()
    told = json.loads(body)
    event = told.get("event")
    if not isinstance(event, dict):
        return str(told.get("type"))
    if event.get("type") not in {"message", "app_mention"}:
        return "other events"
    return " ".join(filter(None, [event["type"], event.get("subtype")]))


async def on_telegram() -> Table:
    """Read every recorded update."""
    table: defaultdict[str, set[str]] = defaultdict(set)
    for path in recorded():
        content = path.read_bytes()
        table[_kind_on_telegram(json.loads(content))] |= becomes(await delivered(content))
    return table


async def on_whatsapp() -> Table:
    """Read every recorded webhook that is about one kind of thing."""
    table: defaultdict[str, set[str]] = defaultdict(set)
    for path in WHATSAPP_SAMPLES:
        body = body_in(path)
        for kind in _kinds_on_whatsapp(json.loads(body)):
            table[kind] |= becomes(await received_of(body))
    return table


async def on_slack() -> Table:
    """Read every recorded request."""
    table: defaultdict[str, set[str]] = defaultdict(set)
    settings = {"bot_token": "xoxb-1", "signing_secret": SECRET, "api_url": "http://127.0.0.1:1/"}
    async with connect_plainly("slack", settings) as connector:
        for path in SLACK_SAMPLES:
            if "field-samples" in path.parts:
                continue  # every field there is, and nothing in them
            received = await connector.receive(request_of(path))
            table[_kind_on_slack(path)] |= becomes(received)
    return table


PLATFORMS: Mapping[str, Callable[[], Awaitable[Table]]] = {
    "slack": on_slack,
    "telegram": on_telegram,
    "whatsapp": on_whatsapp,
}


def drawn(table: Table) -> str:
    """Draw a table in Markdown, the kinds that become something first.

    Where one sample of a kind is understood, those that are not lack something that they must have.
    """
    table = {kind: found - {"a dead letter"} or found for kind, found in table.items()}
    rows = sorted(table.items(), key=lambda row: (row[1] == {"nothing"}, row[0]))
    silent = ", ".join(kind for kind, found in rows if found == {"nothing"})
    lines = [f"| {kind} | {_listed(found)} |" for kind, found in rows if found != {"nothing"}]
    head = ["| what arrives | becomes |", "|---|---|"]
    return "\n".join([*head, *lines, *([f"| {silent} | nothing |"] if silent else [])])


def _listed(found: Iterable[str]) -> str:
    return "; ".join(sorted(found, key=lambda one: (one == "nothing", one)))


def block_of(platform: str, text: str) -> str:
    """Find a platform's table in the document, without the marks around it."""
    found = re.search(rf"<!-- understood: {platform} -->\n(.*?)\n<!-- end -->", text, re.DOTALL)
    return found[1].strip() if found else ""


async def main() -> None:
    """Write the tables into the document."""
    text = DOCUMENT.read_text()
    for platform, reading in PLATFORMS.items():
        old, new = block_of(platform, text), drawn(await reading())
        text = text.replace(f"{platform} -->\n{old}", f"{platform} -->\n{new}", 1)
    DOCUMENT.write_text(text)


if __name__ == "__main__":
    asyncio.run(main())
