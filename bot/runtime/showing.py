"""From what a decision says to what a channel is sent."""

from dataclasses import replace

from bot.authoring.replies import Reply, buttons_of
from bot.dialog.events import Ask
from bot.model.conversation import Prompt
from bot.model.messages import Link, Option, OutboundMessage, ShownCard
from bot.runtime.filing import sent_file


def saying(reply: Reply) -> OutboundMessage:
    """Make the message of a reply."""
    links = (Link(label=b.label, url=b.url) for b in buttons_of(reply) if b.url is not None)
    card = reply.card
    shown = None if card is None else ShownCard(title=card.title, text=card.text, image=card.image)
    return OutboundMessage(
        text=reply.text, links=tuple(links), ephemeral=reply.ephemeral,
        files=tuple(sent_file(file) for file in reply.files),
        card=shown,
    )  # fmt: skip


def asking(wish: Ask) -> OutboundMessage:
    """Make the message that shows a question.

    The question's text holds the words of a card as well, so that it can be shown again elsewhere;
    where the card is there, they stand in it alone.
    """
    prompt, reply = wish.prompt, wish.reply or Reply(wish.prompt.text)
    text = prompt.text if reply.card is None else reply.text
    return replace(
        saying(reply), text=text, options=options_of(prompt), prompt=prompt.id,
        form=wish.form, asks=wish.asks,
    )  # fmt: skip


def options_of(prompt: Prompt) -> tuple[Option, ...]:
    """Make the buttons of a question."""
    return tuple(
        Option(token=prompt.token(index), label=choice.label)
        for index, choice in enumerate(prompt.choices)
    )
