"""The settings of one bot, what is wrong with them, and the way that its updates come."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot import Secret, Transport, is_loopback, is_web

NO_SECRET = Secret("")
"""What stands where none is given: for polling."""

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]+", re.ASCII)
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)  # Bot API, setWebhook
_USERNAME = re.compile(r"[A-Za-z0-9_]{3,32}", re.ASCII)
_CHOICES = {
    "transport": ("auto", "webhook", "polling"),
    "hears": ("addressed", "all"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """The table ``[connectors.NAME]`` of a Telegram bot.

    Attributes:
        token: BotFather's.
        webhook_secret: what setWebhook is given as ``secret_token``; not needed for polling.
        api_url: calls go to ``{api_url}/bot{token}/METHOD``.
        transport: ``auto`` polls where no webhook can come; see `choose_transport`.
        username: of the bot, without @; asked of Telegram where it is left out and needed, as by
            `/link`, which offers a link that opens the chat with the code.
        hears: in groups: ``addressed`` takes commands, mentions and replies, whatever else
            Telegram sends; ``all`` takes everything.
        max_connections: of Telegram's to the webhook at a time (Bot API, setWebhook: 1-100).
        share_phone: what stands on the button that shares the customer's number.
        share_place: what stands on the one that shares where they are.
        public_url: that of ``[server]``.
    """

    token: Secret
    webhook_secret: Secret = NO_SECRET
    api_url: str = "https://api.telegram.org"
    transport: Literal["auto", "webhook", "polling"] = "auto"
    username: str = ""
    hears: Literal["addressed", "all"] = "addressed"
    max_connections: int = 40
    share_phone: str = "\N{MOBILE PHONE} Share my number"
    share_place: str = "\N{ROUND PUSHPIN} Share where I am"
    public_url: str = ""

    def problems(self) -> Iterable[str]:
        """List what cannot work, for `threadline check`, too."""
        return find_problems(self)


def choose_transport(settings: TelegramSettings) -> Transport:
    """Choose between webhook and polling.

    The emulator's settings name the webhook: with it public_url is this machine's, too.
    Without a public address but with a webhook's secret somebody has set a webhook up by hand:
    polling would take it away.
    """
    if settings.transport != "auto":
        return Transport(kind=settings.transport, reason="it is written so")
    if is_loopback(settings.public_url):
        return Transport(
            kind="polling", reason="Telegram cannot reach public_url: it is this machine"
        )
    if settings.public_url:
        return Transport(kind="webhook", reason="there is a public_url")
    if settings.webhook_secret.reveal():
        return Transport(kind="webhook", reason="there is a webhook_secret")
    return Transport(kind="polling", reason="there is neither a public_url nor a webhook_secret")


def find_problems(settings: TelegramSettings) -> Iterator[str]:
    """List what cannot work, each as ``key: what; remedy``."""
    if not _TOKEN.fullmatch(settings.token.reveal()):
        yield "token: is not of the form 123456:ABC…; copy it from @BotFather"
    if not is_web(settings.api_url):
        yield "api_url: is no http(s) URL; leave it out for https://api.telegram.org"
    secret = settings.webhook_secret.reveal()
    if not _WEBHOOK_SECRET.fullmatch(secret) and (
        secret or choose_transport(settings).kind == "webhook"
    ):
        yield "webhook_secret: must be 1 to 256 of A-Z a-z 0-9 _ -; make one, then run sync"
    if settings.username and not _USERNAME.fullmatch(settings.username.removeprefix("@")):
        yield "username: is no name of a bot; leave it out, and Telegram is asked"
    if not 1 <= settings.max_connections <= 100:
        yield "max_connections: is not from 1 to 100; leave it out for 40"
    yield from _find_odd_words(settings)


def _find_odd_words(settings: TelegramSettings) -> Iterator[str]:
    for key, choices in _CHOICES.items():
        if getattr(settings, key) not in choices:
            named = " or ".join(f'"{choice}"' for choice in choices)
            yield f'{key}: is not {named}; leave it out for "{choices[0]}"'
    for key in ("share_phone", "share_place"):
        if not getattr(settings, key).strip():
            yield f"{key}: is empty; a button needs words: leave it out for the English ones"
