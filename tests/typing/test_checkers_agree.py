"""mypy --strict and pyright accept what authors write, tell its types, and refuse what is wrong."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.connector_tutorial import TUTORIAL as CONNECTORS
from tests.architecture.tree import documents, named
from tests.architecture.tutorial import TUTORIAL, last_files
from tests.typing.checkers import Checker, Complaint, mypy, pyright, python_blocks, skip, written

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CASES = Path(__file__).parent / "cases"
WRONG = "wrong.py"
UNUSED = re.compile(r"is not (accessed|used)|reportUnused")
"""Documents show a value that nothing uses; pyright's strict mode would have it used."""

# what is asked for, and how it is told: mypy writes a Literal's values one by one
REVEALED = {
    'await talk.ask("a", int)': "int",
    'await talk.ask("b", Literal["inside", "terrace"])': "Literal['inside', 'terrace']",
    'await talk.ask("c", int | str)': "int | str",
    'await talk.ask("d", date | None)': "date | None",
    'await talk.ask("e", Annotated[int, Arg("How many?", ge=1)])': "int",
    'await talk.ask("f", Annotated[str | None, Arg("A name?")])': "str | None",
    'await talk.ask("g", list[Literal["a", "b"]])': "list[Literal['a', 'b']]",
    'await talk.ask("h", Text)': "str",
    'await talk.confirm("i", "Sure?")': "bool",
    "await talk.do(plain, text='x')": "list[str]",
    "await talk.do(undoable, day=date.min)": "str",
    "await plain(talk.ctx, text='x')": "list[str]",
    "await undoable(talk.ctx, day=date.min, guests=3)": "str",
    "book.with_(guests=4)": "Invocation",
    "book(guests=4)": "Reply",
    "hello()": "str",
}
BEFORE_REVEALING = """
from datetime import date
from typing import Annotated, Literal

from typing_extensions import reveal_type

from bot import Arg, Context, Effect, Reply, Talk, Text, action, command, flow


async def take_back(ctx: Context, effect: Effect) -> None: ...


@action
async def plain(ctx: Context, text: str) -> list[str]:
    return [text]


@action(undo=take_back)
async def undoable(ctx: Context, day: date, guests: int = 2) -> str:
    return f"{day} {guests}"


@command("book")
def book(guests: Annotated[int, Arg(ge=1)]) -> Reply:
    return Reply(str(guests))


@command
def hello() -> str:
    return "Hello."


@flow
async def told(talk: Talk) -> None:
"""


def cases() -> dict[str, str]:
    """List the files of cases: names and texts."""
    return {path.name: path.read_text() for path in sorted(CASES.glob("*.py"))}


def snippets() -> dict[str, str]:
    """List the Python of all documents for people who write extensions.

    The tutorial's blocks build on one another: of it, the files that come of them. Those of the
    connectors' tutorial import one another; a test of its own runs them.
    """
    found = {
        f"tutorial_{path.replace('/', '_')}": text
        for path, text in last_files().items()
        if path.endswith(".py")
    }
    for document in documents():
        if document in {TUTORIAL, CONNECTORS}:
            continue
        if document.parent.name == "docs" or "/" not in named(document):
            found |= python_blocks(document)
    return found


def revealing() -> str:
    """Write a file that asks for the types."""
    return BEFORE_REVEALING + "".join(f"    reveal_type({one})\n" for one in REVEALED)


@pytest.fixture(scope="module", params=[mypy, pyright], ids=["mypy", "pyright"])
def complaints(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[Complaint]:
    """Run a checker once over everything."""
    check: Checker = request.param
    folder = tmp_path_factory.mktemp("typing")
    files = {**cases(), **snippets(), "revealed.py": revealing()}
    return check(written(folder / "files", files.items()))


def errors(complaints: list[Complaint], *names: str) -> list[tuple[str, int, str]]:
    return [
        (one.file, one.line, one.text)
        for one in complaints
        if one.kind == "error" and one.file in names
    ]


def test_what_is_right_is_accepted(complaints: list[Complaint]) -> None:
    assert errors(complaints, *(name for name in cases() if name != WRONG)) == []


def test_the_documents_python_is_accepted(complaints: list[Complaint]) -> None:
    found = errors(complaints, *snippets())

    assert [one for one in found if not UNUSED.search(one[2])] == []
    assert len(snippets()) > 10


def test_types_are_told(complaints: list[Complaint]) -> None:
    first = BEFORE_REVEALING.count("\n") + 1
    told = {one.line: plainly(one.text) for one in complaints if one.file == "revealed.py"}

    assert {one: told.get(first + n) for n, one in enumerate(REVEALED)} == REVEALED


def plainly(text: str) -> str:
    """Write a checker's word for a type without modules, with a Literal's values together."""
    shown = re.search(r'(?:Revealed type|Type of .*) is "(.*)"$', text, re.DOTALL)
    assert shown is not None, text
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", shown[1]).replace("] | Literal[", ", ")


def test_mypy_refuses_each_wrong_line_and_only_these(tmp_path: Path) -> None:
    # each has its ignore: one that is not needed, or of another code, is a complaint
    text = (CASES / WRONG).read_text()
    bare = re.sub(r"  # type: ignore.*", "", text)

    found = mypy(written(tmp_path / "wrong", [("held.py", text), ("bare.py", bare)]))

    assert errors(found, "held.py") == []
    assert {line for _, line, _ in errors(found, "bare.py")} == wrong_lines()


def test_pyright_refuses_each_wrong_line_and_only_these(tmp_path: Path) -> None:
    found = pyright(written(tmp_path / "wrong", [(WRONG, (CASES / WRONG).read_text())]))

    refused = Counter(line for _, line, text in errors(found, WRONG) if not UNUSED.search(text))
    assert set(refused) == wrong_lines()


def wrong_lines() -> set[int]:
    """List the lines that are marked as wrong."""
    lines = (CASES / WRONG).read_text().splitlines()
    found = {number for number, line in enumerate(lines, 1) if "# type: ignore" in line}
    assert len(found) > 40
    return found


def test_a_block_that_names_its_file_grows_it(tmp_path: Path) -> None:
    first, second = "# plugins/a.py\nx: int = 1\ny = 2\n", "# plugins/a.py\nx = '1'\nz = y\n"
    document = tmp_path / "a-story.md"
    document.write_text(f"```python\n{first}```\n\n```python\n{second}```\n```python\nw = 1\n```")

    blocks = python_blocks(document)

    assert list(blocks) == ["a_story_line_2.py", "a_story_line_8.py", "a_story_line_13.py"]
    assert blocks["a_story_line_8.py"] == f"y = 2\n{second}"
    assert blocks["a_story_line_13.py"] == "w = 1\n"


def test_a_missing_checker_is_skipped_with_its_remedy_but_not_in_ci(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="pip install"):
        skip("pip install brings it")

    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="pip install"):
        skip("pip install brings it")
