"""What comes in and what goes out, free of any platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.ids import AccountId, BlobId, ConnectorName, EventId, PromptId, connector_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one customer can be reached: platform account, platform user, and chat or thread.

    ``user`` is the platform's most stable id of the person (WhatsApp: the business-scoped id, or
    the phone number where the webhook has none). ``phone`` is a second key of the same person,
    in E.164 digits without ``+``, where the platform vouches for it; it takes no part in equality.
    """

    account: AccountId
    user: str
    place: str
    phone: str | None = field(default=None, compare=False)

    @property
    def connector(self) -> ConnectorName:
        """The name of the connector that reaches this address."""
        return connector_of(self.account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the platform tells of the sender; nothing of it identifies anybody."""

    name: str | None = None
    locale: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A pressed button: what `Option.token` carried, and the label if the platform says."""

    token: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Something that came with a message; its bytes are fetched when somebody reads them.

    Attributes:
        ref: how the connector finds the bytes again; nobody else reads it.
        kind: ``image``, ``audio``, ``video`` or ``file``.
        name: the file's name, made up where the platform gives none.
        mime: as the platform says; checked by content when the bytes are read.
        size: bytes, where the platform says.
        width: pixels of an image, where the platform says.
        height: pixels of an image, where the platform says.
    """

    ref: str
    kind: str = "file"
    name: str = ""
    mime: str = "application/octet-stream"
    size: int | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFilled:
    """A form that was sent: the prompt it stood beside, and the words by field name."""

    prompt: PromptId
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One message of a customer.

    Attributes:
        event_id: the platform's id, the same on every redelivery, unique within the account.
        sender: who wrote and where the answer goes.
        text: the words, unescaped; a slash command stands here as typed (``/book 4 friday``).
        tap: set instead of ``text`` where a button was pressed.
        form: set instead of ``text`` where a form was sent.
        attachments: what came with the words, in order.
        room: None where only the customer sees the answers; else the room's or thread's id.
        profile: name, locale and zone as the platform gives them.
        sent_at: the platform's time, aware; None where it gives none.
        hints: small strings that the connector wants back with the answers to this message
            (``response_url``, the message to quote); nobody else reads them.
        client_id: the sender's own id of the message, where the protocol has one (web chat: cid).
    """

    event_id: EventId
    sender: Address
    text: str = ""
    tap: Tap | None = None
    form: FormFilled | None = None
    attachments: tuple[Attachment, ...] = ()
    room: str | None = None
    profile: Profile = Profile()
    sent_at: datetime | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
    client_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something to tap. ``token`` comes back as `Tap.token`: at most 20 ASCII bytes."""

    token: str
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Something to open: http or https."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of a form.

    ``kind`` is ``text``, ``long``, ``number``, ``date``, ``time``, ``choice``, ``yesno``,
    ``phone``, ``email``, ``place`` or ``file``: what
    the platform may draw; whatever is typed is read like an answer. ``options`` are (value, label)
    pairs of a choice, the value being the words that are sent; ``value`` the words known so far.
    """

    name: str
    label: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """All that a dialog still needs, to be filled in at once; offered beside the question.

    ``label`` stands on the button that opens it, ``submit`` on the one that sends it.
    """

    title: str
    fields: tuple[FormField, ...]
    submit: str = "Send"
    label: str = "Fill in a form"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """Something with a title below a message's text; its buttons are the message's.

    ``image`` is the web address of a picture, None where there is none.
    """

    title: str
    text: str = ""
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file that the bot sends, or one of a customer's that it keeps.

    Attributes:
        blob: where its bytes are kept (`bot.Blobs`).
        name: the file's name.
        mime: its type.
        size: in bytes.
        data: the bytes, for the connector that sends them; b"" everywhere else.
    """

    blob: BlobId
    name: str
    mime: str
    size: int
    data: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One message to one address: plain text without markup, then options and links.

    Attributes:
        text: as the reader should see it; each connector escapes it for its dialect.
        options: buttons; `bot.fit` lowers them to what the platform can show.
        links: buttons that open a page.
        prompt: the question that this message shows, if it shows one.
        ephemeral: to be seen by this customer only, where the platform has that.
        form: offered beside the question where the platform has forms, never instead of it;
            comes back as `FormFilled` with the id of ``prompt``.
        files: where the platform takes files; else their names are written into the text.
        card: drawn where the platform has cards (`Capabilities.cards`); else `bot.fit` writes it
            into the text.
        asks: the one answer that ``prompt`` wants, for platforms with a control for its kind
            (`Capabilities.controls`: a date picker, a button that shares one's number); comes back
            as `FormFilled` with that one field, or as a message. Never instead of ``options``.
        replaces: the platform's id of the bot's earlier message to this address that this one
            takes the place of, where the platform edits (`Capabilities.edits`).
        locale: in what language it is written, for a connector's own words beside it.
    """

    text: str
    options: tuple[Option, ...] = ()
    links: tuple[Link, ...] = ()
    prompt: PromptId | None = None
    ephemeral: bool = False
    form: Form | None = None
    files: tuple[SentFile, ...] = ()
    card: ShownCard | None = None
    asks: FormField | None = None
    replaces: str | None = None
    locale: str = "en"
