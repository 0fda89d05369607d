"""Where a turn plays: who speaks, on which channel, in which zone, with which commands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bot.authoring.context import Channel, Context, Desk
from bot.authoring.happenings import Happening
from bot.authoring.kinds import File, attached, received
from bot.authoring.replies import load_reply
from bot.authoring.signatures import Callback, CommandSpec
from bot.dialog.events import Event, Expired, Heard, Noticed, Resumed, Started, Told, Woken
from bot.dialog.naming import marked
from bot.dialog.phrases import phrases_in
from bot.dialog.slash import parse_slash
from bot.dialog.surroundings import Surroundings
from bot.locale.catalogues import NOTHING as NO_TEXTS
from bot.model.capabilities import Capabilities
from bot.model.conversation import PRIVATE
from bot.model.ids import ConnectorName, FrameId, PromptId
from bot.model.messages import Address, InboundMessage
from bot.model.thresholds import Thresholds
from bot.model.understanding import NOTHING, Interpretation, Utterance
from bot.ports.clock import Clock
from bot.ports.connectors import Connector
from bot.ports.language import Recogniser
from bot.ports.records import Signal, Snapshot
from bot.runtime.admission import Admission
from bot.runtime.locales import Known, heard_locale, known_locale
from bot.runtime.reading import Reader

LABELS: Mapping[str, str] = {
    "slack": "Slack", "telegram": "Telegram", "whatsapp": "WhatsApp",
    "webchat": marked("the web chat"), "console": marked("the terminal"),
    "email": marked("e-mail"),
}  # fmt: skip
"""What customers call a channel of a kind."""
_TEXT_ONLY = Capabilities(max_text=1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The parts of the bot that do not change from turn to turn.

    ``consults``: questions are answered although no engine does, as from a record.
    """

    commands: Mapping[str, CommandSpec]
    recognisers: Sequence[Recogniser[Any]]
    connectors: Mapping[str, Connector]
    reader: Reader
    clock: Clock
    zone: ZoneInfo
    locale: str
    umbrella: str
    human: str
    admission: Admission
    patterns: Mapping[str, Callback] = field(default_factory=dict)
    consults: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    keeps_misses: bool = True

    @property
    def labels(self) -> dict[str, str]:
        """Name every channel as customers call it."""
        return {name: LABELS.get(c.kind, name) for name, c in self.connectors.items()}

    def locale_of(self, snapshot: Snapshot) -> Known:
        """Tell which language the customer is answered in."""
        event, customer = snapshot.entry.event, snapshot.customer
        if isinstance(event, InboundMessage) and event.tap is None and snapshot.scope == PRIVATE:
            return heard_locale(customer, self.locale, event.text)
        return known_locale(customer, self.locale)

    def surroundings(self, snapshot: Snapshot, known: Known) -> Surroundings:
        """Gather what a decision may know."""
        phrases = phrases_in(known.locale)
        address = address_of(snapshot)
        connector = self.connectors.get(address.connector)
        on_slack = connector is not None and connector.kind == "slack"
        in_channel = on_slack and not address.place.startswith("D")
        return Surroundings(
            now=self.clock.now().astimezone(self.zone),
            locale=known.locale, learnt=known.learnt, languages=self.admission.languages,
            commands=self.admission.offered(snapshot.customer, address.connector, known.locale),
            recognisers=self.recognisers,
            conversation=snapshot.conversation, connector=address.connector,
            address=(address.account, address.user, address.place),
            salt=snapshot.entry.trace, version=snapshot.version + 1,
            umbrella=self.umbrella if in_channel else "",
            labels={name: phrases.of(label) for name, label in self.labels.items()},
            human=phrases.of(self.human),
            patterns=frozenset(self.patterns),
            customers=snapshot.customer.ids, in_room=snapshot.scope != PRIVATE,
            profile=snapshot.customer.profile, thresholds=self.thresholds, data=self.reader.data,
            answers=self.consults or bool(self.reader.answering),
        )  # fmt: skip

    async def event_of(self, snapshot: Snapshot, around: Surroundings) -> Event | None:
        """Make the first event of a turn; None for a signal that nobody knows any more."""
        match snapshot.entry.event:
            case InboundMessage() as message:
                return await self._heard(snapshot, message, around)
            case Signal(name="started", payload=payload):
                return Started(
                    command=payload["command"], arguments=payload["arguments"], around=around
                )
            case Signal(name="expired", payload=payload):
                return Expired(frame=FrameId(payload["frame"]), around=around)
            case Signal(name="resumed", payload=payload):
                return Resumed(note=payload["note"], around=around)
            case Signal():
                return _signalled(snapshot.entry.event, around)

    def editing(
        self, snapshot: Snapshot, drawn: Collection[str] = ("choices",)
    ) -> frozenset[ConnectorName]:
        """Tell where what was shown to this conversation's customer can be edited.

        ``drawn`` are kinds of buttons (`bot.dialog.retiring.Ending`); one must be drawn there.
        """
        is_private = snapshot.scope == PRIVATE
        addresses = snapshot.customer.addresses if is_private else (address_of(snapshot),)
        editing = {
            name
            for name, connector in self.connectors.items()
            if connector.capabilities.edits and _draws(connector.capabilities, drawn)
        }
        return frozenset(one.connector for one in addresses if one.connector in editing)

    def context(
        self, snapshot: Snapshot, spec: CommandSpec | None, frame: str, desk: Desk
    ) -> Context:
        """Make the context of a command, check or suggestion."""
        address = address_of(snapshot)
        connector = self.connectors.get(address.connector)  # None: no longer in bot.toml
        zone = self.zone
        if spec is not None and spec.command.zone == "customer" and snapshot.customer.time_zone:
            zone = ZoneInfo(snapshot.customer.time_zone)
        return Context(
            customer=self.admission.with_roles(snapshot.customer),
            channel=Channel(
                name=address.connector,
                kind=connector.kind if connector else address.connector,
                capabilities=connector.capabilities if connector else _TEXT_ONLY,
            ),
            address=address, now=self.clock.now().astimezone(zone), zone=zone,
            event_id=snapshot.entry.event.event_id, frame=frame, desk=desk,
            attachments=_attachments(snapshot, desk),
            texts=NO_TEXTS if spec is None else spec.texts,
        )  # fmt: skip

    async def _heard(
        self, snapshot: Snapshot, message: InboundMessage, around: Surroundings
    ) -> Heard:
        asked_since, known = _crossed(snapshot)
        return Heard(
            text=message.text,
            tap=message.tap,
            form=message.form,
            attachments=message.attachments,
            shown=known if asked_since else snapshot.entry.shown,
            crossed=asked_since,
            interpretation=await self._interpretation(snapshot, message, around), around=around,
        )  # fmt: skip

    async def _interpretation(
        self, snapshot: Snapshot, message: InboundMessage, around: Surroundings
    ) -> Interpretation:
        if message.tap is not None or not message.text or parse_slash(message.text) is not None:
            return NOTHING
        prompt = snapshot.state.open_prompt
        asked = (prompt.argument,) if prompt is not None and prompt.argument else ()
        utterance = Utterance(
            text=message.text, now=around.now, locale=around.locale, asked=asked
        )  # fmt: skip
        return await self.reader.interpret(utterance)


