"""The app's home tab: what a customer has open, and what can be typed; values in, JSON out.

Its buttons say words, as if they were typed in the direct message, and are answered there. Slack's
event ``app_home_opened`` comes for every tab of the app and at every visit; a view of 100 blocks
is its limit ("Home tabs" and the reference of views, 2026).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot import Address, Body, CommandCard, DialogCard, shortened
from connectors.slack import wire
from connectors.slack.blocks.controls import WORDS, Json, plain
from connectors.slack.blocks.views import HOME_ACTION, MAX_VALUE

MAX_BLOCKS = 100
MAX_WORDS = 3000
MAX_DIALOGS = 30
"""Shown; of more, the oldest are found by typing."""
HOME = "home"
"""The hint of what was pressed there: once it is answered, the tab is drawn anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Somebody looks at the app; ``address`` is their direct message with it.

    ``is_home`` tells that they look at the home tab, and not at the messages.
    """

    address: Address
    is_home: bool = True


def find_opened(name: str, body: Body) -> Opened | None:
    """Find a visit of one of the app's tabs; None for other events."""
    if wire.text_at(body, "event", "type") != "app_home_opened":
        return None
    is_home = wire.text_at(body, "event", "tab") == "home"
    user, place = wire.text_at(body, "event", "user"), wire.text_at(body, "event", "channel")
    try:
        return Opened(address=wire.sender_of(name, body, user, place), is_home=is_home)
    except wire.MalformedError:
        return None  # nobody to show it to


def home(
    dialogs: Sequence[DialogCard], commands: Sequence[CommandCard], *, place: str,
    locale: str = "en",
) -> Json:  # fmt: skip
    """Draw the tab; ``place`` is the direct message where its buttons are answered."""
    greeting = WORDS.text(
        locale, "Hello! Just write what you want in Messages. Buttons here are answered there, too."
    )
    can_do = WORDS.text(locale, "What you can do")
    top = [_text(greeting), *_dialogs(dialogs[:MAX_DIALOGS], locale), _header(can_do)]
    room = MAX_BLOCKS - len(top)
    many = len(commands) > room
    shown = commands[: room - 1] if many else commands
    rest = [_text("\n".join(_line(one) for one in commands[room - 1 :]))] if many else []
    start = WORDS.text(locale, "Start")
    starts = [_command(number, one, start) for number, one in enumerate(shown)]
    return {
        "type": "home",
        "private_metadata": json.dumps({"place": place}),
        "blocks": [*top, *starts, *rest],
    }


def _dialogs(dialogs: Sequence[DialogCard], locale: str) -> Iterator[Json]:
    yield _header(WORDS.text(locale, "Open"))
    if not dialogs:
        yield _text(WORDS.text(locale, "Nothing is open right now."))
    go_on = WORDS.text(locale, "Go on")
    for number, dialog in enumerate(dialogs):
        words = "\n".join(filter(None, [dialog.title, dialog.known, dialog.question]))
        yield _text(words) | _button(f"open-{number}", go_on, dialog.words)


def _command(number: int, command: CommandCard, start: str) -> Json:
    return _text(_line(command)) | _button(f"start-{number}", start, f"/{command.name}")


def _line(command: CommandCard) -> str:
    return f"{command.usage}: {command.summary}" if command.summary else command.usage


def _button(name: str, label: str, words: str) -> Json:
    """Put a button beside a text; nothing where there are no words for it to say."""
    if not words or len(words) > MAX_VALUE:
        return {}
    pressed = {"type": "button", "text": plain(label), "value": words}
    return {"accessory": {**pressed, "action_id": f"{HOME_ACTION}-{name}"}}


def _header(text: str) -> Json:
    return {"type": "header", "text": plain(text)}


def _text(text: str) -> Json:
    """Write words that mean no markup, whoever wrote them."""
    return {"type": "section", "text": plain(shortened(text.strip() or "…", MAX_WORDS))}
