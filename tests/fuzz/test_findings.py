"""What fuzzing has found, each by its name; the limit of time is that of `tests.fuzz.targets`."""

import pytest

from connectors.email.arrivals import Arrival
from connectors.email.mails import MAX_PARTS, MalformedError
from connectors.email.wire import read_letter
from connectors.webchat.wire import Hello, Suggest, Unsupported, parse_frame
from tests.connectors.email.written import BOX
from tests.connectors.webchat.memory import open_site
from tests.fuzz.targets import MAX_BYTES, MAX_SECONDS, TARGETS, seconds_of

HEAD = b"From: Ann <ann@example.test>\r\n"
REPLY = HEAD + b"In-Reply-To: <a@b>\r\n\r\n"
PAGE = HEAD + b"Content-Type: text/html\r\n\r\n"
NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (n, n) for n in range(150)
)


def words(mail: bytes) -> str:
    message = read_letter(Arrival(raw=mail), BOX).message
    assert message is not None
    return message.text


@pytest.mark.parametrize(
    ("raw", "frame"),
    [
        (r'{"t":"\ud800"}', Unsupported(kind="\ufffd")),
        (r'{"t":"\u0000dance"}', Unsupported(kind="dance")),
        (r'{"t":"hello","token":"a\ud800","cursor":"\u0000e.1"}', Hello(token="a�", cursor="e.1")),
        (r'{"t":"suggest","n":1,"q":"/b\udc00"}', Suggest(n=1, query="/b\ufffd")),
    ],
)
def test_no_text_of_a_frame_has_what_no_socket_sends(raw: str, frame: object) -> None:
    assert parse_frame(raw) == frame


async def test_a_frame_of_half_a_characters_kind_is_answered() -> None:
    async with open_site() as site:
        token = (await site.session())["token"]
        async with site.tab(token) as tab:
            await tab.socket.send_str(r'{"t":"\ud800"}')
            error = await tab.next()

    assert (error["t"], error["code"]) == ("error", "unsupported")


async def test_a_token_of_half_a_character_is_an_unknown_one() -> None:
    async with open_site() as site:
        opened = await site.session(token="\ud800")

    assert opened["fresh"] is True
    assert opened["token"].isascii()


@pytest.mark.parametrize(
    "mail",
    [
        b"From: " + b"(" * 1900 + b"\r\n\r\nhi",
        HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + b"--B\r\n\r\n" * MAX_PARTS,
        HEAD + NESTED + b"\n" * 50_000,
    ],
    ids=["comments in comments", "many parts", "parts in parts"],
)
def test_what_no_mail_program_writes_is_malformed(mail: bytes) -> None:
    with pytest.raises(MalformedError):
        read_letter(Arrival(raw=mail), BOX)


@pytest.mark.parametrize(
    "mail",
    [
        REPLY + b"\r\r\n" * 20_000,
        REPLY + b"From: " + "\n\n\n\u3000".encode() * 10_000,
        HEAD + b"Subject: " + b"=?utf-8?q?Gr" * 5_000 + b"\r\n\r\n",
        HEAD + b"Subject: b\r\n" * 5_000 + b"\r\n",
        HEAD + b"Content-Type: text/plain" + b"; a=b" * 10_000 + b"\r\n\r\nhi",
        HEAD + NESTED + b"\n" * 50_000,
        PAGE + b"<a " * 20_000,
        PAGE + b"<a a='" * 10_000,
        PAGE + b"<!--" * 16_000,
        PAGE + b"<" + b"a" * 65_000,
    ],
    ids=["blank lines", "wide blank lines", "encoded words", "subjects", "parameters", "parts",
         "open tags", "open quotes", "open comments", "a long tag"],
)  # fmt: skip
def test_a_mail_of_64_kilobytes_is_read_in_time(mail: bytes) -> None:
    assert seconds_of(TARGETS["email"], mail[:MAX_BYTES]) <= MAX_SECONDS


def test_a_character_of_too_many_digits_is_none() -> None:
    assert words(PAGE + b"a &#" + b"1" * 5000 + b"; b &#33;") == "a \ufffd b !"


def test_blanks_around_tags_stay_blanks() -> None:
    page = b"<style>p {a: 'b'}</style>yes<b> please</b><!-- no > -->,\n today<br/>Ann"

    assert words(PAGE + page) == "yes please, today\nAnn"
