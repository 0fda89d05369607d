from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import Answering, ConfigError, Engine, Question, Statement, Utterance
from nlu.documents import DocumentsSettings, Found, Library, open_engine, open_library
from nlu.documents.ranking import Ranking
from nlu.documents.words import stem, terms
from nlu.llm.settings import LlmSettings
from tests.nlu.documents import hotel, shop
from tests.nlu.documents.hotel import FAQ

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


@pytest.fixture
async def library(tmp_path: Path) -> Library:
    (tmp_path / "hotel.md").write_text(FAQ)
    return await open_library([tmp_path])


def heading(found: Sequence[Found]) -> str:
    return found[0].source.title.rpartition("\u203a")[2].strip() if found else ""


@pytest.mark.parametrize(
    ("page", "asked", "elsewhere", "missed", "wrong"),
    [
        (hotel.FAQ, {**hotel.ASKED, **hotel.IN_OTHER_WORDS}, hotel.ELSEWHERE, 7, 0),
        (shop.PAGE, shop.ASKED, shop.ELSEWHERE, 2, 2),
    ],
    ids=["what it was chosen on, 40 and 22", "what it was not, 20 and 15"],
)
async def test_questions_find_their_passage_and_others_find_none(
    tmp_path: Path, page: str, asked: Mapping[str, str], elsewhere: Sequence[str],
    missed: int, wrong: int,
) -> None:  # fmt: skip
    (tmp_path / "page.md").write_text(page)
    library = await open_library([tmp_path])

    not_found = {q for q, wanted in asked.items() if heading(library.find(q)) != wanted}
    found = {q for q in elsewhere if library.find(q)}

    assert len(not_found) <= missed, not_found
    assert len(found) <= wrong, found


async def test_the_nearest_passage_comes_first_and_near_is_a_share(library: Library) -> None:
    found = library.find("is breakfast included in the room rate?", most=5)

    assert heading(found) == "Breakfast"
    assert [one.near for one in found] == sorted((one.near for one in found), reverse=True)
    assert all(0 < one.near <= 1 for one in found)


async def test_a_typing_error_finds_its_word(library: Library) -> None:
    assert heading(library.find("is brekfast included?")) == "Breakfast"


@pytest.mark.parametrize("text", ["", "?", "is it?", "\x00", "of the and"])
async def test_a_question_without_meaning_finds_nothing(library: Library, text: str) -> None:
    assert library.find(text) == []


async def test_files_are_read_from_folders_in_folders_and_hidden_ones_are_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "de" / "haustiere.md").write_text("Hunde sind willkommen.")
    (tmp_path / ".git" / "x.md").write_text("Hunde sind verboten.")
    (tmp_path / "note.txt").write_text("Hunde sind teuer.")

    library = await open_library([tmp_path], link="https://a.example/hilfe/")

    (found,) = library.find("sind Hunde willkommen?")
    assert found.source.title == "Haustiere"
    assert found.source.url == "https://a.example/hilfe/de/haustiere"


async def test_a_language_without_spaces_is_searched_by_pairs_of_signs(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# 酒店\n\n## 早餐\n\n房价包括早餐。\n\n## 停车\n\n停车场每晚十二欧元。"
    )

    library = await open_library([tmp_path])

    assert heading(library.find("包括早餐吗")) == "早餐"


async def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match=r"a\.md: cannot be read as UTF-8 text"):
        await open_library([tmp_path])


def test_what_words_do_not_share_likeness_may_know() -> None:
    texts = [("Pets", "Animals are welcome."), ("Parking", "Cars stand in the garage.")]

    def likeness(question: str) -> Sequence[float]:
        return [0.9, 0.1] if "dog" in question else [0.0, 0.0]

    assert Ranking(texts).nearest("can I bring my dog", 1) == []
    (found,) = Ranking(texts, likeness).nearest("can I bring my dog", 1)
    assert (found.index, found.near) == (0, 0.9)


@pytest.mark.parametrize(
    ("one", "other"),
    [("includes", "included"), ("parking", "park"), ("dogs", "dog"), ("Städte", "stadt"),
     ("booking", "book"), ("cities", "city")],
)  # fmt: skip
def test_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_a_short_word_keeps_its_ending() -> None:
    assert stem("bus") == "bus"


# ── The engine ────────────────────────────────────────────────────────────────


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    (tmp_path / "hotel.md").write_text(FAQ)
    settings = DocumentsSettings(folders=(tmp_path,), max_characters=60)
    async with open_engine("documents", settings, ()) as opened:
        yield opened


async def told(engine: Engine, text: str) -> list[Statement]:
    assert isinstance(engine, Answering)
    return [one async for one in engine.answer(Question(text=text, now=NOW, chatty=True))]


async def test_it_reads_no_commands(engine: Engine) -> None:
    read = await engine.interpret(Utterance(text="is breakfast included?", now=NOW))

    assert (read.command, read.engine) == (None, "documents")


async def test_it_quotes_the_passage_as_far_as_whole_sentences_fit(engine: Engine) -> None:
    (said,) = await told(engine, "is breakfast included?")

    assert said.text == "Breakfast is included in every room rate. …"
    assert [one.title for one in said.sources] == ["Hotel Aurora \u203a Breakfast"]


async def test_it_makes_no_small_talk(engine: Engine) -> None:
    assert await told(engine, "tell me a joke") == []


async def test_folders_without_words_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="hold no Markdown file with words"):
        async with open_engine("documents", DocumentsSettings(folders=(tmp_path,)), ()):
            pass


def test_an_empty_folder_is_told_before_anything_is_opened(tmp_path: Path) -> None:
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "empty.md").touch()
    settings = DocumentsSettings(folders=(tmp_path / "faq",))
    talking = LlmSettings(url="http://127.0.0.1:1/v1", model="m", documents=settings.folders)

    told, told_of_model = "".join(settings.problems()), "".join(talking.problems())

    assert told.startswith("folders: ")
    assert told_of_model.startswith("documents: ")
    assert told.endswith("write one (as faq.md), or take the folder out")
    (tmp_path / "faq" / "empty.md").write_text("# Parking\n\nBehind the house.\n")
    assert not [*settings.problems(), *talking.problems()]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"folders": ()}, "folders: is empty"),
        ({"folders": (Path("/nowhere/at/all"),)}, "folders: there is no folder"),
        ({"folders": (Path("/"),), "link": "ftp://x"}, "link: is no http or https address"),
        ({"folders": (Path("/"),), "max_characters": 0}, "max_characters: must be 1 or more"),
    ],
)
def test_wrong_settings_are_named(table: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        DocumentsSettings(**table)
