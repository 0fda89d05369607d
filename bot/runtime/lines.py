"""What connectors with requests of their own may use while they answer; see `bot.Line`."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from bot.authoring.signatures import CommandSpec
from bot.dialog import manual
from bot.dialog.localising import spec_in
from bot.locale.names import ENGLISH, language_of
from bot.model.ids import BlobId, ConnectorName, ConversationId, PromptId
from bot.model.messages import Address, InboundMessage, Option
from bot.ports.blobs import Blobs
from bot.ports.clock import Clock
from bot.ports.connectors import Received
from bot.ports.lines import Changes, CommandCard, DialogCard, Fact, Recorded
from bot.ports.stores import Store
from bot.runtime.hub import Hub
from bot.runtime.intake import Intake
from bot.runtime.looking import Looking


class ConnectorLine:
    """One connector's line; it can reach nothing but its own shelf, the log and the intake."""

    def __init__(
        self, *, name: ConnectorName, store: Store, clock: Clock, hub: Hub, intake: Intake,
        commands: Callable[[], Mapping[str, CommandSpec]], blobs: Blobs, looking: Looking,
    ) -> None:  # fmt: skip
        self.shelf = store.upkeep.shelf(name)
        self.clock = clock
        self._name = name
        self._store = store
        self._hub = hub
        self._intake = intake
        self._commands = commands
        self._blobs = blobs
        self._looking = looking

    async def accept(self, messages: Sequence[InboundMessage]) -> Sequence[Recorded]:
        """See `bot.ports.lines.Line.accept`."""
        return await self._intake.accept(self._name, Received(messages=messages))

    async def conversation_of(self, address: Address) -> ConversationId:
        """See `bot.ports.lines.Line.conversation_of`."""
        return await self._store.customers.locate(address, now=self.clock.now())

    async def read(self, conversation: ConversationId, *, after: int, limit: int) -> Sequence[Fact]:
        """See `bot.ports.lines.Line.read`."""
        return await self._store.log.read(conversation, after=after, limit=limit)

    async def before(self, conversation: ConversationId, *, seq: int, limit: int) -> Sequence[Fact]:
        """See `bot.ports.lines.Line.before`."""
        return await self._store.log.before(conversation, seq=seq, limit=limit)

    async def head(self, conversation: ConversationId) -> int:
        """See `bot.ports.lines.Line.head`."""
        return await self._store.log.head(conversation)

    async def keep(self, data: bytes) -> BlobId:
        """See `bot.ports.lines.Line.keep`."""
        return await self._blobs.put(data)

    async def file(self, blob: BlobId) -> bytes:
        """See `bot.ports.lines.Line.file`."""
        return await self._blobs.get(blob)

    async def dialogs(self, address: Address) -> Sequence[DialogCard]:
        """See `bot.ports.lines.Line.dialogs`."""
        return await self._looking.dialogs(address)

    async def choices(
        self, address: Address, prompt: PromptId, typed: str, *, field: str = ""
    ) -> Sequence[Option]:
        """See `bot.ports.lines.Line.choices`."""
        return await self._looking.choices(address, prompt, typed, field=field)

    def changes(self, conversation: ConversationId) -> AbstractAsyncContextManager[Changes]:
        """See `bot.ports.lines.Line.changes`."""
        return self._hub.changes(conversation)

    async def locale(self, address: Address, *, told: str | None = None) -> str:
        """See `bot.ports.lines.Line.locale`."""
        return await self._looking.locale(address, told=told)

    def commands(self, locale: str = ENGLISH) -> Sequence[CommandCard]:
        """See `bot.ports.lines.Line.commands`."""
        specs = manual.listed(self._commands())
        if language_of(locale) != ENGLISH:
            specs = [spec_in(spec, locale) for spec in specs]
        return [
            CommandCard(name=spec.name, usage=manual.usage(spec), summary=spec.summary)
            for spec in specs
        ]
