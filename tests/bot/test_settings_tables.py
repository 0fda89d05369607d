"""Tables of extensions: into dataclasses, with secrets."""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from bot import Secret
from bot.errors import ConfigError, PluginError
from bot.settings import EnvironmentSecrets, parse_table

KEY = "connectors.slack"


class Mood(enum.Enum):
    KIND = "kind"
    TERSE = "terse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    times: int = 3
    pause: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    path: str
    key: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    bot_token: Secret
    app_token: Secret | None = None
    transport: Literal["webhook", "socket"] = "webhook"
    mood: Mood = Mood.KIND
    patience: timedelta = timedelta(seconds=5)
    origins: tuple[str, ...] = ("self",)
    size: Annotated[int, Field(ge=1, le=9)] = 5
    limit: int | str = 1
    ratio: float = 0.5
    since: date | None = None
    retry: Retry = Retry()
    doors: tuple[Door, ...] = ()
    named: Mapping[str, Door] = field(default_factory=dict)
    data: Path = Path("data")
    url: str = "sqlite+aiosqlite:///services.db"


TOKEN = {"bot_token": "env:SLACK_BOT_TOKEN"}


def problems(
    table: Mapping[str, Any], secrets: EnvironmentSecrets | None = None
) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        parse_table(Table, table, KEY, secrets=secrets)
    return caught.value.problems


def test_every_kind_of_value_is_read(tmp_path: Path) -> None:
    read = parse_table(
        Table,
        {
            **TOKEN,
            "transport": "socket",
            "mood": "terse",
            "patience": 2.5,
            "origins": ["a", "b"],
            "size": 9,
            "limit": "none",
            "ratio": 1,
            "since": date(2026, 11, 18),
            "retry": {"times": 7},
            "doors": [{"path": "/a", "key": "env:DOOR"}],
            "named": {"back": {"path": "/b"}},
        },
        KEY,
        secrets=None,
    )

    assert read == Table(
        bot_token=Secret(""),
        transport="socket",
        mood=Mood.TERSE,
        patience=timedelta(seconds=2.5),
        origins=("a", "b"),
        size=9,
        limit="none",
        ratio=1.0,
        since=date(2026, 11, 18),
        retry=Retry(times=7),
        doors=(Door(path="/a", key=Secret("")),),
        named={"back": Door(path="/b")},
    )


def test_paths_and_databases_count_from_the_folder_also_by_default(tmp_path: Path) -> None:
    read = parse_table(Table, TOKEN, KEY, secrets=None, folder=tmp_path)

    assert read.data == tmp_path / "data"
    assert read.url == f"sqlite+aiosqlite:///{tmp_path}/services.db"