def _draws(can: Capabilities, kinds: Collection[str]) -> bool:
    """Tell whether a platform draws buttons of one of these kinds."""
    there = {"choices", *can.controls, *({"form"} if can.forms else ())}
    return not there.isdisjoint(kinds)


def _attachments(snapshot: Snapshot, desk: Desk) -> tuple[File, ...]:
    """Give the files that came with the message, readable."""
    event = snapshot.entry.event
    if not isinstance(event, InboundMessage):
        return ()
    files = (received(event.sender.connector, one) for one in event.attachments)
    return tuple(attached(file, desk.fetch) for file in files)


def _signalled(signal: Signal, around: Surroundings) -> Event | None:
    """Make the event of what happened elsewhere: a moment, an event, a notice."""
    payload = signal.payload
    match signal.name:
        case "woken":
            frame = FrameId(payload["frame"])
            return Woken(frame=frame, step=payload["step"], around=around)
        case "happened":
            frame, event = FrameId(payload["frame"]), payload["event"]
            return Woken(frame=frame, event=event, data=payload["data"], around=around)
        case "noticed":
            happening = Happening(name=payload["event"], data=payload["data"])
            return Noticed(subscriber=payload["subscriber"], happening=happening, around=around)
        case "told":
            return Told(replies=(load_reply(payload["reply"]),), around=around)
        case _:
            return None


def address_of(snapshot: Snapshot) -> Address:
    """Tell where the answers of a turn go.

    To the sender; for a timer, to where the open question or the last one stands; else to the
    customer's first address. What nobody asked for goes to another one where it would not be
    received, or would be read by others; where there is no other, delivery sees what becomes of it.
    """
    event = snapshot.entry.event
    if isinstance(event, InboundMessage):
        return event.sender
    meant, customer = event.address or _asked_at(snapshot), snapshot.customer
    if snapshot.scope != PRIVATE or meant not in customer.aloof:
        return meant
    return next((one for one in customer.addresses if one not in customer.aloof), meant)


def _asked_at(snapshot: Snapshot) -> Address:
    prompts = snapshot.state.prompts
    prompt = snapshot.state.open_prompt or (prompts[-1] if prompts else None)
    addresses = snapshot.customer.addresses
    for address in addresses:
        if prompt is not None and (address.account, address.user, address.place) == prompt.to:
            return address
    return addresses[0]


def _crossed(snapshot: Snapshot) -> tuple[bool, PromptId | None]:
    """Tell whether the open question was asked after the message had been recorded.

    And which question the customer knew then, on whatever channel: that is what was answered.
    """
    version, prompts = snapshot.entry.version, snapshot.state.prompts
    open_prompt = snapshot.state.open_prompt
    if open_prompt is None or version >= open_prompt.version:
        return False, None
    known = [prompt.id for prompt in prompts if prompt.version <= version]
    return True, known[-1] if known else None
