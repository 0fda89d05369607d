"""What a platform can show, and `fit`: lower a message to it without losing a word or a choice."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.model.messages import (
    Form,
    FormField,
    Link,
    Option,
    OutboundMessage,
    SentFile,
    ShownCard,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Limits of a platform, in UTF-16 code units where lengths are meant (the strictest counting).

    Everything that a connector's platform can and cannot is said here and nowhere else: `fit`
    lowers messages by it, the runtime asks it before it wishes for anything, and the table in
    docs/connectors.md is made of it.

    Attributes:
        max_text: of one message.
        max_buttons: of one message; 0 where there are none.
        max_button_label: of one button.
        max_rows: of a list or menu; 0 where the platform has none.
        max_row_label: of one row.
        max_row_description: of one row.
        max_text_with_options: of a message with buttons or rows; None where it is ``max_text``.
        links: whether a button can open a page.
        forms: whether several answers can be asked for at once.
        files: whether the bot can send files.
        max_caption: of the words under a file; 0 where none can stand there.
        cards: whether a title, a text and a picture can be shown as one message; its words keep
            the limit of a message with options, and with a picture that of a caption.
        controls: kinds of `FormField` that one question can be answered with by a control of the
            platform's own: ``date``, ``time``, ``phone``, ``place``.
        edits: whether a message that was sent can be replaced.
        ephemeral: whether a message in a room can be shown to one person.
        typing: whether the customer can be shown that an answer is under way.
        reads: whether the customer can be shown that a message was read.
        receipts: whether the platform tells what became of a message.
        window: how long after the customer's last message free words get through; None: for ever.
    """

    max_text: int
    max_buttons: int = 0
    max_button_label: int = 0
    max_rows: int = 0
    max_row_label: int = 0
    max_row_description: int = 0
    max_text_with_options: int | None = None
    links: bool = False
    forms: bool = False
    files: bool = False
    max_caption: int = 0
    cards: bool = False
    controls: frozenset[str] = frozenset()
    edits: bool = False
    ephemeral: bool = False
    typing: bool = False
    reads: bool = False
    receipts: bool = False
    window: timedelta | None = None


