"""``threadline`` as its users start it: its output and exit code.

A process of its own costs a second: what needs none of a process runs in this one.
"""

import contextlib
import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from bot.cli import main

ROOT = Path(__file__).parents[3]
PATIENCE = 50.0  # seconds for a whole subcommand on a busy machine

# What a root user's process may do although a file's mode says no (linux/capability.h): without
# these two, a read-only file is read-only for root as well.
_UNPRIVILEGED = """
import ctypes, os, sys
for capability in (1, 2):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "bot", *sys.argv[1:]])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a subcommand left behind."""

    code: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """The lines on standard error."""
        return self.err.splitlines()


def threadline(
    folder: Path,
    *arguments: str,
    given: str = "",
    environment: Mapping[str, str] | None = None,
) -> Told:
    """Run a subcommand in a folder to its end, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        _instead(["threadline", *arguments], io.StringIO(given), environment or {}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        else:
            code = 0
    return Told(code=code, out=out.getvalue(), err=err.getvalue())


@contextmanager
def _instead(
    arguments: list[str], given: io.StringIO, environment: Mapping[str, str]
) -> Iterator[None]:
    """Exchange what a process has, and put it back; so also the set-up of the logs."""
    before = sys.argv, sys.stdin, dict(os.environ)  # noqa: TID251 - the tests' own environment
    root = logging.getLogger()  # noqa: TID251 - put back what the set-up changes
    handlers, level = list(root.handlers), root.level
    sys.argv, sys.stdin = arguments, given
    os.environ.update(environment)  # noqa: TID251 - the tests' own environment
    try:
        yield
    finally:
        sys.argv, sys.stdin = before[:2]
        os.environ.clear()  # noqa: TID251 - the tests' own environment
        os.environ.update(before[2])  # noqa: TID251 - the tests' own environment
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


def process(folder: Path, *arguments: str, given: str = "", unprivileged: bool = False) -> Told:
    """Run a subcommand in a folder to its end, in a process of its own."""
    command = [sys.executable, "-m", "bot", *arguments]
    if unprivileged:
        command = [sys.executable, "-c", _UNPRIVILEGED, *arguments]
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        cwd=folder,
        env=_environment(None),
        input=given,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Told(code=done.returncode, out=done.stdout, err=done.stderr)


@dataclass(slots=True, kw_only=True)
class Running:
    """A ``threadline run`` or ``sandbox`` that goes on; ``err`` is what it wrote so far."""

    process: "subprocess.Popen[str]"
    url: str = ""
    err: list[str] = field(default_factory=list)

    def until(self, *wanted: str) -> str:
        """Read standard error up to the line that has these words in it."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.err.append(line)
            if all(word in line for word in wanted):
                return line
        raise AssertionError(f"ended before it told {wanted}: {''.join(self.err)}")

    def ended(self, seconds: float) -> int:
        """Wait for the end, at most so long, and tell the exit code."""
        _, rest = self.process.communicate(timeout=seconds)
        self.err.append(rest or "")
        return self.process.returncode

    def told(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)


@contextmanager
def running(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    listens: Sequence[str] = ("Threadline listens on",),
) -> Iterator[Running]:
    """Keep a subcommand running while the context lasts, from when it told that it listens."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=_environment(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process, _killed_at_last(process):
        run = Running(process=process)
        line = run.until(*listens)
        run.url = next(word for word in line.replace("=", " ").split() if word.startswith("http"))
        yield run


@contextmanager
def _killed_at_last(process: "subprocess.Popen[str]") -> Iterator[None]:
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    """Start from nothing but what Python needs: no secret of this machine leaks into a test."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251 - the tests' own environment
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **(more or {})}
