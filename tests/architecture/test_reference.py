"""The reference says what the docstrings say."""

import re

import bot
from tests.architecture.docstrings import as_markdown
from tests.architecture.reference import FOLDER, pages

HEADING = re.compile(r"^### `(\w+)`$", re.MULTILINE)
LINK = re.compile(r"\]\((?:([\w.]+\.md))?#([\w-]+)\)")


def test_the_reference_is_as_the_docstrings_are() -> None:
    written = {path.name: path.read_text() for path in FOLDER.glob("*")}

    assert written == pages(), "run `make reference`"


def test_the_reference_has_every_public_name_once() -> None:
    found = [name for text in pages().values() for name in HEADING.findall(text)]

    assert sorted(found) == sorted(bot.__all__)


def test_every_link_of_the_reference_leads_to_a_heading() -> None:
    made = pages()
    anchors = {page: anchors_of(text) for page, text in made.items()}

    links = [(file or page, to) for page, text in made.items() for file, to in LINK.findall(text)]

    assert [link for link in links if link[1] not in anchors[link[0]]] == []
    assert len(links) > 100


def anchors_of(text: str) -> set[str]:
    """List the anchors that a page's headings get: numbered where one is taken."""
    taken: dict[str, int] = {}
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        slug = re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
        number = taken.get(slug, 0)
        taken[slug] = number + 1
        if number:
            taken[f"{slug}-{number}"] = 1
    return set(taken)


def test_a_docstring_becomes_markdown() -> None:
    told = """Ask for a value.

    Args:
        name: under which it is kept,
            see `Talk`.
        key: as ``key``.

    Raises:
        FlowError: it waits for nothing.
    """

    assert as_markdown(told, {"Talk": "a.md#talk"}, "a").split("\n") == [
        "Ask for a value.", "", "*Args:*", "", "- `name`: under which it is kept,",
        "  see [`Talk`](#talk).", "- `key`: as `key`.", "", "*Raises:*", "",
        "- `FlowError`: it waits for nothing.",
    ]  # fmt: skip
