"""Mails and webhooks of others: all are read, or kept, and nothing raises."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import RequestRejectedError, Secret
from connectors.email.arrivals import Arrival, check_password, read_arrival
from connectors.email.mails import MalformedError
from connectors.email.wire import read_letter
from tests.connectors.email.written import BOX, written

SAMPLES = Path(__file__).parents[3] / "../shared/platforms/email/payloads"
SENDGRID = "multipart/form-data; boundary=xYzZY"


def sample(name: str) -> bytes:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip("the samples of e-mail are not here")
    return path.read_bytes()


def text_of(raw: bytes) -> str:
    message = read_letter(Arrival(raw=raw), BOX).message
    assert message is not None
    return message.text


def test_a_raw_webhook_of_sendgrid_is_read() -> None:
    body = sample("sendgrid/raw_data.txt").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    arrival = read_arrival(body, SENDGRID)

    message = read_letter(arrival, BOX).message
    assert message is not None
    assert arrival.returns_to == "test@example.com"
    assert message.sender.place == "test@example.com"
    assert message.text.startswith("Hello")


def test_a_raw_webhook_of_postmark_is_read() -> None:
    body = sample("anymail/postmark-inbound-test-payload-with-raw.json")

    message = read_letter(read_arrival(body, "application/json"), BOX).message

    assert message is not None
    assert message.sender.place == "support@postmarkapp.com"
    assert message.text


@pytest.mark.parametrize("body", [b"{}", b"[", b"null", b'{"RawEmail": 4}', b"[" * 100_000])
def test_a_postmark_body_without_the_mail_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedError):
        read_arrival(body, "application/json")


def test_a_form_without_the_mail_is_malformed() -> None:
    with pytest.raises(MalformedError):
        read_arrival(sample("sendgrid/default_data.txt"), SENDGRID)


def test_an_empty_password_opens_nothing() -> None:
    for password in (None, Secret("")):
        with pytest.raises(RequestRejectedError):
            check_password({"authorization": "Basic OnVzZXI6"}, "", password)


QUOTED = (
    "\n\nOn Wed, Nov 18, 2026 at 10:00 AM Shop <bot@shop.test> wrote:\n\n> How many?\n> 1. Two\n"
)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (f"4{QUOTED}", "4"),
        ("Vier\n\nAm 18.11.2026 um 10:00 schrieb Shop:\n> Wie viele?\n", "Vier"),
        (
            "Quattro\n\nIl giorno mer 18 nov 2026 alle ore 10:00 Shop ha scritto:\n\n> x\n",
            "Quattro",
        ),
        ("yes\n\n> So?\n", "yes"),
        ("yes\n-- \nAnn\n", "yes"),
        ("yes\n\nSent from my iPhone\n", "yes"),
        ("2 > 1\nand more", "2 > 1\nand more"),
    ],
)
def test_of_a_reply_only_the_new_words_are_read(text: str, new: str) -> None:
    assert text_of(written(text, In_Reply_To="<x@y>")) == new


def test_a_long_reply_loses_nothing_but_its_quotes() -> None:
    lines = [f"line {number} of many" for number in range(400)]
    text = "\n".join([*lines, "long " * 100, "> quoted", "> more"])

    heard = text_of(written(text, In_Reply_To="<x@y>"))

    assert heard.split("\n") == [*lines, ("long " * 100).strip()]


@pytest.mark.parametrize(
    "text", ["Am x schrieb " * 4000, "a" + "\n" * 60_000 + "b", "On x\n" * 9000]
)
def test_no_reply_takes_long_to_read(text: str) -> None:
    begun = time.process_time()

    text_of(written(text, In_Reply_To="<x@y>"))

    assert time.process_time() - begun < 1.0


def test_of_a_first_mail_everything_but_the_signature_is_read() -> None:
    assert text_of(written("> 5\nplease\n-- \nAnn")) == "> 5\nplease"


def test_an_empty_mail_says_its_subject() -> None:
    assert text_of(written("", Subject="/book 4 friday")) == "/book 4 friday"


def test_lines_that_a_mail_program_broke_are_joined() -> None:
    head = b"From: a@x.test\r\nContent-Type: text/plain; format=flowed\r\n\r\n"

    assert (
        text_of(head + b"a table \r\nfor four\r\n  indented\r\n") == "a table for four\n indented"
    )


def test_a_mail_that_is_only_a_page_is_read_without_its_quotes() -> None:
    page = (
        b"<html><head><style>p{}</style></head><body><p>Yes &amp; no</p><div>4<br>people</div>"
        b"<blockquote>How many?</blockquote></body></html>"
    )
    head = b"From: a@x.test\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"

    assert text_of(head + page) == "Yes & no\n4\npeople"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain; charset=x-unknown\r\n",
        b"Content-Type: text/plain; charset*=utf-8''%ff\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Subject: =?x-unknown?b?//8=?=\r\n",
        b"Content-Disposition: attachment; filename*=x-unknown'en'%ff\r\n",
        b'Content-Type: multipart/mixed; boundary=""\r\n',
    ],
)
def test_strange_headers_are_read_somehow(head: bytes) -> None:
    letter = read_letter(Arrival(raw=b"From: a@x.test\r\n" + head + b"\r\nhi \xff\r\n"), BOX)

    assert letter.message is not None


HEADERS = st.sampled_from(
    ["From: a@x.test", "Subject", "References", "Content-Type: multipart/mixed; boundary=b", "--b",
     "Content-Type", "Content-Transfer-Encoding: base64", "Authentication-Results", "Message-ID"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(HEADERS, st.text(max_size=30)), max_size=12), st.binary(max_size=200))
def test_whatever_arrives_is_a_letter_or_malformed(
    lines: list[tuple[str, str]], body: bytes
) -> None:
    head = "\r\n".join(f"{name}: {value}" for name, value in lines)
    raw = b"From: a@x.test\r\n" + head.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body

    try:
        letter = read_letter(Arrival(raw=raw), BOX)
    except MalformedError:
        return

    message = letter.message
    assert (message is None) == bool(letter.passed_over or letter.reports)
    if message is not None:
        assert message.sender.place == "a@x.test"
        json.dumps(dict(message.hints)).encode()
        message.text.encode()
