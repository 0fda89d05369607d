"""Logs: what is written, and above all what is not."""

import enum
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp.http_exceptions import BadHttpMessage
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.errors import ConfigError
from bot.ports.secrets import Secret

SECRET = "hunter22-of-the-trattoria"
WORDS = "my daughter is allergic to nuts"

Written = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()  # noqa: TID251 - put back what the set-up changes
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr(logs, "_secrets", set())
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def written(stream: io.StringIO) -> Written:
    logs.configure_logs(json=True, level="info", stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def library(name: str) -> logging.Logger:
    return logging.getLogger(name)  # noqa: TID251 - a library's logger


def fail(text: str) -> None:
    raise ValueError(f"cannot read {text!r}")


def test_a_fact_is_one_line_with_level_and_utc_time(written: Written) -> None:
    structlog.get_logger().info("turn.committed", connector="slack", replies=2)

    (line,) = written()

    assert (line["event"], line["level"], line["connector"], line["replies"]) == (
        "turn.committed", "info", "slack", 2,
    )  # fmt: skip
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)


def test_what_is_bound_for_a_station_is_on_every_line(written: Written) -> None:
    with structlog.contextvars.bound_contextvars(conversation="c1", event_id="e1"):
        structlog.get_logger().info("turn.committed")

    assert (written()[0]["conversation"], written()[0]["event_id"]) == ("c1", "e1")


def test_less_than_the_level_is_not_written(written: Written) -> None:
    structlog.get_logger().debug("turn.opened")

    assert written() == []


def test_an_unknown_level_is_told() -> None:
    with pytest.raises(ConfigError, match=r"log level: there is no level so called; use debug, "):
        logs.configure_logs(json=True, level="loud")


@pytest.mark.parametrize(
    "key",
    [
        "text", "Text", "words", "body", "name", "token", "secret", "authorization", "phone",
        "access_token", "app-secret", "display_name", "reply_text", "raw_body", "customer_phone",
    ],
)  # fmt: skip
def test_keys_that_hold_what_people_wrote_are_dropped(
    written: Written, stream: io.StringIO, key: str
) -> None:
    structlog.get_logger().info("turn.committed", **{key: WORDS}, facts=[{key: WORDS, "n": 1}])

    assert WORDS not in stream.getvalue()
    assert written()[0]["facts"] == [{"n": 1}]


def test_a_private_key_bound_for_a_station_is_dropped_too(
    written: Written, stream: io.StringIO
) -> None:
    with structlog.contextvars.bound_contextvars(text=WORDS):
        structlog.get_logger().info("turn.committed")

    assert len(written()) == 1
    assert WORDS not in stream.getvalue()


def test_registered_secrets_are_written_nowhere(written: Written, stream: io.StringIO) -> None:
    logs.redact([SECRET, "abc"])

    structlog.get_logger().info(
        f"a {SECRET}", where=f"/bot{SECRET}/send", deep={"a": {SECRET: [f"x{SECRET}"]}}, short="abc"
    )

    assert SECRET not in stream.getvalue()
    assert written()[0]["where"] == "/bot[secret]/send"
    assert written()[0]["short"] == "abc"


