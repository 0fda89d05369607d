"""`threadline rasa setup`, `run`, `status`, and training there; see `bot.cli.rasa`."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nlu.rasa.hosting import free_port
from tests.architecture.tree import ROOT
from tests.bot.cli.shell import threadline
from tests.nlu.rasa.program import PYTHON, furnished

SETTINGS = '[bot]\nname = "Trattoria"\n[nlu]\nengines = ["rules"]\n'
HELLO = """\
from bot import command

@command("hello", say=["good morning"])
def hello() -> str:
    '''Say hello.'''
    return "Hello!"

@command("bye", say=["good night"])
def bye() -> str:
    '''Say bye.'''
    return "Bye!"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "bot.toml").write_text(SETTINGS)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/hello.py").write_text(HELLO)
    return tmp_path


def test_what_is_not_there_is_told_with_what_brings_it(project: Path) -> None:
    told = threadline(project, "rasa", "status")

    assert told.code == 0
    assert "is not installed in" in told.out
    assert "there is no model; run `threadline train --engine rasa`" in told.out
    assert "down; `threadline rasa run` starts it" in told.out


def test_setup_installs_with_the_python_that_is_named(project: Path) -> None:
    python = project / "python3.10"
    python.write_text(PYTHON)
    python.chmod(0o755)

    told = threadline(project, "rasa", "setup", "--python", "python3.10")

    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[-1].startswith("Rasa 3.6.21 is installed in ")
    assert (project / ".rasa/installed").exists()


def test_setup_refuses_another_python(project: Path) -> None:
    told = threadline(project, "rasa", "setup", "--python", "nowhere")

    assert told.code == 2
    assert "--python: " in told.err
    assert "bring one with" in told.err


def test_run_without_a_model_is_refused(project: Path) -> None:
    furnished(project)

    told = threadline(project, "rasa", "run")

    assert told.code == 1
    assert "there is no model in " in told.err


def test_training_learns_there_when_rasa_is_installed(project: Path) -> None:
    home = furnished(project)

    told = threadline(project, "train", "--engine", "rasa")

    assert (told.code, told.err) == (0, "")
    assert "learning" in told.out
    model = home.newest_model()
    assert model is not None
    assert f"rasa: learnt {model.name}, which `threadline rasa run` takes over in " in told.out


def test_a_secret_of_the_server_is_not_needed_for_that(project: Path) -> None:
    home = furnished(project)
    (project / "bot.toml").write_text(f'{SETTINGS}[nlu.rasa]\ntoken = "env:NO_SUCH_TOKEN"\n')

    assert threadline(project, "train", "--engine", "rasa").code == 0
    assert home.newest_model() is not None


def test_another_folder_may_be_named(project: Path) -> None:
    home = furnished(project / "elsewhere")

    told = threadline(project, "train", "--engine", "rasa", "--folder", "elsewhere/.rasa")

    assert told.code == 0
    assert home.newest_model() is not None
    assert not (project / ".rasa").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_running_when_it_ends(project: Path, how: signal.Signals) -> None:
    home = furnished(project)
    home.models.mkdir()
    (home.models / "one.tar.gz").write_text("hello")
    port = free_port()
    command = [sys.executable, "-m", "bot", "rasa", "run", "--port", str(port)]

    with subprocess.Popen(  # noqa: S603 - ourselves
        command, cwd=project, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert any(line.startswith("token") for line in iter(process.stdout.readline, ""))
        (child,) = children(process.pid)
        process.send_signal(how)
        process.wait(timeout=30)

    wait_for_the_end(child)


def children(pid: int) -> list[int]:
    """List the processes that a process has started (Linux)."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for_the_end(pid: int) -> None:
    """Wait until a process is gone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended, _, _ = select.select([handle], [], [], 30)
        assert ended == [handle]
    finally:
        os.close(handle)


def test_with_a_url_the_server_learns_even_where_rasa_is_installed(project: Path) -> None:
    home = furnished(project)

    told = threadline(project, "train", "--engine", "rasa", "--url", "http://127.0.0.1:9")

    assert told.code == 1
    assert "cannot be reached" in told.err
    assert home.newest_model() is None
