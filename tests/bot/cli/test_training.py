"""The subcommand train; see `bot.cli.training`."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.plugins.lessons import read_lessons
from tests.bot.cli.projects import BOOK, HELLO, write_project
from tests.bot.cli.shell import Told, threadline
from tests.nlu.rasa.server import RasaServer, served

SENTENCES = """\
nlu:
- intent: hello
  examples: |
    - good morning to you
- intent: chitchat
  examples: |
    - is the sun out today
- synonym: friday
  examples: |
    - fryday
"""
NLU = """\
[nlu]
data = ["sentences"]
[nlu.rasa]
url = "http://127.0.0.1:1"
token = "env:RASA_TOKEN"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write_project(tmp_path, NLU, hello=HELLO, book=BOOK)
    (folder / "sentences").mkdir()
    (folder / "sentences" / "nlu.yml").write_text(SENTENCES)
    return folder


@pytest.fixture
async def rasa() -> AsyncIterator[RasaServer]:
    async with served(RasaServer(token="sesame")) as server:
        yield server


async def train(project: Path, rasa: RasaServer, *more: str, shown: str = "sesame") -> Told:
    """Run it beside the server, which answers in this thread."""
    arguments = ("train", "--engine", "rasa", "--url", rasa.url, *more)
    environment = {"RASA_TOKEN": shown}
    return await asyncio.to_thread(threadline, project, *arguments, environment=environment)


def test_the_classifier_learns_into_its_folder(project: Path) -> None:
    first = threadline(project, "train")
    kept = [each.name for each in (project / "bot.models").iterdir()]
    second = threadline(project, "train")

    assert (first.code, first.err, second.code) == (0, "", 0)
    assert first.out.startswith("classifier: ready in ")
    assert first.out.endswith(" meanings\n")
    assert [each.name for each in (project / "bot.models").iterdir()] == kept
    assert len(kept) == 1


async def test_a_rasa_server_learns_and_goes_on_with_it(project: Path, rasa: RasaServer) -> None:
    told = await train(project, rasa)

    assert (told.code, told.err) == (0, "")
    assert "rasa: learnt and loaded models/20261122-1.tar.gz in " in told.out
    assert rasa.paths == ["POST /model/train", "PUT /model"]
    assert rasa.loaded is not None
    assert {"book", "hello", "chitchat"} <= set(rasa.projects[0]["intents"])
    assert rasa.loaded.synonyms == {"fryday": "friday"}
    assert not (project / "config.yml").exists()


def test_a_project_is_written_without_a_server_or_its_secrets(project: Path) -> None:
    told = threadline(project, "train", "--engine", "rasa", "--out", "rasa")

    assert (told.code, told.err) == (0, "")
    assert told.out.endswith("rasa: wrote config.yml, domain.yml, data/nlu.yml to rasa\n")
    assert list(read_lessons([project / "rasa" / "data"])["chitchat"])
    first = {each: each.read_bytes() for each in (project / "rasa").rglob("*.yml")}
    assert threadline(project, "train", "--engine", "rasa", "--out", "rasa").code == 0
    assert {each: each.read_bytes() for each in (project / "rasa").rglob("*.yml")} == first


async def test_both_may_be_asked_for(project: Path, rasa: RasaServer) -> None:
    told = await train(project, rasa, "--out", "rasa")

    assert told.code == 0
    assert (project / "rasa" / "domain.yml").exists()
    assert rasa.loaded is not None


def test_somebodys_own_project_is_not_written_over(project: Path) -> None:
    (project / "config.yml").write_text("recipe: mine\n")

    told = threadline(project, "train", "--engine", "rasa", "--out", ".")

    assert told.code == 2
    assert told.problems[0].startswith("--out: config.yml is there already and was not written by")
    assert (project / "config.yml").read_text() == "recipe: mine\n"
    assert not (project / "domain.yml").exists()


async def test_what_the_server_refuses_is_one_line(project: Path, rasa: RasaServer) -> None:
    stranger = await train(project, rasa, shown="other")
    rasa.fails = "The training data\nis   too strange"
    refused = await train(project, rasa)

    assert (stranger.code, refused.code) == (1, 1)
    assert stranger.problems == [
        "Rasa wants another token; correct nlu.rasa.token or nlu.rasa.jwt_secret"
    ]
    assert refused.problems == [
        "Rasa refused with status 500: TrainingError: The training data is too strange; see its log"
    ]
    assert rasa.loaded is None


def test_a_server_that_is_not_there_is_one_line(project: Path) -> None:
    away = threadline(project, "train", "--engine", "rasa", environment={"RASA_TOKEN": "x"})

    assert away.code == 1
    assert away.problems[0].startswith("http://127.0.0.1:1 cannot be reached; start Rasa")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--engine", "rassa"), '--engine: there is no engine "rassa"; did you mean "rasa"?'),
        (("--out", "here"), "--url, --out, --folder: classifier learns without a server"),
        (("--engine", "rasa", "--url", "here"), "nlu.rasa: url: is no address of a server"),
        (("--engine", "rasa"), "nlu.rasa.token: "),
    ],
)
def test_what_cannot_be_trained_is_refused(
    project: Path, arguments: tuple[str, ...], problem: str
) -> None:
    told = threadline(
        project,
        "train",
        *arguments,
        environment={"RASA_TOKEN": "x"} if "--url" in arguments else {},
    )

    assert told.code == 2
    assert told.problems[0].startswith(problem)


async def test_parse_asks_a_server_that_wants_a_token(project: Path, rasa: RasaServer) -> None:
    rasa.teach("nlu:\n- intent: hello\n  examples: |\n    - good morning to you\n")
    settings = (project / "bot.toml").read_text().replace("http://127.0.0.1:1", rasa.url)
    nlu = settings.replace("[nlu]", '[nlu]\nengines = ["rasa"]')
    (project / "bot.toml").write_text(nlu)

    arguments = ("parse", "good morning to you")
    shown = {"RASA_TOKEN": "sesame"}
    known = await asyncio.to_thread(threadline, project, *arguments, environment=shown)
    unknown = await asyncio.to_thread(threadline, project, *arguments)

    assert json.loads(known.out)["command"] == "hello"
    assert (unknown.code, json.loads(unknown.out)["command"]) == (0, None)
