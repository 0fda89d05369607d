"""Authors' texts in the customer's language, where they were returned as they were written.

A text that is a message's id in the plugin's catalogue is translated; one with values in it is
written by `Context.gettext`, and any other stays as it is.
"""

from dataclasses import replace

from bot.authoring.context import Context
from bot.authoring.replies import Button, Card, Reply
from bot.authoring.signatures import CommandSpec
from bot.dialog.surroundings import Surroundings


def reply_in(reply: Reply, context: Context) -> Reply:
    """Translate what a reply shows."""
    card = reply.card
    return replace(
        reply, text=context.gettext(reply.text), buttons=_buttons(reply.buttons, context),
        card=None if card is None else _card(card, context),
    )  # fmt: skip


def error_in(text: str, spec: CommandSpec | None, around: Surroundings) -> str:
    """Translate why a command came to nothing: in its author's words, or in ours."""
    own = text if spec is None else spec.texts.text(around.locale, text)
    return around.phrases.of(text) if own == text else own


def _card(card: Card, context: Context) -> Card:
    return replace(
        card, title=context.gettext(card.title), text=context.gettext(card.text),
        buttons=_buttons(card.buttons, context),
    )  # fmt: skip


def _buttons(buttons: tuple[Button, ...] | list[Button], context: Context) -> tuple[Button, ...]:
    return tuple(_button(button, context) for button in buttons)


def _button(button: Button, context: Context) -> Button:
    """Translate a label; what it stands for stays what it was."""
    label = context.gettext(button.label)
    bare = button.command is None and button.url is None and button.value is None
    if label == button.label or not bare:
        return replace(button, label=label)
    return replace(button, label=label, value=button.label)
