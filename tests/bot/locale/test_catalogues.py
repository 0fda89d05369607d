"""Catalogues: found beside a package, filled with values, and never in a customer's way."""

from datetime import date, time
from pathlib import Path

import pytest

from bot.locale.catalogues import Catalogue
from bot.locale.formats import both, either, formatted, quoted

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Hello, {{name}}."
msgstr "{hello}"

msgid "On {{day:%A}} at {{at:%H:%M}}."
msgstr "Am {{day:%A}} um {{at:%H:%M}}."

msgid "{{n}} guest"
msgid_plural "{{n}} guests"
msgstr[0] "{{n}} Gast"
msgstr[1] "{{n}} Gäste"
"""


def catalogue(folder: Path, tag: str = "de", hello: str = "Hallo, {name}.") -> Catalogue:
    """Write a catalogue beside a module that need not exist."""
    file = folder / "pizza" / "locale" / tag / "LC_MESSAGES" / "pizza.po"
    file.parent.mkdir(parents=True)
    file.write_text(PO.format(hello=hello), "utf-8")
    return Catalogue.beside(str(folder / "pizza" / "__init__.py"))


def test_a_text_is_found_by_its_region_its_language_or_stays_english(tmp_path: Path) -> None:
    texts = catalogue(tmp_path)

    assert texts.text("de-AT", "Hello, {name}.", name="Ann") == "Hallo, Ann."
    assert texts.text("fr", "Hello, {name}.", name="Ann") == "Hello, Ann."
    assert texts.text("de", "Bye, {name}.", name="Ann") == "Bye, Ann."
    assert texts.text("de", "") == ""
    assert texts.has("de", "Hello, {name}.")


def test_the_region_comes_before_the_language(tmp_path: Path) -> None:
    catalogue(tmp_path)
    texts = catalogue(tmp_path, "de_AT", "Servus, {name}.")

    assert texts.text("de-AT", "Hello, {name}.", name="Ann") == "Servus, Ann."
    assert texts.text("de-AT-1996", "Hello, {name}.", name="Ann") == "Servus, Ann."
    assert texts.text("de", "Hello, {name}.", name="Ann") == "Hallo, Ann."


def test_a_number_chooses_the_form(tmp_path: Path) -> None:
    texts = catalogue(tmp_path)

    assert [texts.count("de", "{n} guest", "{n} guests", n) for n in (1, 2)] == [
        "1 Gast",
        "2 Gäste",
    ]
    assert [texts.count("fr", "{n} guest", "{n} guests", n) for n in (1, 2)] == [
        "1 guest", "2 guests",
    ]  # fmt: skip


def test_days_have_their_names_in_the_language(tmp_path: Path) -> None:
    told = catalogue(tmp_path).text(
        "de", "On {day:%A} at {at:%H:%M}.", day=date(2026, 11, 20), at=time(19)
    )

    assert told == "Am Freitag um 19:00."


@pytest.mark.parametrize("slip", ["Hallo, {nam}.", "Hallo, {name", "Hallo, {0}.", "{name.x.y}"])
def test_a_translators_slip_leaves_the_text_in_english(tmp_path: Path, slip: str) -> None:
    texts = catalogue(tmp_path, hello=slip)

    assert texts.text("de", "Hello, {name}.", name="Ann") == "Hello, Ann."


def test_a_file_that_cannot_be_read_leaves_all_in_english(tmp_path: Path) -> None:
    texts = catalogue(tmp_path)
    file = texts.folder / "de" / "LC_MESSAGES" / "pizza.po"
    file.write_bytes(b'msgid "Hello\xff\nmsgstr 3')

    assert texts.text("de", "Hello, {name}.", name="Ann") == "Hello, Ann."


def test_a_value_is_never_taken_for_a_template(tmp_path: Path) -> None:
    texts = catalogue(tmp_path)

    assert texts.text("de", "Hello, {name}.", name="{name.__class__}") == "Hallo, {name.__class__}."


def test_a_value_does_not_turn_an_arabic_sentence_around(tmp_path: Path) -> None:
    texts = catalogue(tmp_path, "ar", "مرحبا {name}")

    assert texts.text("ar", "Hello, {name}.", name="/help") == "مرحبا \u2068/help\u2069"


def test_each_language_quotes_and_lists_in_its_way() -> None:
    assert [quoted(one, "x") for one in ("en", "de-AT", "fr", "es")] == [
        "“x”", "„x“", "«\u00a0x\u00a0»", "«x»",
    ]  # fmt: skip
    assert [either(one, ["a", "b", "c"]) for one in ("en", "de", "fr")] == [
        "a, b or c", "a, b oder c", "a, b ou c",
    ]  # fmt: skip
    assert (both("es", ["a", "b"]), either("de", ["a"]), either("de", [])) == ("a y b", "a", "")


def test_formats_are_pythons_but_for_names() -> None:
    day = date(2026, 11, 20)

    assert formatted("fr", day, "%A %d %B %Y %%") == "vendredi 20 novembre 2026 %"
    assert formatted("en", day, "%A") == "Friday"
    assert (formatted("de", 5, "03d"), formatted("de", day, "")) == ("005", "2026-11-20")
    assert formatted("en", time(19, 5), "%I:%M %p") == "07:05 PM"
