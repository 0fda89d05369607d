import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import (
    Engine,
    Explaining,
    Interpretation,
    Label,
    Sentence,
    Utterance,
    VocabularyEntry,
    WordTable,
)
from bot.testing.contracts.engine import VOCABULARY, EngineContract, check
from nlu.classifier import ClassifierSettings, keeping, open_engine
from nlu.classifier.engine import Classifier
from nlu.classifier.teaching import named_lessons
from nlu.vectors import static_table

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SETTINGS = ClassifierSettings(keep=False)
SHARED = Path(__file__).parents[2] / "../shared/nlu"

BANK = (
    VocabularyEntry(
        command="balance",
        examples=(
            "what is my balance", "how much money do I have", "how much is in my account",
            "show my balance", "tell me what is left on my account", "do I have money left",
        ),
    ),
    VocabularyEntry(
        command="transfer",
        say=("send {amount} to {who}", "transfer money [to {who}]"),
        parameters={"amount": "Money", "who": "str"},
        examples=(
            "send [20 euros](amount) to [Bob](who)", "pay [Ann](who) [50 dollars](amount)",
            "transfer [5 pounds](amount) to [Carol](who)", "wire [9 euros](amount) to [Dave](who)",
            "please send [Eve](who) [30 dollars](amount)", "I owe [Frank](who) [15 euros](amount)",
        ),
    ),
    VocabularyEntry(
        command="block",
        examples=(
            "block my card", "I lost my card", "my card was stolen", "someone took my card",
            "freeze my credit card", "my wallet is gone, block the card",
        ),
    ),
    VocabularyEntry(
        command="greet",
        sentences=tuple(Sentence(text=text) for text in ("hello", "hi there", "good morning")),
        answered=False,
    ),
)  # fmt: skip


def learnt(vocabulary: Sequence[VocabularyEntry]) -> Engine:
    model = keeping.learnt(named_lessons(vocabulary), None, embedder=static_table())
    return Classifier("classifier", SETTINGS, vocabulary, model)


@pytest.fixture(scope="module")
def bank() -> Engine:
    return learnt(BANK)


@pytest.fixture(scope="module")
def restaurant() -> Engine:
    return learnt(VOCABULARY)


async def asked(engine: Engine, text: str, *asked_for: str) -> Interpretation:
    return await engine.interpret(Utterance(text=text, now=NOW, asked=asked_for))


async def taught(text: str, *vocabulary: VocabularyEntry) -> Interpretation:
    async with open_engine("classifier", SETTINGS, vocabulary) as engine:
        return await asked(engine, text)


class TestClassifier(EngineContract):
    @pytest.fixture
    async def engine(self) -> AsyncIterator[Engine]:
        async with open_engine("classifier", SETTINGS, VOCABULARY) as engine:
            yield engine


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("how much money is left on my account?", "balance"),
        ("can you tell me my balance", "balance"),
        ("somebody stole my credit card", "block"),
        ("PLEASE FREEZE THE CARD", "block"),
        ("send 70 euros to Grace", "transfer"),
    ],
)
async def test_sentences_that_were_never_taught_are_understood(
    bank: Engine, text: str, command: str
) -> None:
    found = await asked(bank, text)

    assert found.command == command
    assert found.confidence > 0.5


async def test_words_are_understood_with_a_slip_of_the_finger(bank: Engine) -> None:
    found = await asked(bank, "what is my balnce on the acount")

    assert found.command == "balance"


@pytest.mark.parametrize(
    "text",
    ["the sun is shining over Paris", "qwertz uiop", "recommend a novel", "?!", "予約したい"],
)
async def test_what_no_command_answers_is_not_understood(bank: Engine, text: str) -> None:
    found = await asked(bank, text)

    assert found.command is None
    assert found.confidence == 0.0


async def test_what_no_word_is_known_of_is_not_even_offered(bank: Engine) -> None:
    found = await asked(bank, "qwertz uiop")

    assert not found.alternatives


