"""Makes docs/reference from the docstrings: ``make reference``.

The source is read, not run: what stands there is what authors see in their editors. Every name of
`bot.__all__` is found where the façade imports it from; a module is a section.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.architecture.docstrings import as_markdown
from tests.architecture.signatures import attributes, code, methods
from tests.architecture.tree import ROOT

FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made from the docstrings by `make reference`. Change those. -->"
PAGES = {
    "authoring": ("Writing commands and flows", (
        "bot.authoring.commands", "bot.authoring.parameters", "bot.authoring.kinds",
        "bot.authoring.replies", "bot.authoring.context", "bot.authoring.flows",
        "bot.authoring.actions", "bot.authoring.sagas", "bot.authoring.endurance",
        "bot.authoring.happenings", "bot.authoring.patterns", "bot.authoring.services",
        "bot.errors",
    )),
    "connectors": ("Writing connectors", (
        "bot.ports.connectors", "bot.model.messages", "bot.model.capabilities",
        "bot.model.attachments", "bot.model.delivery", "bot.ports.downloads",
        "bot.ports.emulators", "bot.ports.lines", "bot.ports.loopback",
        "bot.ports.transports", "bot.crashpoints",
    )),
    "engines": ("Writing engines and recognisers", (
        "bot.ports.language", "bot.model.understanding",
    )),
    "stores": ("Writing stores, and what all ports share", (
        "bot.ports.stores", "bot.ports.records", "bot.model.conversation", "bot.model.customers",
        "bot.model.ids", "bot.ports.parts", "bot.ports.secrets", "bot.ports.clock", "bot.clock",
    )),
}  # fmt: skip
"""The pages with their titles and modules; a module that is named nowhere comes last."""
_LAST = "stores"


@dataclass(frozen=True)
class Module:
    """A module of the façade's, and the names that are taken from it."""

    name: str
    public: Sequence[str]

    @cached_property
    def tree(self) -> ast.Module:
        """Read the source."""
        return ast.parse((ROOT / f"{self.name.replace('.', '/')}.py").read_text())

    @property
    def title(self) -> str:
        """Name it for people."""
        return self.name.rpartition(".")[2].replace("_", " ").capitalize()

    @property
    def about(self) -> str:
        """Tell what it is about, in its own words."""
        return (ast.get_docstring(self.tree) or "").partition("\n\n")[0]

    def names(self) -> list[str]:
        """List the public names in the order of the source."""
        return [name for name, _, _ in self.definitions() if name in self.public]

    def definition(self, name: str) -> tuple[ast.stmt, str]:
        """Find a name's definition and what is said of it."""
        return next((node, told) for one, node, told in self.definitions() if one == name)

    def definitions(self) -> Iterator[tuple[str, ast.stmt, str]]:
        """List what the module defines; of overloads, the function itself."""
        yield from _defined(self.tree.body)


def modules() -> list[Module]:
    """List the modules of the façade."""
    facade = ast.parse((ROOT / "bot" / "__init__.py").read_text())
    imports = [node for node in facade.body if isinstance(node, ast.ImportFrom)]
    return [Module(node.module or "", [one.name for one in node.names]) for node in imports]


def pages() -> dict[str, str]:
    """Write the reference: the names of its files and their text."""
    placed = _placed()
    links = {
        name: f"{page}.md#{anchor}"
        for page, found in placed.items()
        for name, anchor in _anchors(page, found).items()
    }
    written = {f"{page}.md": _page(page, found, links) for page, found in placed.items()}
    return {"README.md": _index(placed, links), **written}


def _placed() -> dict[str, list[Module]]:
    """Put the modules on their pages."""
    known = {module.name: module for module in modules()}
    placed: dict[str, list[Module]] = {}
    for page, (_, names) in PAGES.items():
        placed[page] = [known.pop(name) for name in names if name in known]
    placed[_LAST] += [known[name] for name in sorted(known)]
    return placed


def _anchors(page: str, found: Sequence[Module]) -> dict[str, str]:
    """Tell each name's anchor: its heading in small letters, numbered where that is taken."""
    taken: dict[str, int] = {}
    anchors: dict[str, str] = {}
    headings = [(PAGES[page][0], "")]
    for module in found:
        headings += [(module.title, ""), *((name, name) for name in module.names())]
    for heading, name in headings:
        slug = heading.casefold().replace(" ", "-").replace(",", "")
        count = taken.get(slug, 0)
        taken[slug] = count + 1
        if name:
            anchors[name] = f"{slug}-{count}" if count else slug
    return anchors


def _page(page: str, found: Sequence[Module], links: dict[str, str]) -> str:
    lines = [f"# {PAGES[page][0]}", "", MADE, ""]
    for module in found:
        lines += [f"## {module.title}", "", *_prose(module.about, links, page)]
        for name in module.names():
            lines += _entry(module, name, links, page)
    return "\n".join(lines).rstrip() + "\n"


def _entry(module: Module, name: str, links: dict[str, str], page: str) -> list[str]:
    node, told = module.definition(name)
    lines = [f"### `{name}`", "", "```py", code(node), "```", "", *_prose(told, links, page)]
    for shown, said in attributes(node):
        lines += [f"**`{shown}`**: {as_markdown(said, links, page)}", ""]
    for shown, said in methods(node):
        lines += ["```py", shown, "```", "", *_prose(said, links, page)]
    return lines


def _prose(text: str, links: dict[str, str], page: str) -> list[str]:
    return [as_markdown(text, links, page), ""] if text else []


def _index(placed: dict[str, list[Module]], links: dict[str, str]) -> str:
    lines = ["# Reference", "", MADE, "", "Every name that `from bot import …` knows.", ""]
    for page, found in placed.items():
        lines += [f"## [{PAGES[page][0]}]({page}.md)", "", "| name | is |", "|---|---|"]
        for module in found:
            for name in module.names():
                first = module.definition(name)[1].partition("\n")[0]
                told = as_markdown(first, links, "").replace("|", "\\|")
                lines.append(f"| [`{name}`]({links[name]}) | {told} |")
        lines.append("")
    return "\n".join(lines)


def _defined(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.stmt, str]]:
    for node, behind in zip(body, [*body[1:], None], strict=True):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if _is_overload(node):
                continue
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node, ast.get_docstring(node) or ""
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node, _text(behind)
            case _:
                pass


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "overload" for one in node.decorator_list)


def _text(node: ast.stmt | None) -> str:
    """Give the text that stands behind an assignment."""
    match node:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return text
        case _:
            return ""


def write(folder: Path) -> None:
    """Write the reference into a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    write(FOLDER)
