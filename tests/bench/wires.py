"""What connectors add to a turn: a webhook verified and parsed, and a message rendered.

Each is compared with the least that anybody must do about the same bytes.
"""

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from functools import partial
from hashlib import sha256
from typing import TypeAlias

from bot import (
    Address,
    Connector,
    ConversationId,
    Fact,
    Option,
    OutboundMessage,
    PromptId,
    Secret,
    WebhookRequest,
    account_of,
)
from connectors.email import EmailSettings
from connectors.email import connect as connect_email
from connectors.email.render import Letterhead
from connectors.email.render import render as draw_for_email
from connectors.slack import SlackSettings
from connectors.slack import connect as connect_slack
from connectors.slack.render import render as draw_for_slack
from connectors.telegram import TelegramSettings
from connectors.telegram import connect as connect_telegram
from connectors.telegram.render import render as draw_for_telegram
from connectors.webchat.render import render_message as draw_for_web
from connectors.webchat.wire import parse_frame
from connectors.whatsapp import WhatsAppSettings
from connectors.whatsapp import connect as connect_whatsapp
from connectors.whatsapp.render import render as draw_for_whatsapp
from tests.bench.cases import Case
from tests.bench.driven import NOW
from tests.bench.measuring import Measure, Sample
from tests.connectors.email.opened import webhook
from tests.connectors.email.written import MARKS
from tests.connectors.slack.app import SECRET, signed_request
from tests.connectors.telegram.updates import SECRET as HOOK_SECRET
from tests.connectors.telegram.updates import posted
from tests.connectors.whatsapp.benches import APP_SECRET
from tests.connectors.whatsapp.benches import signed_request as signed_for_whatsapp
from tests.fuzz.targets import CORPUS

SHOWN = OutboundMessage(
    text="Book a table for 4 on Friday at 19:00 (inside)?\nYou can still change <everything>.",
    options=(Option(label="Yes", token="p1.0"), Option(label="No", token="p1.1")),
    prompt=PromptId("p1"),
)
_TOLD = {
    "id": "m1", "role": "bot", "text": SHOWN.text, "prompt": "p1",
    "options": [[option.token, option.label] for option in SHOWN.options],
}  # fmt: skip
_PASSWORD = "a password"
_KEY = b"a secret of sixteen"
_DUMPED = "json.dumps of the message"

Work: TypeAlias = Callable[[], object]
Prepare: TypeAlias = Callable[[], Work]
"""Makes what is needed, which is not counted, and gives what is."""


@dataclass(frozen=True, slots=True)
class Handling:
    """Something that is done about a message, again and again."""

    case: Case
    layer: str
    prepare: Prepare
    repeats: int = 100

    async def sample(self) -> Sample:
        """See `Measure.sample`."""
        taken, work = Sample(), self.prepare()
        with taken.timed(self.repeats):
            for _ in range(self.repeats):
                done = work()
                if isinstance(done, Awaitable):
                    await done
        return taken


@asynccontextmanager
async def wires() -> AsyncIterator[list[Measure]]:
    """Open a connector of each kind and make what is measured of it; nobody is called."""
    async with AsyncExitStack() as stack:
        found: list[Measure] = []
        for name, (connecting, request, barely) in _connectors().items():
            connector = await stack.enter_async_context(connecting)
            if len((await connector.receive(request())).messages) != 1:
                raise AssertionError(f"{name} reads no message")
            body = request().body
            least = {"hmac and json.loads": _signed, "json.loads": _loaded}.get(barely, _parted)
            base = f"{name}: {barely} alone"
            found += _pair("webhook", name, base, _receiving(connector, request), least(body))
        frame = (CORPUS / "webchat/send.json").read_bytes()
        base = "Web chat: json.loads alone"
        found += _pair(
            "webhook", "Web chat", base, lambda: partial(parse_frame, frame), _loaded(frame)
        )
        found.append(_handling("render", _DUMPED, _DUMPED, lambda: partial(json.dumps, _TOLD)))
        found += [
            _handling("render", name, _DUMPED, _constantly(draw)) for name, draw in _drawn().items()
        ]
        yield found