async def test_small_talk_of_files_is_known_and_no_command(bank: Engine) -> None:
    found = await asked(bank, "hello, good morning")

    assert (found.command, found.guess) == (None, "greet")
    assert not found.alternatives


async def test_words_of_parameters_are_found_where_they_stand(bank: Engine) -> None:
    text = "please send 75 dollars to Heidi"

    found = await asked(bank, text)

    assert found.slots == {"amount": "75 dollars", "who": "Heidi"}
    assert [(one.parameter, text[one.start : one.end]) for one in found.labels] == [
        ("amount", "75 dollars"), ("who", "Heidi"),
    ]  # fmt: skip


async def test_words_that_chose_the_command_are_understood_and_those_of_slots_are_not_among_them(
    bank: Engine,
) -> None:
    text = "please send 75 dollars to Heidi"

    found = await asked(bank, text)

    words = [text[start:end] for start, end in found.used]
    assert "send" in words
    assert not {"75", "dollars", "Heidi"} & set(words)


async def test_what_was_asked_for_tells_whose_a_bare_word_is() -> None:
    def row(text: str, parameter: str) -> Sentence:
        label = Label(parameter=parameter, start=0, end=len(text))
        return Sentence(text=text, labels=(label,), asked=(parameter,))

    digits = ["2", "3", "5", "7", "8", "9", "10", "11"]
    sentences = (
        *(row(one, "guests") for one in digits),
        *(row(one, "hour") for one in digits),
    )
    entry = VocabularyEntry(
        command="book", sentences=sentences, parameters={"guests": "int", "hour": "time"}
    )

    async with open_engine("classifier", SETTINGS, [entry]) as engine:
        of_guests = await asked(engine, "6", "guests")
        of_hours = await asked(engine, "6", "hour")

    assert [one.parameter for one in of_guests.labels] == ["guests"]
    assert [one.parameter for one in of_hours.labels] == ["hour"]


TABLES = (
    WordTable(kind="synonym", name="New York", entries=("NYC", "gotham")),
    WordTable(kind="lookup", name="city", entries=("Berlin", "Rio de Janeiro")),
    WordTable(kind="regex", name="code", entries=(r"\b[A-Z]{2}\d{4}\b",)),
)


TRAVEL = VocabularyEntry(
    command="fly",
    parameters={"city": "str", "to_city": "str", "day": "date", "code": "str"},
    examples=(
        "fly to [Rome](city)", "a flight to [NYC](city) please",
        "I want to fly to [Oslo](city)", "book a flight to [Paris](city)",
        "get me to [Lima](city)", "show me flights",
        'go to [Cairo]{"entity": "city", "role": "to"}',
        'go to [Delhi]{"entity": "city", "role": "to"} now',
        "flights [the day after](day:2026-11-19)",
    ),
    tables=TABLES,
)  # fmt: skip


@pytest.mark.parametrize("said", ["NYC", "nyc", "Gotham"])
async def test_words_stand_for_what_a_synonym_says_whatever_their_case(said: str) -> None:
    found = await taught(f"fly to {said}", TRAVEL)

    assert found.slots == {"city": said}
    assert found.meant(f"fly to {said}") == {"city": "New York"}


async def test_what_a_day_was_labelled_with_is_not_what_it_stands_for_ever_after() -> None:
    text = "flights the day after"

    found = await taught(text, TRAVEL)

    assert found.slots == {"day": "the day after"}
    assert not found.meant(text)


async def test_words_in_a_role_are_those_of_the_parameter_for_it() -> None:
    found = await taught("go to Tokyo", TRAVEL)

    assert found.slots == {"to_city": "Tokyo"}


async def test_entries_of_lookups_and_hits_of_regexes_are_values_where_nothing_else_is_found() -> (
    None
):
    text = "show me flights Rio de Janeiro AB1234"

    found = await taught(text, replace(TRAVEL, examples=("show me flights", "show me all flights")))

    assert found.slots == {"city": "Rio de Janeiro", "code": "AB1234"}


