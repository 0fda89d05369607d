"""Every recorded webhook, signed as its platform signs, sent to a whole bot several times over."""

import json
import random
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import WebhookRequest
from tests.bot.served_bot import REFUSING, SECRETS, ServedBot, keep_secrets, serve_bot
from tests.connectors.slack.app import SECRET as SIGNING_SECRET
from tests.connectors.slack.app import signed_request as signed_by_slack
from tests.connectors.slack.test_payloads import SAMPLES as SLACK_SAMPLES
from tests.connectors.slack.test_payloads import request_of
from tests.connectors.telegram.test_payloads import recorded
from tests.connectors.telegram.updates import SECRET as WEBHOOK_SECRET
from tests.connectors.telegram.updates import posted
from tests.connectors.whatsapp.benches import APP_SECRET
from tests.connectors.whatsapp.benches import signed_request as signed_by_meta
from tests.connectors.whatsapp.test_payloads import PATHS as WHATSAPP_SAMPLES
from tests.connectors.whatsapp.test_payloads import body_in, number_of

SHARED = Path(__file__).parents[2] / "../shared"
VERIFY_TOKEN = "verify-me"
TROUBLE = {"error", "critical"}

# The libraries' tests use a few ids over and over: each sample gets its own, or most of them
# would pass for redeliveries of the first.
SLACK_IDS = re.compile(rb'(event_id|trigger_id)("\s*:\s*"|=)[\w.-]+')
TELEGRAM_IDS = re.compile(rb'("update_id"\s*:\s*)\d+')
WHATSAPP_IDS = re.compile(rb'"id"\s*:\s*"wamid[\w.=/+-]*')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A genuine request, and the same with a signature that is not."""

    name: str
    connector: str
    genuine: WebhookRequest
    forged: WebhookRequest | None


def from_slack(folder: Path) -> list[Sent]:
    """Sign Slack's samples; answers to a command's own address go to this machine."""
    found = []
    for number, path in enumerate(SLACK_SAMPLES):
        raw = path.read_bytes().replace(b"hooks.slack.com", b"127.0.0.1")
        copy = folder / path.name
        copy.write_bytes(SLACK_IDS.sub(rb"\g<0>x%d" % number, raw))
        genuine = request_of(copy)
        # Slack's test of the certificate is the one request that it does not sign
        forged = None
        if b"ssl_check=1" not in genuine.body:
            forged = signed_by_slack(genuine.body, secret="another")
        found.append(Sent(name=path.name, connector="slack", genuine=genuine, forged=forged))
    return found


def from_telegram(folder: Path) -> list[Sent]:
    """Put the secret beside Telegram's samples."""
    del folder
    found = []
    for number, path in enumerate(recorded()):
        body = TELEGRAM_IDS.sub(rb"\g<1>%d" % (1000 + number), path.read_bytes(), count=1)
        forged = posted(body, headers={"x-telegram-bot-api-secret-token": "another"})
        found.append(
            Sent(name=path.name, connector="telegram", genuine=posted(body), forged=forged)
        )
    return found


def from_whatsapp(folder: Path) -> list[Sent]:
    """Sign WhatsApp's samples, each for the connector of the number that it was sent to."""
    del folder
    connectors = {number: name for name, number in whatsapp_connectors().items()}
    found = []
    for number, path in enumerate(WHATSAPP_SAMPLES):
        body = WHATSAPP_IDS.sub(rb"\g<0>x%d" % number, body_in(path))
        sent = Sent(
            name=f"{path.parent.name}/{path.name}",
            connector=connectors[number_of(body)],
            genuine=signed_by_meta(APP_SECRET, body),
            forged=signed_by_meta("another", body),
        )
        found.append(sent)
    return found


def whatsapp_connectors() -> Mapping[str, str]:
    """Name a connector for each number that the samples were sent to, and for "1"."""
    numbers = {"1", *(number_of(body_in(path)) for path in WHATSAPP_SAMPLES)}
    return {f"whatsapp-{index}": number for index, number in enumerate(sorted(numbers))}


PLATFORMS: Mapping[str, Callable[[Path], list[Sent]]] = {
    "slack": from_slack,
    "telegram": from_telegram,
    "whatsapp": from_whatsapp,
}
AT_LEAST: Mapping[str, int] = {"slack": 150, "telegram": 100, "whatsapp": 100}
ANSWERED: Mapping[str, int] = {"slack": 10, "telegram": 40, "whatsapp": 30}


def samples_of(platform: str, folder: Path) -> list[Sent]:
    if not SHARED.is_dir():
        pytest.skip("the shared platform samples are not beside this repository")
    samples = PLATFORMS[platform](folder)
    assert len(samples) > AT_LEAST[platform]
    return samples


AGES = 100 * 366 * 24 * 60 * 60
"""Seconds: the samples were said years ago, and are to be answered as if they were new."""

TABLES = f"""
[connectors.slack]
kind = "slack"
bot_token = "file:bot_token"
signing_secret = "file:signing_secret"
api_url = "{REFUSING}/api/"
[connectors.telegram]
kind = "telegram"
token = "file:token"
webhook_secret = "file:webhook_secret"
hears = "all"
api_url = "{REFUSING}"
""" + "".join(
    f"""
[connectors.{name}]
kind = "whatsapp"
phone_number_id = {json.dumps(number)}
access_token = "file:access_token"
app_secret = "file:app_secret"
verify_token = "file:verify_token"
api_url = "{REFUSING}"
window = {AGES}
ad_window = {AGES}
"""
    for name, number in whatsapp_connectors().items()
)


