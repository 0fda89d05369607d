"""Small working stand-ins: a clock that is moved by hand, a connector without a platform."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.authoring.kinds import File
from bot.errors import PermanentSendError, RequestRejectedError, TransientSendError
from bot.model.capabilities import Capabilities, Layout, fit
from bot.model.delivery import Receipt
from bot.model.ids import PromptId
from bot.model.messages import Address, Attachment, Form, OutboundMessage, SentFile
from bot.ports.connectors import Body, Received, Route, WebhookRequest

KINDS: Mapping[str, Capabilities] = {
    "slack": Capabilities(
        max_text=3000, max_buttons=10, max_button_label=75, max_rows=100, max_row_label=75,
        max_row_description=75, links=True, forms=True, files=True, edits=True,
    ),
    "telegram": Capabilities(
        max_text=4096, max_buttons=24, max_button_label=64, links=True, files=True,
        max_caption=1024, edits=True,
    ),
    "whatsapp": Capabilities(
        max_text=4096, max_buttons=3, max_button_label=20, max_rows=10, max_row_label=24,
        max_row_description=72, max_text_with_options=1024, files=True, max_caption=1024,
    ),
    "webchat": Capabilities(
        max_text=100_000, max_buttons=100, max_button_label=100, links=True, forms=True,
        files=True,
    ),
}  # fmt: skip
"""What the platforms can show, as far as text, buttons, forms and files go."""


class FakeClock:
    """A clock that stands still until it is moved; see `bot.ports.clock.Clock`."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Tell the time it was set to."""
        return self._now

    def move(self, by: timedelta) -> None:
        """Go on by a time; never back."""
        if by < timedelta(0):
            raise ValueError("a clock goes on, never back")
        self._now += by


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A message as a fake platform shows it; ``tokens`` belong to ``buttons``.

    ``gone`` are the labels and tokens of buttons that an edit took away.
    """

    id: str
    text: str
    buttons: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    ephemeral: bool = False
    prompt: PromptId | None = None
    form: Form | None = None
    file: SentFile | None = None
    gone: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """What stands on the screen: the name of a file, then the words."""
        name = [] if self.file is None else [f"\N{PAPERCLIP} {self.file.name}"]
        return "\n".join(filter(None, [*name, self.text]))


@dataclass(slots=True)
class FakeConnector:
    """A connector whose platform is a list for each user; see `bot.ports.connectors.Connector`.

    ``fail`` and ``refuse`` count down: so many sends fail for now, so many for good. ``troubles``
    are raised by the next sends, one by each; sending to the users in ``hung`` waits for their
    event. ``hints`` are those of what was sent, ``attended`` what `attend` was asked for.
    """

    kind: str
    capabilities: Capabilities
    routes: Sequence[Route] = ()
    fail: int = 0
    refuse: int = 0
    screens: dict[str, list[Delivered]] = field(default_factory=dict)
    sent: dict[str, bytes] = field(default_factory=dict)
    troubles: list[Exception] = field(default_factory=list)
    hung: dict[str, asyncio.Event] = field(default_factory=dict)
    hints: list[Body] = field(default_factory=list)
    attended: list[tuple[str, bool]] = field(default_factory=list)

    async def receive(self, request: WebhookRequest) -> Received:
        """Refuse: a fake platform sends no webhooks."""
        raise RequestRejectedError(f"{request.method} is not for a fake", status=404)

    def keep(self, file: File) -> Attachment:
        """Keep a file that a user sends, to be fetched."""
        data = file.data or b""
        ref = f"file-{len(self.sent) + 1}"
        self.sent[ref] = data
        kind = file.mime.partition("/")[0]
        return Attachment(
            ref=ref, kind=kind if kind in {"image", "audio", "video"} else "file", name=file.name,
            mime=file.mime, size=len(data),
        )  # fmt: skip

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.ports.connectors.Fetching.fetch`; `fail` counts here, too."""
        if self.fail > 0:
            self.fail -= 1
            raise TransientSendError("told to fail")
        data = self.sent.get(attachment.ref)
        if data is None or len(data) > limit:
            raise PermanentSendError("gone or too large")
        return data

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """Show a message to its user; the same attempt is shown once."""
        if self.fail > 0:
            self.fail -= 1
            raise TransientSendError("told to fail")
        if self.refuse > 0:
            self.refuse -= 1
            raise PermanentSendError("told to refuse")
        if to.user in self.hung:
            await self.hung[to.user].wait()
        if self.troubles:
            raise self.troubles.pop(0)
        self.hints.append(hints)
        screen = self.screens.setdefault(to.user, [])
        if message.replaces is not None:
            self._edit(message, message.replaces, screen)
            return Receipt()
        for number, part in enumerate(fit(message, self.capabilities)):
            shown = part.layout in {Layout.BUTTONS, Layout.LIST}
            options = part.options if shown else ()
            delivered = Delivered(
                id=f"{hints['client_id']}.{number}", text=part.text,
                buttons=tuple(option.label for option in options),
                tokens=tuple(option.token for option in options), ephemeral=part.ephemeral,
                prompt=message.prompt, form=part.form, file=part.file,
            )  # fmt: skip
            if all(delivered.id != seen.id for seen in screen):
                screen.append(delivered)
        return Receipt(provider_id=None if message.ephemeral else hints["client_id"])

    async def attend(self, to: Address, hints: Body, *, busy: bool) -> None:
        """See `bot.ports.connectors.Attending.attend`; where it is able to (`capabilities`)."""
        if self.troubles:
            raise self.troubles.pop(0)
        self.attended.append((hints.get("message", to.user), busy))

    def _edit(self, message: OutboundMessage, original: str, screen: list[Delivered]) -> None:
        """Show another last part of a message in its place; its buttons are those of the edit."""
        part = fit(message, self.capabilities)[-1]
        of_it = [n for n, seen in enumerate(screen) if seen.id.rpartition(".")[0] == original]
        if not of_it:
            raise PermanentSendError("there is no such message")
        seen = screen[of_it[-1]]
        gone = (*seen.gone, *zip(seen.buttons, seen.tokens, strict=True))
        screen[of_it[-1]] = replace(
            seen, text=part.text, form=part.form, prompt=message.prompt, gone=gone,
            buttons=tuple(option.label for option in part.options),
            tokens=tuple(option.token for option in part.options),
        )  # fmt: skip
