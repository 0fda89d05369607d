"""bot.toml: where files are kept, which of them, and every way to get it wrong."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.plugins import load_extensions
from bot.plugins.tables import Tables
from bot.settings import EnvironmentSecrets, Settings, load_settings


def load(folder: Path, state: str) -> Settings:
    path = folder / "bot.toml"
    path.write_text(f"[state]\n{state}\n")
    return load_settings(path)


def problems(folder: Path, state: str) -> list[str]:
    settings = load(folder, state)
    secrets = EnvironmentSecrets(folder=folder)
    return Tables(settings, load_extensions(settings), secrets).problems()


def test_files_are_in_a_folder_beside_bot_toml(tmp_path: Path) -> None:
    state = load(tmp_path, "").state

    assert (state.blobs, state.blobs_scheme) == (str(tmp_path / "blobs"), None)
    assert state.keep_files == "read"
    assert load(tmp_path, 'blobs = "/srv/files"').state.blobs == "/srv/files"


def test_the_url_of_a_bucket_stays_as_it_is(tmp_path: Path) -> None:
    state = load(tmp_path, 'blobs = "s3://box/bot"\n[state.s3]\nregion = "eu-south-1"').state

    assert (state.blobs, state.blobs_scheme) == ("s3://box/bot", "s3")
    assert state.tables == {"s3": {"region": "eu-south-1"}}
    assert problems(tmp_path, 'blobs = "s3://box/bot"') == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('keep_files = "none"', "state.keep_files: "),
        ("blobs = 3", "state.blobs: expected text"),
        ('blob = "x"', 'state.blob: is not a known key; did you mean "blobs"?'),
    ],
)
def test_wrong_lines_are_refused(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, line)

    assert raised.value.problems[0].startswith(told)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('blobs = "gs://box"', 'state.blobs: nothing keeps files at "gs://"; write a folder, or s3://…'),
        ('[state.s3]\nregion = "x"', 'state.s3: nothing reads this table; write blobs = "s3://…"'),
        ('[state.s4]\nregion = "x"', "state.s4: is not a known key"),
        ('blobs = "s3://box"\n[state.s3]\nregio = "x"', "state.s3.regio: is not a known key"),
        ('blobs = "s3://box"\n[state.s3]\naccess_key = "env:NO_SUCH_KEY"',
         "state.s3.access_key: the environment variable NO_SUCH_KEY is not set"),
    ],
)  # fmt: skip
def test_tables_that_nothing_reads_are_told(tmp_path: Path, lines: str, told: str) -> None:
    (problem,) = problems(tmp_path, lines)

    assert problem.startswith(told)
