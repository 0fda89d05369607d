"""What the bot says is in every catalogue, once, with the same values in it."""

import re
from string import Formatter

import pytest
from babel.messages import Catalog

from bot.dialog.talking import lists_of, talk_in, without_accents
from bot.dialog.wording import wording_of
from bot.locale.names import ENGLISH, LANGUAGES, UNREVIEWED
from tests.architecture.catalogues import ROOT, Bundle, bundles, read, translations, written

CASES = [
    pytest.param(bundle, language, id=f"{bundle.domain}-{language}")
    for bundle in bundles()
    for language in bundle.languages
]


@pytest.mark.parametrize(("bundle", "language"), CASES)
def test_a_catalogue_holds_what_is_said_and_no_more(bundle: Bundle, language: str) -> None:
    kept = bundle.path(language).read_bytes()

    known = translations(read(bundle, language))

    assert kept == written(bundle, language, known), "run `make catalogues`"


@pytest.mark.parametrize(("bundle", "language"), CASES)
def test_every_text_is_translated_with_the_same_values(bundle: Bundle, language: str) -> None:
    catalogue = read(bundle, language)

    assert [one.id for one in catalogue if one.id and not is_whole(one.string)] == []
    assert [one.id for one in catalogue if one.fuzzy and one.id] == []
    for message in catalogue:
        if message.id:
            sources = [message.id] if isinstance(message.id, str) else [message.id[-1]]
            for told in texts_of(message.string):
                assert fields(told) == fields(sources[0]), message.id
            if not isinstance(message.id, str):
                assert len(texts_of(message.string)) == catalogue.num_plurals


@pytest.mark.parametrize("language", sorted(UNREVIEWED))
def test_what_no_native_speaker_has_judged_is_marked_so(language: str) -> None:
    for bundle in bundles():
        if language in bundle.languages:
            assert "unreviewed" in bundle.path(language).read_text().splitlines()[1]
    lists = ROOT / "bot" / "dialog" / "talk" / f"{language}.toml"
    assert "unreviewed" in lists.read_text().splitlines()[0]


def test_plural_forms_are_those_of_the_language() -> None:
    for bundle in bundles():
        for language in bundle.languages:
            assert read(bundle, language).plural_expr == Catalog(locale=language).plural_expr


def is_whole(told: object) -> bool:
    texts = texts_of(told)
    return bool(texts) and all(text.strip() for text in texts)


def texts_of(told: object) -> list[str]:
    return [told] if isinstance(told, str) else [str(text) for text in told]  # type: ignore[attr-defined]


def fields(text: str) -> set[str]:
    """List the values in a text; of a list of options none may be lost or made up."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


# ── What customers say ────────────────────────────────────────────────────────


def meanings(language: str) -> dict[str, set[str]]:
    """Tell of every text of a language's lists what it means there."""
    lists = lists_of(language)
    found: dict[str, set[str]] = {}
    for table in ("built_in", "chat"):
        for name, texts in lists[table].items():
            for text in texts:
                found.setdefault(text, set()).add(name)
    for name in ("greetings", "speak", "called"):
        for text in lists[name]:
            found.setdefault(text, set()).add(name)
    wording = wording_of(language)
    for name, words in (("yes", wording.yes), ("no", wording.no)):
        for text in words:
            found.setdefault(text, set()).add(name)
    return found


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_text_means_two_things_in_a_language(language: str) -> None:
    assert {text: told for text, told in meanings(language).items() if len(told) > 1} == {}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {ENGLISH}))
def test_no_text_means_something_else_in_english(language: str) -> None:
    english = meanings(ENGLISH)
    for text, told in meanings(language).items():
        assert english.get(text, told) == told, text


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_texts_stand_in_the_lists_as_they_are_compared(language: str) -> None:
    for text in meanings(language):
        assert text == " ".join(text.casefold().split()), text
        assert not re.search(r"^[ .!?,]|[ .!?,]$|\u2019", text), text


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_words_for_all_that_english_has(language: str) -> None:
    english, lists = lists_of(ENGLISH), lists_of(language)

    for table in ("built_in", "chat", "change"):
        assert set(lists[table]) == set(english[table])
    assert LANGUAGES[language].casefold() in lists["called"]


@pytest.mark.parametrize("name", ["speak", "called"])
def test_a_language_is_asked_for_by_words_of_its_own(name: str) -> None:
    told: dict[str, str] = {}
    for language in LANGUAGES:
        for text in lists_of(language)[name]:
            assert told.setdefault(text, language) == language, text


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_small_talk_of_one_language_is_not_heard_in_another(language: str) -> None:
    """A customer's language and English are looked at, and no third one."""
    others = {
        text: told
        for other in LANGUAGES
        if other not in {language, ENGLISH}
        for text, told in meanings(other).items()
    }
    own, english = meanings(language), meanings(ENGLISH)
    talk = talk_in(language)

    heard = {without_accents(text) for text in (*own, *english)}
    for text in others.keys() - own.keys() - english.keys():
        if without_accents(text) not in heard:
            assert text not in talk.built_in, text
            assert text not in talk.chat, text
