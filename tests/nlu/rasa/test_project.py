"""What a Rasa server is to learn; see `nlu.rasa.project`."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import ConfigError, Label, Project, Sentence, VocabularyEntry
from bot.plugins.lessons import read_lessons
from bot.testing.contracts.engine import VOCABULARY
from nlu.rasa.notation import render_example
from nlu.rasa.project import joined, project_of
from nlu.rasa.settings import RasaSettings

FLY = VocabularyEntry(
    command="fly",
    sentences=(
        Sentence(
            text="from Rome to NYC",
            labels=(
                Label(parameter="city", start=5, end=9, value="Rome", role="from"),
                Label(parameter="city", start=13, end=16, value="New York", role="to"),
            ),
        ),
        Sentence(text="an [odd] one"),
        Sentence(text="yes\nplease\u2028now "),
    ),
)
DOCUMENT = """\
nlu:
- intent: fly
  examples: |
    - not read here
- synonym: New York
  examples: |
    - NYC
    - big apple
- lookup: city
  examples: |
    - Lisbon
- regex: zip
  examples: |
    - [0-9]{5}
- lookup: places
  examples: places.txt
"""


def made(*more: VocabularyEntry, documents: tuple[str, ...] = ()) -> Project:
    return project_of((*VOCABULARY, *more), documents, RasaSettings(epochs=7, language="de"))


def nlu_of(project: Project) -> list[dict[str, str]]:
    items: list[dict[str, str]] = yaml.safe_load(project.files["data/nlu.yml"])["nlu"]
    return items


def test_the_examples_read_back_as_the_same_sentences(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text(made(FLY).files["data/nlu.yml"])

    lessons = read_lessons([tmp_path])

    assert list(lessons) == ["book", "bookings", "fly"]
    assert list(lessons["fly"]) == [FLY.sentences[0], Sentence(text="yes please now")]
    assert Sentence(
        text="a table for four tomorrow",
        labels=(
            Label(parameter="guests", start=12, end=16, value="four"),
            Label(parameter="day", start=17, end=25, value="tomorrow"),
        ),
    ) in lessons["book"]  # fmt: skip


def test_the_same_vocabulary_gives_the_same_files() -> None:
    assert made(FLY, documents=(DOCUMENT,)) == made(FLY, documents=(DOCUMENT, DOCUMENT))


def test_the_domain_names_intents_entities_roles() -> None:
    domain = yaml.safe_load(made(FLY).files["domain.yml"])

    assert domain["intents"] == ["book", "bookings", "fly"]
    assert domain["entities"] == ["at", {"city": {"roles": ["from", "to"]}}, "day", "guests"]


def test_tables_are_taken_from_the_files_of_sentences() -> None:
    items = nlu_of(made(documents=(DOCUMENT, "", "rules: []")))

    assert items[2:] == [
        {"synonym": "New York", "examples": "- NYC\n- big apple\n"},
        {"lookup": "city", "examples": "- Lisbon\n"},
        {"regex": "zip", "examples": "- [0-9]{5}\n"},
        {"lookup": "places", "examples": "- places.txt\n"},
    ]


def test_the_settings_go_into_the_config() -> None:
    config = yaml.safe_load(made().files["config.yml"])

    (diet,) = [part for part in config["pipeline"] if part["name"] == "DIETClassifier"]
    assert (config["language"], diet["epochs"], config["policies"]) == ("de", 7, [])
    assert "random_seed" in diet


def test_one_document_holds_all_of_it() -> None:
    told = yaml.safe_load(joined(made(FLY)))

    assert {"recipe", "pipeline", "policies", "intents", "entities", "nlu"} <= set(told)
    assert told["nlu"] == nlu_of(made(FLY))


def test_what_is_left_out_is_told() -> None:
    silent = VocabularyEntry(command="mute")
    other = VocabularyEntry(command="small/talk", sentences=(Sentence(text="hi"),), answered=False)

    notes = made(FLY, silent, other).notes

    assert notes == (
        "18 examples of 4 intents",
        "without a sentence, so that Rasa will not know them: mute",
        "1 left out: Rasa's notation cannot hold brackets, nor labels that overlap",
    )


def test_less_than_two_meanings_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"nlu\.data: Rasa tells meanings apart"):
        project_of(VOCABULARY[:1], (), RasaSettings())


def test_several_labels_of_the_same_words_stay_together() -> None:
    labels = (
        Label(parameter="ref", start=4, end=8, value="AB12"),
        Label(parameter="code", start=4, end=8, value="ab", group="2"),
    )

    written = render_example(Sentence(text="get AB12 now", labels=labels))

    assert written is not None
    assert json.loads(written[written.index("][") + 1 : written.index(" now")])[1] == {
        "entity": "code", "group": "2", "value": "ab",
    }  # fmt: skip


WORDS = st.text(st.sampled_from("ab [](){}:\"'-/é\n\u2028\x85\x00😀1"), max_size=12)
NAMES = st.text(st.sampled_from('ab"(:é '), min_size=1, max_size=3)


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    """Draw texts with labels anywhere in them."""
    text = draw(WORDS)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    labels = [
        Label(parameter=draw(NAMES), start=start, end=end, value=draw(WORDS), role=draw(WORDS))
        for start, end in zip(places[::2], places[1::2], strict=False)
        if start < end
    ]
    return Sentence(text=text, labels=tuple(labels))


@given(st.lists(sentences(), min_size=1, max_size=3))
@settings(max_examples=40)
def test_whatever_is_written_is_read_as_it_was_meant(
    tmp_path_factory: pytest.TempPathFactory, said: list[Sentence]
) -> None:
    written = [line for one in said if (line := render_example(one)) is not None]
    entries = [VocabularyEntry(command=name, sentences=tuple(said)) for name in ("one", "two")]
    if not written:
        return
    folder = tmp_path_factory.mktemp("nlu")
    (folder / "nlu.yml").write_text(
        project_of(entries, (), RasaSettings()).files["data/nlu.yml"], encoding="utf-8"
    )

    lessons = read_lessons([folder])

    assert [render_example(one) for one in lessons["one"]] == list(dict.fromkeys(written))
    for line in written:
        assert len(line.splitlines()) == 1
