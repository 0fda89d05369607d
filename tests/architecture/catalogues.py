"""Catalogues kept equal to the code: what is said is in them, what is no longer said is not.

``make catalogues`` adds what is new, without a translation, and takes out what is gone; the tests
tell what is missing.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from bot.authoring.commands import Command
from bot.authoring.shapes import Shape
from bot.authoring.signatures import CommandSpec, read_command
from bot.dialog.naming import noun
from bot.locale.names import ENGLISH, LANGUAGES, UNREVIEWED

ROOT = Path(__file__).parents[2]
SAYING = frozenset({
    "Sentence", "tell", "marked", "gettext", "count", "ngettext",
    "Retry", "Reply", "UserError", "Button", "Choice",
})  # fmt: skip
"""Calls whose first text is a message; the two that count have a second one."""
COUNTING = frozenset({"count", "ngettext"})
SETTINGS = frozenset({"share_phone", "share_place", "subject", "_REFUSALS"})
"""Settings whose default is said, and tables of what is."""
TRANSLATORS = tuple(language for language in LANGUAGES if language != ENGLISH)
Message = str | tuple[str, str]
Told = str | tuple[str, ...] | list[str]


_FOUND: dict[str, list[Message]] = {}


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one domain's catalogues hold: the texts of these files, and of these commands."""

    domain: str
    folder: Path
    files: Sequence[Path]
    modules: Sequence[str] = ()
    languages: Sequence[str] = TRANSLATORS

    def path(self, language: str) -> Path:
        """Give the catalogue of a language."""
        return self.folder / language / "LC_MESSAGES" / f"{self.domain}.po"

    def messages(self) -> list[Message]:
        """List all that is said, each once."""
        if self.domain not in _FOUND:
            found = [one for file in self.files for one in said_in(file)]
            found += [one for module in self.modules for one in declared_in(module)]
            _FOUND[self.domain] = list(dict.fromkeys(found))
        return _FOUND[self.domain]


def bundles() -> list[Bundle]:
    """List the domains of what we ship."""
    core = [p for part in ("dialog", "runtime") for p in sorted((ROOT / "bot" / part).glob("*.py"))]
    single = ("help", "link", "session")
    booking, operate = ROOT / "commands" / "booking", ROOT / "commands" / "operate"
    return [
        Bundle("bot", ROOT / "bot" / "locale", core),
        Bundle(
            "commands", ROOT / "commands" / "locale",
            [ROOT / "commands" / f"{name}.py" for name in single],
            [f"commands.{name}" for name in single],
        ),
        Bundle(
            "booking", booking / "locale", sorted(booking.glob("*.py")),
            ["commands.booking.commands"], ("de", "fr", "es", "pt"),
        ),
        Bundle(
            "operate", operate / "locale", sorted(operate.glob("*.py")),
            ["commands.operate.commands"],
        ),
        *(_connector(path) for path in sorted((ROOT / "connectors").iterdir()) if _speaks(path)),
    ]  # fmt: skip


def _speaks(folder: Path) -> bool:
    return (folder / "locale").is_dir()


def _connector(folder: Path) -> Bundle:
    files = [one for one in sorted(folder.rglob("*.py")) if "emulator" not in one.parts]
    return Bundle(folder.name, folder / "locale", files)


# ── What is said ──────────────────────────────────────────────────────────────


def said_in(file: Path) -> Iterator[Message]:
    """Find the texts in a module: what is handed to something that says it, or returned."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in SAYING:
            yield from _of_call(node, _name(node.func))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "WORDS.text":
            yield from _texts(node.args[1])
        elif isinstance(node, ast.AnnAssign) and _name(node.target) in SETTINGS:
            yield from _texts(node.value)
        elif isinstance(node, ast.Return) and file.is_relative_to(ROOT / "commands"):
            yield from (text for text in _texts(node.value) if " " in text)


def _of_call(node: ast.Call, name: str) -> Iterator[Message]:
    if name not in COUNTING:
        yield from _texts(node.args[0])
        return
    pair = [text for argument in node.args[:2] for text in _texts(argument)]
    if len(pair) == len(("one", "many")):
        yield pair[0], pair[1]


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _texts(node: ast.expr | None) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if text.strip():
            yield text
        case ast.Dict(values=values):
            for value in values:
                yield from _texts(value)
        case ast.Tuple(elts=[first, *_]):
            yield from _texts(first)
        case ast.IfExp(body=one, orelse=other):
            yield from _texts(one)
            yield from _texts(other)
        case _:
            return


def declared_in(module: str) -> Iterator[Message]:
    """Find what commands say of themselves: summaries, questions, names of choices."""
    for value in vars(import_module(module)).values():
        if isinstance(value, Command) and value.function.__module__ == module:
            yield from _of_command(read_command(value, source=module, provided=(), known=()))


def _of_command(spec: CommandSpec) -> Iterator[str]:
    yield from filter(None, (spec.summary, spec.details, spec.command.confirm))
    for parameter in spec.parameters if not spec.command.hidden else ():
        yield noun(parameter)
        yield from _of_shape(parameter.shape)
    for parameter in spec.parameters if spec.command.hidden else ():
        yield from _of_shape(parameter.shape)


def _of_shape(shape: Shape) -> Iterator[str]:
    yield from filter(None, (shape.arg.ask, shape.arg.help))
    yield from (str(getattr(option, "value", option)) for option in shape.options)


# ── Catalogues ────────────────────────────────────────────────────────────────


def read(bundle: Bundle, language: str) -> Catalog:
    """Read a catalogue; an empty one where there is none yet."""
    path = bundle.path(language)
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def written(bundle: Bundle, language: str, known: Mapping[str, Told]) -> bytes:
    """Write a catalogue: every message of the bundle, with the translation that is known."""
    made = Catalog(
        locale=language, domain=bundle.domain, project="threadline", header_comment=_head(language),
        fuzzy=False, charset="utf-8", language_team="", last_translator="",
    )  # fmt: skip
    for message in bundle.messages():
        key = message if isinstance(message, str) else message[0]
        made.add(message, known.get(key, ""))
    out = BytesIO()
    write_po(out, made, width=100, omit_header=False, sort_output=True)
    dated = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Report-Msgid-Bugs-To",
             "Last-Translator", "Language-Team", "Project-Id-Version")  # fmt: skip
    lines = out.getvalue().decode().splitlines(keepends=True)
    return "".join(
        one for one in lines if not one.startswith(tuple(f'"{d}' for d in dated))
    ).encode()


def _head(language: str) -> str:
    name = LANGUAGES[language]
    review = "unreviewed: no native speaker has judged these sentences"
    return f"# {name}.\n# {review if language in UNREVIEWED else 'reviewed'}."


def translations(catalogue: Catalog) -> dict[str, Told]:
    """List what is translated, by the message's id."""
    return {
        one.id if isinstance(one.id, str) else one.id[0]: one.string
        for one in catalogue
        if one.id and one.string
    }


def main() -> None:
    """Write all catalogues anew."""
    for bundle in bundles():
        for language in bundle.languages:
            path = bundle.path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(bundle, language, translations(read(bundle, language))))


if __name__ == "__main__":
    main()
