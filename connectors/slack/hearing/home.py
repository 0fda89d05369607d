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
from connectors.slack.blocks.controls import Json, plain
from connectors.slack.blocks.views import HOME_ACTION, MAX_VALUE

MAX_BLOCKS = 100
MAX_WORDS = 3000
MAX_DIALOGS = 30
"""Shown; of more, the oldest are found by typing."""
HOME = "home"
"""The hint of what was pressed there: once it is answered, the tab is drawn anew."""

NOTHING_OPEN = "Nothing is open right now."
OPEN = "Open"
CAN_DO = "What you can do"
GREETING = "Hello! Just write what you want in Messages. Buttons here are answered there, too."


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Somebody looks at the home tab; ``address`` is their direct message with the app."""

    address: Address


def find_opened(name: str, body: Body) -> Opened | None:
    """Find a visit of the home tab; None for other tabs and other events."""
    if wire.text_at(body, "event", "type") != "app_home_opened":
        return None
    if wire.text_at(body, "event", "tab") != "home":
        return None
    user, place = wire.text_at(body, "event", "user"), wire.text_at(body, "event", "channel")
    try:
        return Opened(address=wire.sender_of(name, body, user, place))
    except wire.MalformedError:
        return None  # nobody to show it to


def home(dialogs: Sequence[DialogCard], commands: Sequence[CommandCard], *, place: str) -> Json:
    """Draw the tab; ``place`` is the direct message where its buttons are answered."""
    top = [_text(GREETING), *_dialogs(dialogs[:MAX_DIALOGS]), _header(CAN_DO)]
    room = MAX_BLOCKS - len(top)
    many = len(commands) > room
    shown = commands[: room - 1] if many else commands
    rest = [_text("\n".join(_line(one) for one in commands[room - 1 :]))] if many else []
    return {
        "type": "home",
        "private_metadata": json.dumps({"place": place}),
        "blocks": [*top, *map(_command, range(len(shown)), shown), *rest],
    }


def _dialogs(dialogs: Sequence[DialogCard]) -> Iterator[Json]:
    yield _header(OPEN)
    if not dialogs:
        yield _text(NOTHING_OPEN)
    for number, dialog in enumerate(dialogs):
        words = "\n".join(filter(None, [dialog.title, dialog.known, dialog.question]))
        yield _text(words) | _button(f"open-{number}", "Go on", dialog.words)


def _command(number: int, command: CommandCard) -> Json:
    return _text(_line(command)) | _button(f"start-{number}", "Start", f"/{command.name}")


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