@pytest.mark.parametrize(
    "token",
    [
        "xoxb-123-abc-def",
        "xapp-1-A-b-c",
        "123456789:AAF-abcdefghijklmnopqrstuvwxyz0123456",
        "EAAGm0PX4ZCpsBAKZCabcdefghij",
        "Bearer eyJhbGciOi",
    ],
)
def test_what_looks_like_a_platform_s_token_is_cut_out(
    written: Written, stream: io.StringIO, token: str
) -> None:
    structlog.get_logger().info("delivery.failed", reason=f"refused {token} today")

    assert token not in stream.getvalue()
    assert written()[0]["reason"] == "refused [token] today"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.telegram.org/bot12:AB/getMe?x=1", "https://api.telegram.org"),
        ("postgresql+asyncpg://user:pass@db:5432/bot", "postgresql+asyncpg://db:5432"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_of_a_url_only_the_host_is_kept(written: Written, url: str, kept: str) -> None:
    structlog.get_logger().info("server.started", where=f"at {url} now")

    assert written()[0]["where"] == f"at {kept} now"


@dataclass(frozen=True)
class Message:
    text: str


class Mood(enum.Enum):
    KIND = WORDS


def test_plain_values_are_written_and_others_only_by_type(
    written: Written, stream: io.StringIO
) -> None:
    structlog.get_logger().info(
        "x.tried",
        a=Message(WORDS), b=Secret(SECRET), c=ValueError(WORDS), d=WORDS.encode(), e=Mood.KIND,
        f=datetime(2026, 11, 18, tzinfo=UTC), g=timedelta(seconds=2), h=Path("a/b"), i=None, j=True,
        k=(1, {"x": {"y": {"z": {"too": "deep"}}}}),
    )  # fmt: skip

    (line,) = written()

    assert [line[key] for key in "abcdefghij"] == [
        "<Message>", "<Secret>", "<ValueError>", "<bytes>", "KIND",
        "2026-11-18T00:00:00+00:00", 2.0, "a/b", None, True,
    ]  # fmt: skip
    assert line["k"] == [1, {"x": {"y": {"z": "<dict>"}}}]
    assert WORDS not in stream.getvalue()
    assert SECRET not in stream.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
def test_nobody_can_write_a_line_of_their_own(stream: io.StringIO, *, as_json: bool) -> None:
    logs.configure_logs(json=as_json, level="info", stream=stream)

    structlog.get_logger().info("x.tried\nerror", reason="a\r\nfake line\x1b[2J\u2028b\x85c")

    out = stream.getvalue()
    assert len(out.splitlines()) == 1
    assert "\x1b[2J" not in out
    assert "fake line" in out


def test_a_long_text_is_cut(written: Written) -> None:
    structlog.get_logger().info("x.tried", reason="a" * 10_000)

    assert len(written()[0]["reason"]) == logs.MAX_CHARACTERS + 1


def test_an_exception_is_told_by_type_and_place_not_by_message(
    written: Written, stream: io.StringIO
) -> None:
    try:
        try:
            fail(WORDS)
        except ValueError as error:
            raise RuntimeError(WORDS) from error
    except RuntimeError:
        structlog.get_logger().exception("command.failed", error_id="E-1")

    (line,) = written()

    assert line["error"] == ["RuntimeError", "ValueError"]
    assert line["error_id"] == "E-1"
    assert "test_logs.py:" in line["at"][0]
    assert WORDS not in stream.getvalue()


def test_the_first_error_of_a_group_is_told(written: Written) -> None:
    group = ExceptionGroup("two", [KeyError(WORDS), ValueError()])

    structlog.get_logger().error("worker.failed", exc_info=group)

    assert written()[0]["error"] == ["ExceptionGroup", "KeyError"]


def test_libraries_are_heard_from_warning_upwards(written: Written) -> None:
    for name in ("aiohttp.access", "slack_bolt.App", "telegram.ext", "sqlalchemy.engine"):
        library(name).info("%s", WORDS)
        library(name).warning("cannot reach %s", WORDS)
        library(name).error("lost %s", WORDS)

    lines = written()

    assert [(line["event"], line["level"]) for line in lines[:2]] == [
        ("library.warned", "warning"),
        ("library.failed", "error"),
    ]
    assert len(lines) == 8
    assert lines[0]["library"] == "aiohttp.access"
    assert lines[0]["template"] == "cannot reach %s"
    assert lines[0]["line"].startswith("test_logs:")


def test_nothing_of_a_library_s_message_or_url_is_written(
    written: Written, stream: io.StringIO
) -> None:
    log = library("telegram.request")
    url = f"https://api.telegram.org/bot{SECRET}/sendMessage"
    log.warning(f"Unhandled request ({WORDS})")  # noqa: G004 - as libraries do
    log.warning(f"{url} took %s s", WORDS)  # noqa: G004 - as libraries do
    try:
        fail(WORDS)
    except ValueError:
        log.exception("Error handling %r", {"text": WORDS})

    assert WORDS not in stream.getvalue()
    assert SECRET not in stream.getvalue()
    assert "template" not in written()[0]
    assert written()[1]["template"] == "[url] took %s s"
    assert written()[2]["error"] == ["ValueError"]


def test_a_malformed_request_is_no_error_of_ours(written: Written) -> None:
    malformed = BadHttpMessage(WORDS)
    library("aiohttp.server").error("Error handling %s", "127.0.0.1", exc_info=malformed)

    assert [line["event"] for line in written()] == ["library.warned"]


def test_a_library_that_misuses_its_template_breaks_nothing(written: Written) -> None:
    handler = logs.LibraryHandler()  # called itself: pytest's own handler would not bear it
    for text, arguments in (("%d of %d", ("one",)), ({"text": WORDS}, ())):
        handler.emit(logging.LogRecord("odd", logging.WARNING, "odd.py", 7, text, arguments, None))

    first, second = written()
    assert first["template"] == "%d of %d"
    assert (second["event"], "template" in second) == ("library.warned", False)


def test_setting_up_twice_writes_once(written: Written, stream: io.StringIO) -> None:
    logs.configure_logs(json=True, level="warning", stream=stream)

    library("odd").warning("x")

    assert len(written()) == 1


values = st.recursive(
    st.text() | st.integers() | st.none() | st.binary() | st.floats() | st.just(Message(WORDS)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    max_leaves=10,
)


@given(
    st.dictionaries(st.text(), values),
    st.text(max_size=20),
    st.sampled_from(["text", "words", "body", "phone", "bot_token"]),
)
def test_no_value_lets_a_secret_or_a_message_through(
    facts: Mapping[str, Any], around: str, private: str
) -> None:
    logs.redact([SECRET])
    hidden = {**facts, "where": f"{around}{SECRET}{around}", private: WORDS}

    clean = logs.redacted(None, "info", {"event": "x.tried", "all": hidden, **hidden})

    out = json.dumps(clean, default=str)
    assert SECRET not in out
    assert WORDS not in out
