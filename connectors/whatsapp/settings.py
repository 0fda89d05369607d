"""The table ``[connectors.NAME]`` of a WhatsApp number."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot import Secret, Transport, is_loopback, is_web

TEXT = "{text}"
"""Stands for the words of a message among the parameters of a template."""

MAX_PROMPTS = 3
MAX_PROMPT = 80

_TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_NUMBER_ID = re.compile(r"[^\s+/]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The table ``[connectors.NAME.templates.X]``: a template that Meta has approved.

    Attributes:
        name: as in WhatsApp Manager.
        language: as in WhatsApp Manager: ``en``, ``en_US``, ``it``.
        body: what goes into the body's ``{{1}}``, ``{{2}}`` …, in order: ``{text}`` for the words
            of the message, once; anything else as it stands.
        buttons: the labels of its quick-reply buttons, in order. It is used for messages with just
            these choices.
        max_text: how much of the words goes into one template. Meta takes 1024 characters in all,
            the template's own included.
    """

    name: str
    language: str = "en"
    body: tuple[str, ...] = (TEXT,)
    buttons: tuple[str, ...] = ()
    max_text: int = 700

    def __post_init__(self) -> None:
        if not _TEMPLATE_NAME.fullmatch(self.name):
            raise ValueError("name: is no template's name; use a-z, 0-9 and _ as WhatsApp Manager")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError('language: is no language of WhatsApp; write it as "en" or "en_US"')
        if self.body.count(TEXT) != 1:
            raise ValueError(f'body: the words would be lost; write "{TEXT}" in it, once')
        if not 1 <= self.max_text <= 1024:
            raise ValueError("max_text: must be from 1 to 1024; change it")
        if len(self.buttons) > 10:
            raise ValueError("buttons: a template has at most 10; leave some out")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppSettings:
    """The table ``[connectors.NAME]`` of a WhatsApp number.

    Attributes:
        phone_number_id: Meta's id of the number, not the number itself.
        access_token: of a system user that may send for the number.
        app_secret: of the Meta app; it signs the webhooks.
        verify_token: your own word, typed into the app's webhook form.
        more_numbers: Meta's ids of further numbers of the same app: Meta posts what comes for
            all of them to one address. Who writes to one is answered from it.
        phone: the number in international digits; makes `/link` offer a link with the code.
        api_url: with the version; calls go to ``{api_url}/{phone_number_id}/messages``.
        media_hosts: where customers' files may be fetched from, with the token, beside api_url.
        templates: what is sent when free words would not get through, by any name.
        window: in seconds, how long after a customer's last message free words get through.
        ad_window: the same after a message that came by an advertisement; not looked up.
        ice_breakers: up to 3 sentences that a new chat offers to tap (`threadline sync`).
        greets: whether Meta tells when somebody opens the chat for the first time
            (`threadline sync`); such a visit counts as `/start`.
        sync_webhook: whether `threadline sync` tells Meta that this number's webhook is below
            public_url, in place of the app's own.
        public_url: the bot's own address; that of ``[server]`` unless it is given here.
    """

    phone_number_id: str
    access_token: Secret
    app_secret: Secret
    verify_token: Secret
    more_numbers: tuple[str, ...] = ()
    phone: str = ""
    api_url: str = "https://graph.facebook.com/v23.0"
    media_hosts: tuple[str, ...] = ("lookaside.fbsbx.com",)
    templates: Mapping[str, Template] = field(default_factory=dict)
    window: timedelta = timedelta(hours=24)
    ad_window: timedelta = timedelta(hours=72)
    ice_breakers: tuple[str, ...] = ()
    greets: bool = False
    sync_webhook: bool = False
    public_url: str = ""

    def __post_init__(self) -> None:
        if not all(_NUMBER_ID.fullmatch(number) for number in self.numbers):
            raise ValueError(
                "phone_number_id, more_numbers: are Meta's ids of the numbers, in digits, and not "
                "the numbers themselves; copy them from the app's page"
            )
        if len(set(self.numbers)) != len(self.numbers):
            raise ValueError("more_numbers: names a number twice; leave it out once")
        if self.window <= timedelta(0) or self.ad_window < self.window:
            raise ValueError("window, ad_window: must be above 0, and ad_window not below window")
        if len(self.ice_breakers) > MAX_PROMPTS:
            raise ValueError(f"ice_breakers: WhatsApp shows at most {MAX_PROMPTS}; leave some out")
        if not all(0 < len(each.strip()) <= MAX_PROMPT for each in self.ice_breakers):
            raise ValueError(f"ice_breakers: each has 1 to {MAX_PROMPT} characters; shorten it")

    def problems(self) -> Iterable[str]:
        """List what cannot work, for `threadline check`, too."""
        if not is_web(self.api_url):
            yield "api_url: is no http(s) URL; leave it out for https://graph.facebook.com/v23.0"

    @property
    def numbers(self) -> tuple[str, ...]:
        """All numbers of this table, the first one first."""
        return (self.phone_number_id, *self.more_numbers)


def transport_of(settings: WhatsAppSettings) -> Transport:
    """Tell how messages come in: on WhatsApp by webhooks only, so a laptop needs a tunnel."""
    if not is_loopback(settings.public_url) or is_loopback(settings.api_url):
        return Transport(kind="webhook", reason="WhatsApp has webhooks only")
    return Transport(
        kind="webhook",
        reason="WhatsApp has webhooks only, and cannot reach this machine",
        remedy="open a tunnel to the port of [server] and write its address as public_url",
    )
