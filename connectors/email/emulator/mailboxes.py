"""The persons' mailboxes, and the mails that they write."""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import make_msgid

from bot import Seen, SeenFile
from connectors.email.mails import bytes_of, name_of, words_of

BOT = "bot@shop.test"
PROVIDER = "mx.shop.test"
"""The server that receives the bot's mail and vouches for its senders."""


@dataclass(slots=True)
class Mailboxes:
    """What every person sees, and who waits for a change."""

    seen: dict[str, list[Seen]] = field(default_factory=dict)
    version: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def change(self) -> None:
        """Wake those who wait."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self, since: int) -> int:
        """See `bot.Emulator.changed`."""
        while self.version <= since:
            await self._changed.wait()
        return self.version

    def put(self, person: str, raw: bytes) -> None:
        """Put a mail of the bot's into a mailbox; the same Message-ID is shown once."""
        mail = message_from_bytes(raw)
        box = self.seen.setdefault(person, [])
        shown = _shown(mail)
        if not any(one.id == shown.id for one in box):
            box.append(shown)
        self.change()

    def write(self, person: str, text: str, file: SeenFile | None = None) -> bytes:
        """Let a person write: an answer below the bot's last mail, quoting it, or a new mail."""
        box = self.seen.setdefault(person, [])
        last = next((one for one in reversed(box) if one.role == "bot"), None)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f"A Person <{person}>"
        mail["To"] = BOT
        mail["Subject"] = ("Re: Hello" if last else "Hello") if text else ""
        mail["Message-ID"] = make_msgid(domain=person.rpartition("@")[2])
        if last is not None:
            mail["In-Reply-To"] = last.id
            mail["References"] = f"{last.raw['references']} {last.id}".strip()
        mail.set_content(text + (_quoted(last.text) if last and text else ""), cte="base64")
        names = []
        if file is not None:
            kind, _, subtype = file.mime.partition("/")
            mail.add_attachment(file.data, maintype=kind, subtype=subtype, filename=file.name)
            names.append(f"\N{PAPERCLIP} {file.name}")
        raw = mail.as_bytes()
        words = "\n".join(filter(None, [text, *names]))
        told = {"mail": raw.decode("ascii", "replace"), "references": mail["References"] or ""}
        box.append(Seen(id=mail["Message-ID"], role="user", text=words, raw=told))
        self.change()
        return raw


def vouched(raw: bytes, person: str) -> bytes:
    """Put what a provider says of the sender above a mail."""
    domain = person.rpartition("@")[2]
    return f"Authentication-Results: {PROVIDER}; dkim=pass header.d={domain}\r\n".encode() + raw


def _quoted(text: str) -> str:
    lines = "\n".join(f"> {line}" for line in text.split("\n"))
    return f"\n\nOn Wed, Nov 18, 2026 at 10:00 AM Shop <{BOT}> wrote:\n\n{lines}\n"


def _shown(mail: Message) -> Seen:
    words, files = "", []
    for part in mail.walk():
        if part.get_content_disposition() == "attachment":
            found = SeenFile(name=name_of(part), mime=part.get_content_type(), data=bytes_of(part))
            files.append(found)
        elif part.get_content_type() == "text/plain":
            words = words_of(part).replace("\r\n", "\n").removesuffix("\n")
    names = [f"\N{PAPERCLIP} {file.name}" for file in files]
    headers = {name.lower(): " ".join(str(value).split()) for name, value in mail.items()}
    return Seen(
        id=headers["message-id"],
        role="bot",
        text="\n".join(filter(None, [words, *names])),
        raw={"references": "", **headers, "text": words},
        files=tuple(files),
    )
