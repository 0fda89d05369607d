"""The documents tell the truth: links lead somewhere, commands exist, code runs."""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from typer.main import get_command

from bot.authoring.commands import Command
from bot.cli.entry import app
from bot.testing import bot_for
from bot.testing.scripts import Script, parse_script, play
from tests.architecture.connector_tutorial import TUTORIAL as CONNECTORS
from tests.architecture.tree import ROOT, documents, named
from tests.architecture.tutorial import TUTORIAL

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"\[[^\]]*\]\(([^)#\s:]*)#([^)\s]+)\)")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
SHELL = {"", "sh", "console"}


def fences(languages: set[str]) -> Iterator[tuple[Path, str]]:
    """List the fenced blocks in some languages, each with its document."""
    for document in documents():
        for language, text in FENCE.findall(document.read_text()):
            if language in languages:
                yield document, text


def headings(document: Path) -> set[str]:
    """Name the headings of a document as links do: the second of a name ends with -1."""
    lines = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text()), re.MULTILINE)
    slugs = [re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines]
    again = [slugs[:number].count(slug) for number, slug in enumerate(slugs)]
    return {f"{slug}-{n}" if n else slug for slug, n in zip(slugs, again, strict=True)}


def lines_with(word: str) -> list[str]:
    """List the lines of shell blocks that start a program, without comments and prompts."""
    lines = [
        line.strip().removeprefix("$ ") for _, text in fences(SHELL) for line in text.split("\n")
    ]
    return [line.split("#")[0].strip() for line in lines if re.match(rf"(\S*/)?{word}\b", line)]


def snippets() -> list[tuple[str, str]]:
    """List the documents' Python, each with a name for it."""
    found = list(fences({"python"}))
    return [
        (f"{named(document)}-{number}", text)
        for number, (document, text) in enumerate(found)
        if document.parent in {ROOT / "docs", ROOT} and document not in {TUTORIAL, CONNECTORS}
    ]


def chats() -> list[tuple[str, str, str]]:
    """List the chats of documents: a name, the Python that stands above, what is said."""
    found: list[tuple[str, str, str]] = []
    for document in documents():
        if document == TUTORIAL:
            continue
        above = ""
        for number, (language, text) in enumerate(FENCE.findall(document.read_text())):
            if language == "python":
                above = text
            elif language == "chat":
                found.append((f"{named(document)}-{number}", above, text))
    return found


@pytest.fixture
def module(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Run a snippet as a module, as a plugin folder would."""
    name, text = request.param[:2]
    made = ModuleType(re.sub(r"\W", "_", name))
    monkeypatch.setitem(sys.modules, made.__name__, made)
    exec(compile(text, name, "exec", dont_inherit=True), vars(made))  # noqa: S102 - our own docs
    return made


@pytest.mark.parametrize("document", documents(), ids=named)
def test_every_link_leads_to_a_file(document: Path) -> None:
    prose = CODE.sub("", document.read_text())

    links = [link for link in LINK.findall(prose) if "://" not in link]

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", documents(), ids=named)
def test_every_link_into_a_document_leads_to_a_heading(document: Path) -> None:
    prose = CODE.sub("", document.read_text())

    links = [(file or document.name, place) for file, place in PLACE.findall(prose)]

    assert [
        (file, place) for file, place in links if place not in headings(document.parent / file)
    ] == []


@pytest.mark.parametrize("line", sorted(set(lines_with("threadline"))))
def test_every_command_that_the_documents_show_exists(line: str) -> None:
    known = get_command(app)
    for word in line.split()[1:3]:
        commands = getattr(known, "commands", None)
        if commands is None or word.startswith("-"):
            break
        assert word in commands
        known = commands[word]


def test_the_readme_names_every_subcommand() -> None:
    table = (ROOT / "README.md").read_text().partition("## The command line")[2]

    commands = getattr(get_command(app), "commands", {})
    assert [name for name in commands if f"`{name}" not in table] == []
    assert len(commands) > 5


@pytest.mark.parametrize("line", sorted(set(lines_with("make"))))
def test_every_habit_that_the_documents_show_exists(line: str) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))

    assert {word for word in line.split()[1:] if "=" not in word} <= targets


@pytest.mark.parametrize("module", snippets(), ids=lambda one: one[0], indirect=True)
async def test_the_python_of_the_documents_runs(module: ModuleType) -> None:
    commands = [value for value in vars(module).values() if isinstance(value, Command)]

    async with bot_for(module) as bot:
        ada = bot.person("ada", telegram="7")
        await ada.telegram.says("/help")
        told = ada.telegram.told()

    listed = [one for one in commands if not (one.hidden or one.roles or one.needs)]
    assert [one.name for one in listed if f"/{one.group or one.name}" not in told] == []
    for name, value in vars(module).items():
        if name.startswith("test_") and inspect.iscoroutinefunction(value):
            await value()


@pytest.mark.parametrize(
    ("module", "chat"), [(one, one[2]) for one in chats()], indirect=["module"]
)
async def test_the_chats_of_the_documents_are_held(module: ModuleType, chat: str) -> None:
    script = parse_script(chat, module.__name__)
    assert isinstance(script, Script), [str(problem) for problem in script]

    async with bot_for(module) as bot:
        await play(script, bot)

        assert bot.asked_twice == []
