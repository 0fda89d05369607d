"""``threadline sandbox`` as a process, with the bot as its child."""

import os
import re
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.cli.projects import HELLO, write_project
from tests.bot.cli.shell import Running, running

pytestmark = pytest.mark.slow
PATIENCE = 20.0  # seconds

SLACK = """
[connectors.slack]
kind = "slack"
bot_token = "env:TEST_NOT_SET"
signing_secret = "env:TEST_NOT_SET"
"""


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Running]:
    project = write_project(tmp_path, SLACK, hello=HELLO)
    arguments = ("sandbox", "--config", str(project / "bot.toml"), "--port", "0")
    with running(tmp_path, *arguments, listens=("sandbox.opened",)) as sandbox:
        yield sandbox


def status_of(url: str) -> int:
    """Ask for a page; 0 when nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def waited_for(url: str) -> int:
    """Ask until the child answers, as a browser's user would."""
    deadline = time.monotonic() + PATIENCE
    while (status := status_of(url)) != 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    return status


def child_of(sandbox: Running) -> int:
    found = re.search(r"pid=(\d+)", sandbox.until("child.started"))
    assert found is not None
    return int(found[1])


def is_gone(pid: int) -> bool:
    """Wait for the end of a process that is not ours; a zombie has ended, too."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False


def test_page_and_bot_are_there_and_nothing_is_left_of_them(sandbox: Running) -> None:
    child = child_of(sandbox)

    assert status_of(f"{sandbox.url}/") == 200
    assert waited_for(f"{sandbox.url}/readyz") == 200
    assert status_of(f"{sandbox.url}/web/widget.js") == 200
    sandbox.told(signal.SIGTERM)

    assert sandbox.ended(15) == 0
    assert is_gone(child)
    assert "Traceback" not in "".join(sandbox.err)


def test_a_sandbox_that_was_killed_leaves_no_orphan(sandbox: Running) -> None:
    child = child_of(sandbox)
    assert waited_for(f"{sandbox.url}/readyz") == 200

    sandbox.told(signal.SIGKILL)

    assert sandbox.process.wait(PATIENCE) == -signal.SIGKILL
    assert is_gone(child)
