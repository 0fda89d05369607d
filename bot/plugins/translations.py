"""Mistakes in plugins' catalogues that a customer would meet as English, or as a gap."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter

from babel.core import UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po

from bot.authoring.signatures import CommandSpec
from bot.locale.catalogues import Catalogue


def find_slips(specs: Iterable[CommandSpec]) -> Iterator[str]:
    """Find catalogues that cannot be read, and translations that have other values in them."""
    for catalogue in dict.fromkeys(spec.texts for spec in specs):
        for file in sorted(catalogue.folder.glob(f"*/LC_MESSAGES/{catalogue.domain}.po")):
            yield from _slips(catalogue, file)


def _slips(catalogue: Catalogue, file: Path) -> Iterator[str]:
    where = f"{catalogue.domain}: {file.relative_to(catalogue.folder.parent)}"
    try:
        with file.open("rb") as source:
            found = read_po(source, locale=file.parts[-3], abort_invalid=True)
    except (PoFileError, UnknownLocaleError, ValueError) as error:
        yield f"{where}: cannot be read: {error}; mend it, or take it away"
        return
    for message in found:
        texts = message.id if isinstance(message.id, tuple | list) else (message.id,)
        told = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = _values(texts[-1])
        for text in told:
            if text and message.id and _values(text) != wanted:
                names = ", ".join(sorted(f"{{{name}}}" for name in wanted or ())) or "none"
                yield f"{where}: {text!r} has other values than its text; write just {names}"


def _values(text: str) -> set[str] | None:
    """List the values that a text has; None where it is no template at all."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        return None
