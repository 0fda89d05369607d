"""How each platform says what goes wrong, and how its deliveries are written and signed."""

import hashlib
import hmac
import itertools
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from email import message_from_bytes
from urllib.parse import parse_qs

from aiohttp import web

from bot import Emulator, EmulatorSettings
from connectors.email.emulator import open_emulator as open_email
from connectors.email.mails import words_of
from connectors.slack.emulator import open_emulator as open_slack
from connectors.telegram.emulator import open_emulator as open_telegram
from connectors.whatsapp.emulator import open_emulator as open_whatsapp
from connectors.whatsapp.emulator.webhooks import signed, written
from tests.faults.troubles import Trouble

OpenEmulator = Callable[[EmulatorSettings], AbstractAsyncContextManager[Emulator]]
Table = Mapping[str, str]
Headers = Mapping[str, str]

GREYLISTED = 60
"""Seconds that we wait where a mail server says 4xx; it tells no time."""
_poisoned = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What is the platform's own in a fault run.

    Attributes:
        kind: of the connector.
        open_emulator: opens it.
        name: gives the user id of the nth person.
        find_reader: tells to whom a call of ours speaks; None where it is no message.
        slow_down: the answer to a throttled call.
        refuse: the answer to a call that can never work.
        sign: makes the headers of a delivery out of those of an earlier one; the number counts
            retries.
        poison: a delivery from somebody that nobody can read.
        merge: puts deliveries into one, where the platform does that.
        shows_once: whether a repeated message is recognised by the platform.
    """

    kind: str
    open_emulator: OpenEmulator
    name: Callable[[int], str]
    find_reader: Callable[[str, bytes], str | None]
    slow_down: Callable[[Trouble], web.Response]
    refuse: Callable[[], web.Response]
    sign: Callable[[Table, Headers, bytes, int], Headers]
    poison: Callable[[str], bytes]
    merge: Callable[[Sequence[bytes]], Sequence[bytes]] = lambda bodies: bodies
    shows_once: bool = False

    def waits(self, trouble: Trouble) -> int:
        """Tell for how many seconds nothing may be sent after a throttled call."""
        return GREYLISTED if self.kind == "email" else trouble.seconds


def numbers_in(body: bytes, *, of_bot: bool) -> list[int]:
    """Find which numbers a body is about, as customers send them or as the bot tells them."""
    text = body.decode("utf-8", "replace")
    if "MIME-Version" in text:
        parts = message_from_bytes(body).walk()
        text = "\n".join(words_of(part) for part in parts if not part.is_multipart())
    found = re.findall(r"\bNoted (\d+)\." if of_bot else r"\bnote (\d+)\b", text)
    return [int(number) for number in dict.fromkeys(found)]


# ── Slack ───────────────────────────────────────────────────────────────────────────────────────
def _slack_reader(path: str, body: bytes) -> str | None:
    if not path.endswith(("chat.postMessage", "chat.postEphemeral", "chat.update")):
        return None
    given = _given(body)
    return str(given.get("channel", "")).removeprefix("D")


def _slack_slow(trouble: Trouble) -> web.Response:
    refusal = {"ok": False, "error": "ratelimited"}
    return web.json_response(refusal, status=429, headers=_retry_after(trouble))


def _slack_sign(table: Table, earlier: Headers, body: bytes, retry: int) -> Headers:
    timestamp = str(time.time_ns() // 10**9)
    base = b"v0:" + timestamp.encode() + b":" + body
    mac = hmac.new(table["signing_secret"].encode(), base, hashlib.sha256).hexdigest()
    retried = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
    return {
        **earlier,
        **(retried if retry else {}),
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={mac}",
    }


def _slack_poison(person: str) -> bytes:
    number = next(_poisoned)
    event = {"type": "message", "subtype": "of_mars", "user": person, "channel": f"D{person}"}
    told = {"type": "event_callback", "event_id": f"EvPOISON{number}", "team_id": "T0EMULATOR"}
    return json.dumps({**told, "event": {**event, "channel_type": "im"}}).encode()


SLACK = Platform(
    kind="slack",
    open_emulator=open_slack,
    name=lambda number: f"U{number}",
    find_reader=_slack_reader,
    slow_down=_slack_slow,
    refuse=lambda: web.json_response({"ok": False, "error": "restricted_action"}),
    sign=_slack_sign,
    poison=_slack_poison,
)


# ── Telegram ────────────────────────────────────────────────────────────────────────────────────
def _telegram_reader(path: str, body: bytes) -> str | None:
    method = path.rpartition("/")[2].lower()
    if not method.startswith(("send", "edit")) or method == "sendchataction":
        return None
    return str(_given(body).get("chat_id", ""))


def _telegram_slow(trouble: Trouble) -> web.Response:
    told = {"description": f"Too Many Requests: retry after {trouble.seconds}"}
    told |= {"parameters": {"retry_after": trouble.seconds}}  # type: ignore[dict-item] # JSON
    refusal = {"ok": False, "error_code": 429, **told}
    return web.json_response(refusal, status=429, headers=_retry_after(trouble))


def _telegram_refusal() -> web.Response:
    told = "Bad Request: not enough rights to send text messages to the chat"
    refusal = {"ok": False, "error_code": 400, "description": told}
    return web.json_response(refusal, status=400)


def _telegram_poison(person: str) -> bytes:
    message = {"message_id": 1, "chat": {"id": int(person), "type": "private"}, "text": "x"}
    return json.dumps({"update_id": 7_000_000 + next(_poisoned), "message": message}).encode()


TELEGRAM = Platform(
    kind="telegram",
    open_emulator=open_telegram,
    name=lambda number: str(700 + number),
    find_reader=_telegram_reader,
    slow_down=_telegram_slow,
    refuse=_telegram_refusal,
    sign=lambda _table, earlier, _body, retry: _passed_on(earlier, retry),
    poison=_telegram_poison,
)


# ── WhatsApp ────────────────────────────────────────────────────────────────────────────────────
def _whatsapp_reader(path: str, body: bytes) -> str | None:
    given = _given(body)
    if not path.endswith("/messages") or "status" in given:
        return None
    return str(given.get("to") or given.get("recipient", "")).rpartition(".")[2].lstrip("+")


def _whatsapp_slow(trouble: Trouble) -> web.Response:
    """Refuse by the pair's rate, or by the number's; Meta documents no Retry-After."""
    code = 130429 if trouble.wide else 131056
    refusal = {"error": {"message": "slow down", "type": "OAuthException", "code": code}}
    return web.json_response(refusal, status=400, headers=_retry_after(trouble))


def _whatsapp_refusal() -> web.Response:
    refusal = {"error": {"message": "no", "type": "OAuthException", "code": 131009}}
    return web.json_response(refusal, status=400)


def _whatsapp_sign(table: Table, earlier: Headers, body: bytes, retry: int) -> Headers:
    return {**_passed_on(earlier, retry), **signed(table["app_secret"], body)}


def _whatsapp_poison(person: str) -> bytes:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "1", "phone_number_id": "106540352242922"},
        "messages": [{"from": person, "id": f"wamid.{next(_poisoned)}", "type": "of_mars"}],
    }
    entry = {"id": "1", "changes": [{"value": value, "field": "messages"}]}
    return written({"object": "whatsapp_business_account", "entry": [entry]})


def _whatsapp_merge(bodies: Sequence[bytes]) -> Sequence[bytes]:
    """Put all entries into one body, as Meta does with what waits."""
    if len(bodies) < 2:
        return bodies
    entries = [entry for body in bodies for entry in json.loads(body)["entry"]]
    return [written({"object": "whatsapp_business_account", "entry": entries})]


WHATSAPP = Platform(
    kind="whatsapp",
    open_emulator=open_whatsapp,
    name=lambda number: f"39333000{number:04d}",
    find_reader=_whatsapp_reader,
    slow_down=_whatsapp_slow,
    refuse=_whatsapp_refusal,
    sign=_whatsapp_sign,
    poison=_whatsapp_poison,
    merge=_whatsapp_merge,
)


# ── E-mail ──────────────────────────────────────────────────────────────────────────────────────
EMAIL = Platform(
    kind="email",
    open_emulator=open_email,
    name=lambda number: f"p{number}@example.test",
    find_reader=lambda _path, _body: None,  # over SMTP; see `mailing`
    slow_down=lambda _trouble: web.Response(status=429),
    refuse=lambda: web.Response(status=400),
    sign=lambda _table, earlier, _body, retry: _passed_on(earlier, retry),
    poison=lambda person: f"To: {person}\r\n\r\nno sender {next(_poisoned)}".encode(),
    shows_once=True,
)

PLATFORMS = (SLACK, TELEGRAM, WHATSAPP, EMAIL)


def _given(body: bytes) -> Mapping[str, object]:
    """Read a call's arguments, JSON or a form."""
    if body[:1] == b"{":
        given: Mapping[str, object] = json.loads(body)
        return given
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def _retry_after(trouble: Trouble) -> Headers:
    return {"Retry-After": str(trouble.seconds)}


def _passed_on(earlier: Headers, retry: int) -> Headers:
    """Write the headers as another machine of the platform's would."""
    if not retry:
        return earlier
    return {**earlier, "User-Agent": f"Another/{retry}", "X-Forwarded-For": f"203.0.113.{retry}"}
