"""The canary bites: whoever lets a secret out fails, and is named."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.canary import Canary

TOKEN = "7000001:AAcanary-42"
LETTING_OUT = f"""
import logging

import structlog

from bot import Secret, TransientSendError

TOKEN = Secret("{TOKEN}").reveal()


def test_a_line_of_ours() -> None:
    Secret(TOKEN)
    structlog.get_logger().info("call.failed", url=f"https://x.test/bot{{TOKEN}}/getMe")


def test_a_library() -> None:
    Secret(TOKEN)
    logging.getLogger("httpx").warning("HTTP Request: %s", f"https://x.test/bot{{TOKEN}}/getMe")


def test_a_traceback() -> None:
    try:
        raise ValueError(TOKEN)
    except ValueError:
        logging.getLogger("aiohttp.client").exception("lost")


def test_an_error() -> None:
    str(TransientSendError(f"no answer from /bot{{TOKEN}}/sendMessage"))


def test_nothing() -> None:
    structlog.get_logger().info("call.failed", url="https://x.test/")
"""


def looked(*secrets: str, text: str) -> list[str]:
    canary = Canary()
    for secret in secrets:
        canary.know(secret)
    canary.look("logger x", text)
    return canary.leaks


def test_a_secret_is_found_anywhere_and_not_repeated() -> None:
    assert looked(TOKEN, text=f"POST /bot{TOKEN}/getMe") == [
        "logger x: POST /bot[the secret]/getMe"
    ]
    assert looked(TOKEN, "xoxb-1234", text="a xoxb-1234") == ["logger x: a [the secret]"]


def test_a_secret_is_found_as_urls_write_it() -> None:
    assert looked("a/b+c==", text="?key=a%2Fb%2Bc%3D%3D&x") == ["logger x: ?key=[the secret]&x"]


def test_words_and_parts_of_secrets_are_none() -> None:
    assert looked("secret", "no token", "x1", text="no token, a secret, x1") == []
    assert looked(TOKEN, text=TOKEN[:-1]) == []


def test_what_leaked_is_told_once() -> None:
    canary = Canary(leaks=["logger x: [the secret]"])

    with pytest.raises(pytest.fail.Exception, match="logger x"):
        canary.tell()

    canary.tell()


@pytest.mark.slow
def test_a_run_fails_where_a_secret_got_out(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(LETTING_OUT)
    options = ["-q", "-p", "tests.canary", "-p", "no:randomly", "-p", "no:cacheprovider"]

    ended = subprocess.run(  # noqa: S603 - pytest itself
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 1
    assert "5 passed, 4 errors" in ended.stdout
    for where in ("structlog of test_it", "logger httpx", "logger aiohttp.client",
                  "TransientSendError of test_it"):  # fmt: skip
        assert where in ended.stdout