BROKEN: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "a missing secret": (
        {},
        'connectors.slack.bot_token: is missing; add the line bot_token = "env:NAME"',
    ),
    "a secret in clear": (
        {"bot_token": "xoxb-123"},
        "connectors.slack.bot_token: a secret does not stand in the file itself; put it into an",
    ),
    "a secret that is a number": (
        {"bot_token": 3},
        "connectors.slack.bot_token: a secret does not stand in the file itself",
    ),
    "a variable with an odd name": (
        {"bot_token": "env:SLACK TOKEN"},
        "connectors.slack.bot_token: a secret does not stand",
    ),
    "an unknown key": (
        {**TOKEN, "app_tokn": "env:X"},
        'connectors.slack.app_tokn: is not a known key; did you mean "app_token"?',
    ),
    "not one of the choices": (
        {**TOKEN, "transport": "sokcet"},
        "connectors.slack.transport: expected 'webhook' or 'socket', got \"sokcet\"; did you mean",
    ),
    "not a member": (
        {**TOKEN, "mood": "zzz"},
        "connectors.slack.mood: expected 'kind' or 'terse', got \"zzz\"; choose one of these",
    ),
    "too small": (
        {**TOKEN, "size": 0},
        "connectors.slack.size: must be at least 1, got 0; change it",
    ),
    "too large": (
        {**TOKEN, "size": 10},
        "connectors.slack.size: must be at most 9, got 10; change it",
    ),
    "none of two types": (
        {**TOKEN, "limit": [1]},
        "connectors.slack.limit: expected a whole number or text, got a list; write it as one",
    ),
    "a duration in words": (
        {**TOKEN, "patience": True},
        "connectors.slack.patience: expected a number of seconds, got true or false",
    ),
    "a nested wrong type": (
        {**TOKEN, "retry": {"times": "3"}},
        "connectors.slack.retry.times: expected a whole number, got text; write it without quotes",
    ),
    "a nested unknown key": (
        {**TOKEN, "retry": {"time": 3}},
        'connectors.slack.retry.time: is not a known key; did you mean "times"?',
    ),
    "a list for a table": (
        {**TOKEN, "retry": []},
        "connectors.slack.retry: expected a table, got a list; write it as [connectors.slack.",
    ),
    "a missing key in a list of tables": (
        {**TOKEN, "doors": [{"path": "/"}, {}]},
        'connectors.slack.doors[1].path: is missing; add the line path = "…"',
    ),
    "a secret in clear in a table of tables": (
        {**TOKEN, "named": {"x": {"path": "/", "key": "1234"}}},
        "connectors.slack.named.x.key: a secret does not stand in the file itself",
    ),
    "a wrong item of a list": (
        {**TOKEN, "origins": ["a", 1]},
        "connectors.slack.origins[1]: expected text, got a whole number; write it in quotes",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("table", "problem"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_table_is_told_by_key_with_what_to_do(
    table: Mapping[str, Any], problem: str
) -> None:
    found = problems(table)

    assert len(found) == 1
    assert found[0].startswith(problem)


def test_a_secret_in_clear_is_never_repeated() -> None:
    assert "hunter22" not in "".join(problems({"bot_token": "hunter22", "limit": ["hunter22"]}))


def test_secrets_are_looked_up_and_remembered_for_the_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    (tmp_path / "app").write_text("xapp-1\n")
    (tmp_path / "app").chmod(0o600)
    secrets = EnvironmentSecrets(folder=tmp_path)

    read = parse_table(Table, {**TOKEN, "app_token": "file:app"}, KEY, secrets=secrets)

    assert read.bot_token.reveal() == "xoxb-1"
    assert read.app_token is not None
    assert read.app_token.reveal() == "xapp-1"
    assert secrets.given == {"xoxb-1", "xapp-1"}
    assert "xoxb-1" not in repr((read, secrets))


def test_a_missing_variable_names_the_connector_that_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    monkeypatch.setenv("EMPTY", " ")

    found = problems({**TOKEN, "app_token": "env:EMPTY"}, EnvironmentSecrets(folder=tmp_path))

    assert found == (
        (
            "connectors.slack.bot_token: the environment variable SLACK_BOT_TOKEN is not set; "
            "set it, or remove the table [connectors.slack]"
        ),
        (
            "connectors.slack.app_token: the environment variable EMPTY is empty; "
            "fill it, or remove the line"
        ),
    )


@pytest.mark.parametrize(
    ("content", "mode", "problem"),
    [
        (None, 0o600, r"cannot be read \(No such file or directory\); make it readable"),
        (b"abc", 0o604, r"everybody can read the file .*; run chmod 600 "),
        (b"\n", 0o600, r"is empty; correct it, or remove the table \[connectors.slack\]"),
        (b"\xff\xfe", 0o600, r"is not UTF-8 text; correct it"),
        (b"x" * 70000, 0o600, r"is larger than a secret; correct it"),
    ],
)
def test_a_secret_file_must_be_there_private_and_sensible(
    tmp_path: Path, content: bytes | None, mode: int, problem: str
) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
        (tmp_path / "token").chmod(mode)

    with pytest.raises(ConfigError, match=problem):
        parse_table(
            Table, {"bot_token": "file:token"}, KEY, secrets=EnvironmentSecrets(folder=tmp_path)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    low: int = 1
    high: int = 2

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high; exchange them")


def test_a_table_may_check_its_keys_together() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_table(Pair, {"low": 3}, "nlu.pair", secrets=None)

    assert caught.value.problems == ("nlu.pair: low is above high; exchange them",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fussy:
    token: Secret
    size: int = 0

    def problems(self) -> Iterator[str]:
        if not self.token.reveal().startswith("x"):
            yield "token: begins with x; copy it anew"
        if self.size > 9:
            yield "size: is above 9; leave it out"


def test_settings_may_tell_what_cannot_work_once_secrets_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSSY_TOKEN", "y1")
    table = {"token": "env:FUSSY_TOKEN", "size": 10}

    with pytest.raises(ConfigError) as caught:
        parse_table(Fussy, table, "services.x", secrets=EnvironmentSecrets(folder=tmp_path))

    assert caught.value.problems == (
        "services.x.token: begins with x; copy it anew",
        "services.x.size: is above 9; leave it out",
    )
    assert parse_table(Fussy, table, "services.x", secrets=None).size == 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    made: "NowhereDefined"  # type: ignore[name-defined]  # noqa: F821 - the point of the test


def test_a_settings_class_with_an_unknown_type_blames_its_author() -> None:
    with pytest.raises(PluginError, match=r"NowhereDefined.*import it at the top of that module"):
        parse_table(Odd, {}, "services.odd", secrets=None)


def test_settings_that_are_no_dataclass_blame_their_author() -> None:
    with pytest.raises(PluginError, match=r"is not a dataclass"):
        parse_table(int, {}, "services.odd", secrets=None)


toml = st.recursive(
    st.text() | st.integers() | st.booleans() | st.floats() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from([each.name for each in fields(Table)]) | st.text(), toml, max_size=4
    )
)
def test_any_table_is_either_read_or_told_key_by_key(table: Mapping[str, Any]) -> None:
    try:
        read: Table | tuple[str, ...] = parse_table(Table, table, KEY, secrets=None)
    except ConfigError as error:
        read = error.problems

    told = read if isinstance(read, tuple) else ()
    assert isinstance(read, Table) or told
    assert all(problem.startswith(KEY) and "; " in problem for problem in told)