def _pair(layer: str, name: str, base: str, work: Prepare, least: Prepare) -> list[Measure]:
    return [_handling(layer, name, base, work), _handling(layer, base, base, least)]


def _handling(layer: str, name: str, against: str, prepare: Prepare) -> Handling:
    return Handling(Case(name=name, bot="", lines=(), against=against), layer, prepare)


def _constantly(work: Work) -> Prepare:
    return lambda: work


def _receiving(connector: Connector, request: Callable[[], WebhookRequest]) -> Prepare:
    """Sign anew for each sample: Slack's signatures age."""

    def prepare() -> Work:
        return partial(connector.receive, request())

    return prepare


def _signed(body: bytes) -> Prepare:
    return lambda: lambda: (hmac.new(_KEY, body, sha256).hexdigest(), json.loads(body))


def _loaded(body: bytes) -> Prepare:
    return lambda: partial(json.loads, body)


def _parted(body: bytes) -> Prepare:
    return lambda: partial(message_from_bytes, body)


def _connectors() -> Mapping[
    str, tuple[AbstractAsyncContextManager[Connector], Callable[[], WebhookRequest], str]
]:
    seeds = {
        name: (CORPUS / name / seed).read_bytes()
        for name, seed in (
            ("slack", "message.json"), ("telegram", "text.json"),
            ("whatsapp", "text.json"), ("email", "plain.eml"),
        )
    }  # fmt: skip
    box = {"webhook_user": "threadline", "webhook_password": _PASSWORD}
    return {
        "Slack": (
            connect_slack("slack", SlackSettings(
                bot_token=Secret("x"), signing_secret=Secret(SECRET), transport="webhook",
            )),
            lambda: signed_request(seeds["slack"]), "hmac and json.loads",
        ),
        "Telegram": (
            connect_telegram("telegram", TelegramSettings(
                token=Secret("42:abc"), webhook_secret=Secret(HOOK_SECRET), transport="webhook",
                username="shop_bot",
            )),
            lambda: posted(seeds["telegram"]), "json.loads",
        ),
        "WhatsApp": (
            connect_whatsapp("whatsapp", WhatsAppSettings(
                phone_number_id="1055", access_token=Secret("t"), app_secret=Secret(APP_SECRET),
                verify_token=Secret("v"),
            )),
            lambda: signed_for_whatsapp(APP_SECRET, seeds["whatsapp"]), "hmac and json.loads",
        ),
        "E-mail": (
            connect_email("email", EmailSettings(
                address="bot@shop.test", secret=Secret(_KEY.decode()), smtp="127.0.0.1:1",
                smtp_tls="none", webhook_password=Secret(_PASSWORD), most_mails=10**9,
            )),
            lambda: webhook(box, seeds["email"]), "message_from_bytes",
        ),
    }  # fmt: skip


def _drawn() -> Mapping[str, Work]:
    """Render one message for each platform."""
    phone = Address(account=account_of("whatsapp", "1055"), user="39333", place="39333")
    ann = "ann@example.test"
    mailbox = Address(account=account_of("email", "bot@shop.test"), user=ann, place=ann)
    head = Letterhead(address="bot@shop.test", name="Shop", subject="A message", marks=MARKS)
    hints = {"message_id": "<a@b>", "references": "<a@b>", "subject": "a table"}
    fact = Fact(conversation=ConversationId("c"), seq=1, kind="message", at=NOW, body=_TOLD)
    return {
        "Slack": partial(draw_for_slack, SHOWN, owner="U1"),
        "Telegram": partial(draw_for_telegram, SHOWN),
        "WhatsApp": partial(draw_for_whatsapp, SHOWN, phone, "AAAA"),
        "E-mail": partial(draw_for_email, SHOWN, mailbox, hints, head),
        "Web chat": partial(draw_for_web, fact, connector="web", title="Shop"),
    }
