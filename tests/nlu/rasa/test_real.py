"""A real Rasa: installed, trained and served by us, then asked what every engine is asked.

Run by `make rasa`, not by `make test`: installing loads 600 MB, and training takes minutes.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import ConfigError, Engine, Interpretation, Secret, Utterance
from bot.testing.contracts.engine import NOW, VOCABULARY, EngineContract
from nlu.rasa import RasaSettings, open_engine
from nlu.rasa.engine import Rasa
from nlu.rasa.homes import Home
from nlu.rasa.hosting import HOST, free_port
from nlu.rasa.pythons import REMEDY, find_python
from tests.architecture.tree import ROOT

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(1800)]

PATIENCE = timedelta(seconds=10)
WAIVER = "THREADLINE_NO_RASA"
"""Why a machine of CI has no Python 3.10; without it, its tests fail there."""


@pytest.fixture(scope="module")
def bot_toml(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the settings of a bot that asks Rasa."""
    made = tmp_path_factory.mktemp("bot") / "bot.toml"
    made.write_text('[bot]\nname = "Trattoria"\n[nlu]\nengines = ["rasa"]\n')
    return made


@pytest.fixture(scope="module")
def installed(request: pytest.FixtureRequest, bot_toml: Path) -> Home:
    """Let `threadline rasa setup` install Rasa beside the repository's environment."""
    if request.config.getoption("markexpr") != "rasa":
        pytest.skip("installs 2.7 GB; run `make rasa`")
    try:
        asyncio.run(find_python(None))
    except ConfigError:
        told = f"Rasa needs a Python 3.10; {REMEDY}"
        waived = os.environ.get(WAIVER)  # noqa: TID251 - tests have no settings
        if os.environ.get("CI") and not waived:  # noqa: TID251 - a test may ask where it runs
            pytest.fail(f"{told}, or say why not in {WAIVER}")
        pytest.skip(waived or told)
    folder = ROOT / ".rasa"
    subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "bot", "rasa", "setup", "--config", bot_toml, "--folder", folder],
        cwd=ROOT, check=True, timeout=1500,
    )  # fmt: skip
    return Home(folder)


@pytest.fixture(scope="module")
def home(installed: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Train on what the contract speaks of, in a home of its own."""
    home = Home(tmp_path_factory.mktemp("rasa"))
    home.environment.symlink_to(installed.environment)
    home.mark_installed()
    asyncio.run(trained(home))
    return home


async def trained(home: Home) -> None:
    async with open_engine("rasa", RasaSettings(epochs=60), VOCABULARY) as engine:
        assert isinstance(engine, Rasa)
        lines: list[str] = []
        name = await engine.learn(home.folder, engine.project([]), lines.append)
        assert (home.models / name).is_file()
        assert [line for line in lines if "DIETClassifier" in line] != []


@pytest.fixture(scope="module")
def port(home: Home, bot_toml: Path) -> Iterator[int]:
    """Let `threadline rasa run` serve it, until it says that it is ready."""
    chosen = free_port()
    command = [
        sys.executable, "-m", "bot", "rasa", "run", "--config", str(bot_toml),
        "--folder", str(home.folder), "--port", str(chosen),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
        try:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "")
            assert any(line.startswith(f"ready on http://{HOST}:{chosen}") for line in lines)
            yield chosen
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture
async def engine(home: Home, port: int) -> AsyncIterator[Engine]:
    settings = RasaSettings(
        url=f"http://{HOST}:{port}", token=Secret(home.token()), timeout=PATIENCE
    )
    async with open_engine("rasa", settings, VOCABULARY) as opened:
        yield opened


class TestRealRasa(EngineContract):
    pass


async def asked(engine: Engine, text: str) -> Interpretation:
    return await engine.interpret(Utterance(text=text, now=NOW))


async def test_words_of_parameters_are_found(engine: Engine) -> None:
    told = await asked(engine, "a table for four tomorrow")

    assert told.command == "book"
    assert told.slots == {"guests": "four", "day": "tomorrow"}


async def test_a_typed_intent_does_not_pass_the_model_by(engine: Engine) -> None:
    told = await asked(engine, '/bookings{"day": "friday"}')

    assert told.confidence < 1.0


def test_the_state_of_things_is_told(home: Home, port: int, bot_toml: Path) -> None:
    told = subprocess.run(  # noqa: S603 - ourselves
        [
            sys.executable, "-m", "bot", "rasa", "status", "--config", bot_toml,
            "--folder", home.folder,
        ],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert "Rasa 3.6.21 is installed" in told.stdout
    assert home.token() not in told.stdout


async def test_a_new_model_takes_over_while_sentences_are_read(home: Home, engine: Engine) -> None:
    """Whatever is asked in the minute that the second process needs is answered."""
    newest = home.newest_model()
    assert newest is not None
    await asyncio.to_thread(shutil.copyfile, newest, home.models / "later.tar.gz")
    log = home.work / "log"
    size = log.stat().st_size
    answered = 0
    async with asyncio.timeout(600):
        while log.read_text()[size:].count("Rasa server is up") < 1:
            assert (await asked(engine, "reserve a table")).command == "book"
            answered += 1
            await asyncio.sleep(0.2)

    assert answered > 0
    assert (await asked(engine, "reserve a table")).command == "book"
