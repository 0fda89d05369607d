"""From what a decision says to what a channel is sent."""

from dataclasses import replace

from bot.authoring.replies import Reply
from bot.dialog.events import Ask
from bot.model.conversation import Prompt
from bot.model.ids import PromptId
from bot.model.messages import Link, Option, OutboundMessage
from bot.runtime.keeping import sent_file


def saying(reply: Reply) -> OutboundMessage:
    """Make the message of a reply."""
    return _message(reply.text, reply)


def asking(wish: Ask) -> OutboundMessage:
    """Make the message that shows a question."""
    prompt = wish.prompt
    message = _message(prompt.text, wish.reply)
    options = options_of(prompt)
    return replace(message, options=options, prompt=PromptId(prompt.id), form=wish.form)


def options_of(prompt: Prompt) -> tuple[Option, ...]:
    """Make the buttons of a question."""
    return tuple(
        Option(token=prompt.token(index), label=choice.label)
        for index, choice in enumerate(prompt.choices)
    )


def _message(text: str, reply: Reply | None) -> OutboundMessage:
    buttons = reply.buttons if reply else ()
    links = tuple(Link(label=b.label, url=b.url) for b in buttons if b.url is not None)
    files = tuple(sent_file(file) for file in reply.files) if reply else ()
    ephemeral = reply is not None and reply.ephemeral
    return OutboundMessage(text=text, links=links, ephemeral=ephemeral, files=files)
