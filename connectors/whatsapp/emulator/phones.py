"""The app on a person's phone: what it shows, what can be tapped, what was not yet looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot import Body, Seen, SeenFile
from connectors.whatsapp.emulator.approved import Approved
from connectors.whatsapp.emulator.display import displayed
from connectors.whatsapp.emulator.media import Media
from connectors.whatsapp.emulator.people import Person
from connectors.whatsapp.emulator.webhooks import OURS, Number, Sent

SEND_LOCATION = "Send location"
"""The label of WhatsApp's own button."""

HERE = {"latitude": 45.4642, "longitude": 9.19}
"""Where everybody is who taps it: before the cathedral of Milan."""

Choice: TypeAlias = tuple[str, Body]
"""The kind of message that a tap sends, and its content."""


@dataclass(slots=True, kw_only=True)
class Phone:
    """One person's chat with one number of the business.

    ``choices`` holds, by message and label, the kind and content that a tap on it sends;
    ``unread`` what the person has not looked at; ``wrote_at`` opens the 24-hour window.
    """

    person: Person
    number: Number = OURS
    seen: list[Seen] = field(default_factory=list)
    choices: dict[str, Mapping[str, Choice]] = field(default_factory=dict)
    unread: list[Sent] = field(default_factory=list)
    wrote_at: datetime | None = None
    has_blocked: bool = False

    def show(
        self,
        sent: Sent,
        request: Body,
        media: Media | None = None,
        template: Approved | None = None,
    ) -> None:
        """Show a message of the business; a document by the name in the message."""
        choices, links = _choices(request), _links(request)
        words = _words(request)
        if template is not None:
            words = template.text(request)
            choices = {
                label: ("button", reply) for label, reply in template.replies(request).items()
            }
        files = () if media is None else (_file(request, media),)
        names = [f"\N{PAPERCLIP} {file.name}" for file in files]
        self.choices[sent.id] = choices
        self.seen.append(
            Seen(
                id=sent.id,
                role="bot",
                text="\n".join(filter(None, [*names, displayed(words)])),
                buttons=(*choices, *links),
                raw=request,
                files=files,
            )
        )
        self.unread.append(sent)

    def choice(self, message: str, label: str) -> Choice:
        """Find what a tap sends; raises ValueError if there is no such button."""
        choices = self.choices.get(message, {})
        if label not in choices:
            raise ValueError(f"no button {label!r} on that message, only {list(choices)}")
        return choices[label]


def _file(request: Body, media: Media) -> SeenFile:
    told = request[media.kind].get("filename") if media.kind == "document" else None
    return SeenFile(name=str(told or media.name), mime=media.mime, data=media.data)


def _words(request: Body) -> str:
    """Put the visible words of a message together, top to bottom."""
    match request:
        case {"type": "interactive", "interactive": content}:
            parts = [content.get("header", {}), content["body"], content.get("footer", {})]
            return "\n".join(part["text"] for part in parts if "text" in part)
        case {"type": str(kind)} if kind != "text":
            content = request[kind]
            return str(content.get("caption", "")) if isinstance(content, dict) else ""
        case _:
            return str(request["text"]["body"])


def _choices(request: Body) -> Mapping[str, Choice]:
    match request:
        case {"type": "interactive", "interactive": {"type": "button", "action": action}}:
            replies = [button["reply"] for button in action["buttons"]]
            kind = "button_reply"
        case {"type": "interactive", "interactive": {"type": "list", "action": action}}:
            replies = [row for section in action["sections"] for row in section["rows"]]
            kind = "list_reply"
        case {"type": "interactive", "interactive": {"type": "location_request_message"}}:
            return {SEND_LOCATION: ("location", HERE)}
        case _:
            return {}
    choices: dict[str, Choice] = {}
    for reply in replies:  # of equal labels the first is the one that is tapped
        content = {"type": kind, kind: dict(reply)}
        choices.setdefault(reply["title"], ("interactive", content))
    return choices


def _links(request: Body) -> tuple[str, ...]:
    match request:
        case {
            "interactive": {"type": "cta_url", "action": {"parameters": {"display_text": label}}}
        }:
            return (str(label),)
        case _:
            return ()