class Layout(StrEnum):
    """How the options of a fitted message are shown."""

    NONE = "none"
    BUTTONS = "buttons"
    LIST = "list"
    NUMBERED = "numbered"  # written into the text; a typed number or label answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """One message as the platform can take it; ``options`` is empty when numbered.

    With a ``file`` the text is its caption, or empty. With a ``card`` the text stands above it, and
    all their words together keep the limit of one message. ``asks`` is there where the platform has
    a control of its kind. ``locale`` is of the part that has something to tap.
    """

    text: str
    layout: Layout = Layout.NONE
    options: tuple[Option, ...] = ()
    links: tuple[Link, ...] = ()
    ephemeral: bool = False
    form: Form | None = None
    file: SentFile | None = None
    card: ShownCard | None = None
    asks: FormField | None = None
    locale: str = "en"


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(message: OutboundMessage, capabilities: Capabilities) -> tuple[Fitted, ...]:
    """Lower a message to what a platform can show.

    Buttons become a list, a list becomes numbered text, links and cards become text; long texts are
    split between words. The options stand under the last part, files before it: a keyboard is found
    at the end. Without options the files come last, the words under the first of them where they
    fit. No word, no choice and no file's name is lost; a form is left out where there are none, and
    a control where there is none of its kind, for the question beside it asks the same.
    """
    whole = _on_card(message, capabilities) or _in_text(card_as_text(message), capabilities)
    files = message.files if capabilities.files else ()
    return tuple(_with_files(whole, files, capabilities))


def card_as_text(message: OutboundMessage) -> OutboundMessage:
    """Write a card below the text of its message; its picture becomes a link."""
    card = message.card
    if card is None:
        return message
    picture = () if card.image is None else (Link(label=card.title, url=card.image),)
    text = _joined([message.text, card.title, card.text])
    return replace(message, text=text, links=(*message.links, *picture), card=None)


def with_names(message: OutboundMessage, takes: Callable[[SentFile], bool]) -> OutboundMessage:
    """Write the names of files that cannot be sent into the text instead."""
    left = [file for file in message.files if not takes(file)]
    if not left:
        return message
    lines = [f"{file.name} (cannot be shown here)" for file in left]
    text = "\n".join(filter(None, [message.text, *lines]))
    return replace(message, text=text, files=tuple(filter(takes, message.files)))


def shortened(label: str, limit: int) -> str:
    """Cut a label to ``limit`` UTF-16 units, with an ellipsis where something is cut off."""
    if units(label) <= limit:
        return label
    kept = label
    while kept and units(kept) > limit - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _in_text(message: OutboundMessage, capabilities: Capabilities) -> list[Fitted]:
    """Split the words; below the last part stands what can be tapped."""
    if not capabilities.files:
        message = with_names(message, lambda _: False)
    below, lines = _below(message, capabilities)
    limit = _limit(capabilities, tapped=bool(below.options))
    *first, last = _parts(_joined([message.text, *lines]), limit)
    whole = [Fitted(text=part, ephemeral=message.ephemeral) for part in first]
    return [*whole, replace(below, text=last)]


def _on_card(message: OutboundMessage, capabilities: Capabilities) -> list[Fitted] | None:
    """Put the card into the last part, with the words above it where one message holds them all.

    None where there is no card, or none that the platform could show as one.
    """
    card = message.card
    if card is None or not capabilities.cards:
        return None
    if not capabilities.files:
        message = with_names(message, lambda _: False)
    below, lines = _below(message, capabilities)
    card = replace(card, text=_joined([card.text, *lines]))
    words = _joined([card.title, card.text])
    tapped, pictured = bool(below.options), card.image is not None
    limit = _limit(capabilities, tapped=tapped, pictured=pictured)
    if units(words) > limit:
        return None
    above = _parts(message.text, _limit(capabilities, tapped=False))
    joins = units(_joined([above[-1], words])) <= limit
    text = above.pop() if joins else ""
    whole = [Fitted(text=part, ephemeral=message.ephemeral) for part in above]
    return [*whole, replace(below, text=text, card=card)]


def _below(message: OutboundMessage, capabilities: Capabilities) -> tuple[Fitted, Sequence[str]]:
    """Sort what stands below the words: what can be tapped, and lines for what cannot."""
    layout = _layout(message.options, capabilities)
    lines = [f"{link.label}: {link.url}" for link in message.links if not capabilities.links]
    if layout is Layout.NUMBERED:
        lines += _numbered(message.options)
    asks = message.asks
    return Fitted(
        text="", layout=layout, ephemeral=message.ephemeral, locale=message.locale,
        options=() if layout is Layout.NUMBERED else message.options,
        links=message.links if capabilities.links else (),
        form=message.form if capabilities.forms else None,
        asks=asks if asks is not None and asks.kind in capabilities.controls else None,
    ), lines  # fmt: skip


def _with_files(
    parts: Sequence[Fitted], files: Sequence[SentFile], capabilities: Capabilities
) -> Iterator[Fitted]:
    *first, last = parts
    apart = [Fitted(text="", file=file, ephemeral=last.ephemeral) for file in files]
    if not apart:
        yield from parts
    elif _holds_something(last):
        yield from [*first, *apart, last]
    elif not last.text.strip():
        yield from [*first, *apart]
    elif not first and units(last.text) <= capabilities.max_caption:
        yield from [replace(apart[0], text=last.text), *apart[1:]]
    else:
        yield from [*parts, *apart]


def _holds_something(part: Fitted) -> bool:
    """Tell whether a part is more than words: then it is where the eye is to end."""
    return bool(part.layout is not Layout.NONE or part.links or part.form or part.card or part.asks)


def _layout(options: Sequence[Option], capabilities: Capabilities) -> Layout:
    if not options:
        return Layout.NONE
    longest = max(units(option.label) for option in options)
    described = any(option.description for option in options)  # buttons cannot show it
    if (
        not described
        and len(options) <= capabilities.max_buttons
        and longest <= capabilities.max_button_label
    ):
        return Layout.BUTTONS
    if len(options) <= capabilities.max_rows and _rows_fit(options, capabilities):
        return Layout.LIST
    return Layout.NUMBERED


def _rows_fit(options: Sequence[Option], capabilities: Capabilities) -> bool:
    return all(
        units(option.label) <= capabilities.max_row_label
        and units(option.description) <= capabilities.max_row_description
        for option in options
    )


def _numbered(options: Sequence[Option]) -> Iterator[str]:
    for number, option in enumerate(options, start=1):
        described = f": {option.description}" if option.description else ""
        yield f"{number}. {option.label}{described}"


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(filter(None, lines))


def _limit(capabilities: Capabilities, *, tapped: bool, pictured: bool = False) -> int:
    """Tell how long the words of a message may be: with options and under pictures, shorter."""
    limits = [capabilities.max_text]
    if tapped and capabilities.max_text_with_options is not None:
        limits.append(capabilities.max_text_with_options)
    if pictured and capabilities.max_caption:
        limits.append(capabilities.max_caption)
    return min(limits)


def _parts(text: str, limit: int) -> list[str]:
    """Split a text into messages; there is at least one."""
    parts = []
    rest = text
    while units(rest) > limit:
        part, rest = _cut(rest, limit)
        parts.append(part)
    # platforms refuse a blank message; an empty one stays where nothing else is left
    return [part for part in (*parts, rest) if part.strip()] or [""]


def _cut(text: str, limit: int) -> tuple[str, str]:
    """Cut after the last line or word that fits; inside a word only if it alone is too long."""
    end = min(len(text), limit)
    while end > 1 and units(text[:end]) > limit:
        end -= 1
    head = text[:end]
    if text[end : end + 1] in {"\n", " "}:
        return head, text[end + 1 :]
    line = head.rfind("\n")
    at = line if line > end // 2 else max(line, head.rfind(" "))  # no tiny parts for a line's sake
    return (text[:at], text[at + 1 :]) if at > 0 else (head, text[end:])