async def test_a_lookup_tells_whose_a_word_is_that_no_sentence_has() -> None:
    phrases = ("find {} now", "please find {}", "where is {}", "{} please", "look for {} here")
    cities = ("Rome", "Oslo", "Lima", "Cairo", "Delhi")
    people = ("Ann", "Bob", "Carl", "Dave", "Eve")
    examples = tuple(
        phrase.format(f"[{name}]({whose})")
        for whose, names in (("city", cities), ("person", people))
        for phrase, name in zip(phrases, names, strict=True)
    )
    tables = (
        WordTable(kind="lookup", name="places", entries=(*cities, "Ulm")),
        WordTable(kind="lookup", name="names", entries=(*people, "Uwe")),
    )
    entry = VocabularyEntry(
        command="find", examples=examples, parameters={"city": "str", "person": "str"},
        tables=tables,
    )  # fmt: skip

    place = await taught("please find Ulm", entry)
    person = await taught("please find Uwe", entry)

    assert [[one.parameter for one in found.labels] for found in (place, person)] == [
        ["city"], ["person"],
    ]  # fmt: skip


async def test_a_reading_names_the_model_and_other_tables_make_another_one() -> None:
    one = await taught("fly to Rome", TRAVEL)
    same = await taught("show me flights", TRAVEL)
    other = await taught("fly to Rome", replace(TRAVEL, tables=TABLES[:1]))

    assert one.model == same.model
    assert one.model
    assert one.model != other.model


async def test_the_engine_says_why_it_reads_a_sentence_so(bank: Engine) -> None:
    assert isinstance(bank, Explaining)

    told = await bank.explain(Utterance(text="please freze my card!", now=NOW))

    assert told.repaired == "please freeze my card!"
    assert told.nearest[0].command == "block"
    assert {stage: ranked[0][0] for stage, ranked in told.scores.items()} == {
        "words": "block", "table": "block", "both": "block",
    }  # fmt: skip
    assert any("freeze" in feature and weight > 0 for feature, weight in told.features)
    assert told.scope is not None
    assert told.scope[0] > told.scope[1]


async def test_of_an_empty_text_there_is_nothing_to_say(bank: Engine) -> None:
    assert isinstance(bank, Explaining)

    told = await bank.explain(Utterance(text=" ", now=NOW))

    assert not told.nearest


async def test_a_bot_of_one_command_understands_its_sentence_and_not_any_other() -> None:
    entry = VocabularyEntry(command="book", say=("book a table",))

    mine = await taught("book a table please", entry)
    other = await taught("tell me a story", entry)

    assert (mine.command, other.command) == ("book", None)


async def test_a_bot_without_a_sentence_understands_nothing() -> None:
    found = await taught("book a table", VocabularyEntry(command="book"))

    assert found.command is None


async def test_the_same_sentences_teach_the_same() -> None:
    one = await taught("send money home", *BANK)
    other = await taught("send money home", *BANK)

    assert one == other


@given(st.text(max_size=200))
async def test_any_text_is_read(restaurant: Engine, text: str) -> None:
    check(await asked(restaurant, text), text)


async def test_a_long_text_is_read_in_little_time(bank: Engine) -> None:
    found = await asked(bank, "block my card " * 20_000)

    assert found.command == "block"
    assert all(end <= SETTINGS.max_characters for _, end in found.used)


def rows(name: str) -> Sequence[dict[str, str]]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs ../shared/nlu/{name}")
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.slow
async def test_sixty_four_meanings_are_told_apart_from_ten_sentences_each() -> None:
    taught_rows, judged = rows("hwu64/train_10.jsonl"), rows("hwu64/valid.jsonl")
    entries = [
        VocabularyEntry(
            command=intent,
            examples=tuple(row["text"] for row in taught_rows if row["intent"] == intent),
        )
        for intent in {row["intent"]: None for row in taught_rows}
    ]

    async with open_engine("classifier", SETTINGS, entries) as engine:
        right = [(await asked(engine, row["text"])).guess == row["intent"] for row in judged]

    assert sum(right) / len(right) >= 0.78
