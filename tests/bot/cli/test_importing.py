"""`threadline new NAME --from-rasa FOLDER`; see `bot.cli.importing`."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.importing import import_project
from bot.cli.importing.plans import filled, identifier
from bot.errors import ConfigError
from bot.plugins.lessons import read_lessons
from tests.bot.cli.rasa_project import FILES
from tests.bot.cli.shell import threadline


def laid_out(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return folder


@pytest.fixture(scope="module")
def rasa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return laid_out(tmp_path_factory.mktemp("rasa"), dict(FILES))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, rasa: Path) -> Path:
    """Import the project whole."""
    folder = tmp_path_factory.mktemp("imported")
    told = threadline(folder, "new", "mine", "--from-rasa", str(rasa))
    assert told.code == 0, told.err
    return folder / "mine"


def test_an_imported_project_is_in_order_and_passes_its_own_tests(project: Path) -> None:
    checked = threadline(project, "check")
    played = threadline(project, "test")

    assert (checked.code, checked.err) == (0, "")
    assert played.code == 0, played.out
    assert played.out.endswith("7 conversations: 7 passed, 0 failed\n")


def test_the_test_stories_of_rasa_pass_there(project: Path) -> None:
    told = threadline(project, "test", "rasa")

    assert told.code == 0, told.out
    assert "1 passed, 0 failed" in told.out
    assert "note  rasa/test_stories.yml:32: action: action_reserve is code" in told.out


def test_sentences_are_understood_with_their_values(project: Path) -> None:
    told = threadline(project, "parse", "book italian")

    assert '"command": "book_table", "arguments": {"cuisine": "italian"}' in told.out


def test_forms_become_typed_parameters(rasa: Path) -> None:
    forms = import_project("mine", rasa)["plugins/forms.py"]

    assert 'cuisine: Annotated[Literal["italian", "thai"], Arg("Which cuisine?")]' in forms
    assert 'Annotated[float, Arg("How many guests for cuisine?", ge=1, le=12)]' in forms
    assert "outside: Annotated[bool," in forms
    assert "when: Annotated[datetime," in forms
    assert 'Arg("Under which name?", suggest=suggest_book_table_name)' in forms
    assert 'class_: Annotated[str, Arg("Class?")] = "second"' in forms
    assert 'return Reply(f"Booked: {cuisine} for {name}.")' in forms


def test_labels_of_a_role_go_to_the_parameter_that_it_fills(project: Path) -> None:
    (travel,) = read_lessons([project / "sentences"])["travel"]

    assert [(one.parameter, one.value) for one in travel.labels] == [("to_city", "Oslo")]


def test_tables_and_retrieval_intents_come_along(project: Path) -> None:
    said = (project / "sentences/nlu.yml").read_text()

    assert set(read_lessons([project / "sentences"])) >= {"faq hours", "faq way", "oos"}
    assert '- synonym: "italian"\n  examples: |\n    - pasta\n' in said
    assert '- regex: "zip"\n  examples: |\n    - \\d{5}\n' in said


@pytest.mark.parametrize(
    "line",
    [
        "config.yml:9: `policies`",
        "data/nlu.yml:49: an item of nlu that is none of",
        "data/rules.yml:8: `help` is called /about_help here",
        "data/rules.yml:34: `complain` → action_call: no command was made",
        "data/rules.yml:34: `complain` holds only with `mood`",
        "data/stories.yml:4: `greet` is answered in another way, too",
        "domain/responses.yml:26: `utter_booked` has `channel`",
        "domain/slots.yml:32: slot `name`: a mapping is code or has conditions",
        "domain/slots.yml:45: slot `mood`: no form asks for it",
        "domain/slots.yml:56: `action_reserve` is code of yours",
        "domain/slots.yml:57: `validate_table_form` checks by code",
        "credentials.yml:1: `slack`",
    ],
)
def test_what_does_not_carry_over_is_told_with_file_and_line(rasa: Path, line: str) -> None:
    assert f"- {line}" in import_project("mine", rasa)["MIGRATION.md"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "neither nlu nor responses"),
        ({"nlu.yml": "nlu:\n- intent: a\n  examples: |\n    - b\n"}, "nothing to make commands of"),
        ({"nlu.yml": "nlu: [\n"}, "nlu.yml:2: "),
        ({"nlu.yml": "nlu: []\nnlu: []\n"}, "nlu.yml:2: nlu stands there twice"),
        ({"nlu.yml": "- 1"}, "nlu.yml:1: is no mapping"),
    ],
)
def test_what_cannot_be_imported_is_refused(
    tmp_path: Path, files: dict[str, str], told: str
) -> None:
    folder = laid_out(tmp_path / "there", files)
    folder.mkdir(exist_ok=True)

    refused = threadline(tmp_path, "new", "mine", "--from-rasa", str(folder))

    assert refused.code == 2
    assert told in refused.err
    assert not (tmp_path / "mine").exists()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no folder"):
        import_project("mine", tmp_path / "nowhere")


@given(st.text(max_size=40))
@settings(max_examples=60)
def test_any_name_becomes_a_python_name(text: str) -> None:
    assert identifier(text).isidentifier()


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_any_response_becomes_an_f_string_that_says_the_same(text: str) -> None:
    inside, missing = filled(text, {})

    said = inside.replace("{{", "{").replace("}}", "}")
    assert said == text or missing