@asynccontextmanager
async def platforms_served(folder: Path, *, works: bool = False) -> AsyncIterator[ServedBot]:
    keep_secrets(
        folder,
        **SECRETS,
        signing_secret=SIGNING_SECRET,
        webhook_secret=WEBHOOK_SECRET,
        app_secret=APP_SECRET,
        verify_token=VERIFY_TOKEN,
    )
    async with serve_bot(folder, TABLES, works=works) as served:
        yield served


async def dead_letters_counted(served: ServedBot) -> float:
    names = served.bot.connectors
    series = [
        f'threadline_dead_letters_total{{connector="{name}",direction="in"}}' for name in names
    ]
    return sum([await served.metric(one) for one in series])


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_sample_is_kept_once_and_handled_at_most_once(
    platform: str, tmp_path: Path
) -> None:
    samples = samples_of(platform, tmp_path)
    shuffled = random.Random(7).sample(samples, len(samples))  # noqa: S311 - an order, not a secret

    with capture_logs() as logs:
        async with platforms_served(tmp_path, works=True) as served:
            for sent in samples:
                twice = [await served.post(sent.connector, sent.genuine) for _ in range(2)]
                assert twice == [200, 200], sent.name
            await served.until_answered()
            kept = served.query("SELECT account, event_id FROM inbox ORDER BY 1, 2")
            for sent in shuffled:
                assert await served.post(sent.connector, sent.genuine) == 200, sent.name
            await served.until_answered()

            assert served.query("SELECT account, event_id FROM inbox ORDER BY 1, 2") == kept
            assert len(kept) == len(set(kept))
            turns = served.query("SELECT count(*) FROM timeline WHERE kind = 'turn'")
            done = served.query("SELECT count(*) FROM inbox WHERE status = 'done'")
            assert turns == done
            assert done[0][0] >= ANSWERED[platform]
            buried = served.query("SELECT count(*) FROM inbox WHERE kind = 'unreadable'")[0][0]
            letters = await served.bot.store.outbox.letters(states=("dead",), limit=500)
            assert await dead_letters_counted(served) == buried
            assert len([one for one in letters if one.direction == "in"]) == buried

    assert [one for one in logs if one["log_level"] in TROUBLE] == []


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_sample_with_a_wrong_signature_gets_401_and_leaves_no_row(
    platform: str, tmp_path: Path
) -> None:
    samples = [sent for sent in samples_of(platform, tmp_path) if sent.forged is not None]

    async with platforms_served(tmp_path, works=True) as served:
        before = served.row_counts()
        for sent in samples:
            assert sent.forged is not None
            assert await served.post(sent.connector, sent.forged) == 401, sent.name

        assert served.row_counts() == before


async def test_a_request_without_any_signature_gets_401_on_every_platform(tmp_path: Path) -> None:
    body = b'{"update_id": 1}'

    async with platforms_served(tmp_path) as served:
        before = served.row_counts()
        for connector, path in (
            ("slack", "events"),
            ("telegram", "webhook"),
            ("whatsapp-0", "webhook"),
        ):
            request = WebhookRequest(method="POST", path=path, headers={}, query={}, body=body)
            assert await served.post(connector, request) == 401, connector
            rejected = f'threadline_rejected_requests_total{{connector="{connector}"}}'
            assert await served.metric(rejected) == 1

        assert served.row_counts() == before


async def test_slack_hears_the_challenge_of_its_verification(tmp_path: Path) -> None:
    asked = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"})
    request = signed_by_slack(asked.encode())

    async with platforms_served(tmp_path) as served:
        url = f"{served.url}/slack/events"
        async with served.http.post(url, data=request.body, headers=request.headers) as answer:
            assert answer.status == 200
            assert "3eZbrw1a" in await answer.text()
        assert await served.post("slack", replace(request, headers={})) == 401
        assert served.row_counts()["inbox"] == 0


@pytest.mark.parametrize(
    ("token", "status", "said"), [(VERIFY_TOKEN, 200, "1158201444"), ("another", 403, "")]
)
async def test_whatsapp_is_verified_by_its_own_word(
    token: str, status: int, said: str, tmp_path: Path
) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}

    async with (
        platforms_served(tmp_path) as served,
        served.http.get(f"{served.url}/whatsapp-0/webhook", params=query) as answer,
    ):
        assert answer.status == status
        assert await answer.text() == said


@pytest.mark.parametrize(
    ("connector", "signed"),
    [
        ("slack", signed_by_slack),
        ("telegram", posted),
        ("whatsapp-0", partial(signed_by_meta, APP_SECRET)),
    ],
    ids=["slack", "telegram", "whatsapp"],
)
async def test_signed_garbage_is_kept_once_as_a_dead_letter(
    connector: str, signed: Callable[[bytes], WebhookRequest], tmp_path: Path
) -> None:
    async with platforms_served(tmp_path) as served:
        request = signed(b"\xff{garbage")  # now: Slack's signatures are good for five minutes
        statuses = [await served.post(connector, request) for _ in range(2)]

        letters = await served.bot.store.outbox.letters(states=("dead",), limit=10)
        assert statuses == [200, 200]
        assert [(one.direction, one.connector) for one in letters] == [("in", connector)]
        assert await dead_letters_counted(served) == 1
        assert await served.metric("threadline_dead_letters_kept") == 1
