"""Catalogues of texts: what is written in English, in the customer's language.

A text's id is the text itself, in English. Translations stand beside the package that says it,
``locale/de/LC_MESSAGES/booking.po``, and are read as they are: there is no compiled form that
could be older than its source.
"""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, Final

from typing_extensions import override

from bot.locale.formats import formatted
from bot.locale.names import chain, is_right_to_left

_ISOLATE = "\u2068{}\u2069"
"""First strong isolate: a word in one direction does not turn the sentence around it."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one package; one without a folder is English only."""

    folder: Path
    domain: str

    @classmethod
    def beside(cls, file: str, domain: str | None = None) -> "Catalogue":
        """Find the catalogue of a package: the folder ``locale`` beside one of its modules.

        ``domain`` is the files' name, else the folder's that the module is in.
        """
        package = Path(file).resolve().parent
        return cls(package / "locale", domain or package.name)

    def text(self, locale: str, message: str, /, **values: Any) -> str:  # noqa: ANN401 - written by str()
        """Write a text in a locale; ``{name}`` is filled with the value of that name."""
        found = self._of(locale).gettext(message) if message else message  # "" is the header's id
        return _filled(found, message, locale, values)

    def count(self, locale: str, one: str, many: str, n: int, /, **values: Any) -> str:  # noqa: ANN401 - written by str()
        """Write a text in which a number stands, as ``{n}``."""
        found = self._of(locale).ngettext(one, many, n)
        return _filled(found, one if n == 1 else many, locale, {"n": n, **values})

    def has(self, locale: str, message: str) -> bool:
        """Tell whether a text is translated."""
        return bool(message) and self._of(locale).gettext(message) != message

    def _of(self, locale: str) -> gettext.NullTranslations:
        return _translations(self.folder, self.domain, locale)


NOTHING: Final = Catalogue(Path("/nonexistent"), "")
"""The catalogue of what has none."""


def forget() -> None:
    """Have catalogues read again: their files may have changed."""
    _translations.cache_clear()


def _filled(text: str, message: str, locale: str, values: Mapping[str, Any]) -> str:
    if not values:
        return text
    if is_right_to_left(locale):
        values = {
            name: _ISOLATE.format(value) if isinstance(value, str) and value else value
            for name, value in values.items()
        }
    try:
        return _Writer(locale).vformat(text, (), values)
    except (AttributeError, KeyError, IndexError, ValueError):
        if text == message:
            raise
        return _Writer(locale).vformat(message, (), values)  # a translator's slip stops nobody


class _Writer(Formatter):
    """Fills a text; names of days and months are the locale's."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    @override
    def format_field(self, value: Any, format_spec: str) -> str:
        return formatted(self._locale, value, format_spec)


@lru_cache(maxsize=256)
def _translations(folder: Path, domain: str, locale: str) -> gettext.NullTranslations:
    """Read all catalogues that a locale's texts are looked for in, the nearest first."""
    found = gettext.NullTranslations()
    for tag in chain(locale):
        read = _read(folder, domain, tag)
        if read is not None:
            found.add_fallback(read)
    return found


def _read(folder: Path, domain: str, tag: str) -> gettext.GNUTranslations | None:
    file = folder / tag.replace("-", "_") / "LC_MESSAGES" / f"{domain}.po"
    if not file.is_file():
        return None
    # 60 ms of imports that a bot in English does not pay
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - see above
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - see above

    compiled = BytesIO()
    try:
        with file.open("rb") as source:
            write_mo(compiled, read_po(source, locale=tag.replace("-", "_"), abort_invalid=True))
    except (PoFileError, ValueError):  # `threadline check` tells; customers read English
        return None
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
