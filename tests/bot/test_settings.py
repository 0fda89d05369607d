"""bot.toml: what is read, and every way to get it wrong."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError
from bot.model.thresholds import Thresholds
from bot.settings import RESERVED_NAMES, Settings, load_settings

EXAMPLE = Path(__file__).parents[2] / "bot.toml"


def load(folder: Path, text: str, overlay: Mapping[str, Any] | None = None) -> Settings:
    path = folder / "bot.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, overlay=overlay)


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return caught.value.problems


def test_an_empty_file_is_a_whole_bot(tmp_path: Path) -> None:
    settings = load(tmp_path, "")

    assert settings.bot.name == "Threadline"
    assert settings.server.port == 8080
    assert settings.connectors == ()
    assert settings.plugins.enabled is None
    assert settings.nlu.engines == ("rules", "classifier")


def test_the_example_of_the_repository_is_read() -> None:
    settings = load_settings(EXAMPLE)

    assert settings.bot.name == "Trattoria"
    assert [connector.name for connector in settings.connectors] == [
        "slack", "telegram", "whatsapp", "web",
    ]  # fmt: skip
    assert settings.connectors[3].kind == "webchat"
    assert settings.connectors[0].table["bot_token"] == "env:SLACK_BOT_TOKEN"
    assert settings.services["tables"]["url"].startswith("sqlite+aiosqlite:///")


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        '[state]\nurl = "sqlite+aiosqlite:///data/bot.db?timeout=3"\n'
        '[plugins]\nfolder = "mine"\n[nlu]\ndata = ["words", "/abs"]\n',
    )

    assert settings.state.url == f"sqlite+aiosqlite:///{tmp_path}/data/bot.db?timeout=3"
    assert settings.plugins.folder == tmp_path / "mine"
    assert settings.nlu.data == (tmp_path / "words", Path("/abs"))


def test_the_default_database_lies_beside_the_file(tmp_path: Path) -> None:
    assert load(tmp_path, "").state.url == f"sqlite+aiosqlite:///{tmp_path}/bot.db"


@pytest.mark.parametrize("url", ["sqlite+aiosqlite:////var/bot.db", "sqlite+aiosqlite:///:memory:"])
def test_an_absolute_database_stays_where_it_is(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, f'[state]\nurl = "{url}"\n').state.url == url


def test_a_password_in_the_database_url_is_not_shown(tmp_path: Path) -> None:
    settings = load(tmp_path, '[state]\nurl = "postgresql+asyncpg://u:hunter22@h/db"\n')

    assert "hunter22" not in repr(settings)


def test_an_overlay_adds_replaces_and_removes_keys(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        '[server]\nport = 1\nhost = "0.0.0.0"\n'
        '[connectors.web]\nkind = "webchat"\nsite_key = "x"\n',
        {
            "server": {"port": 9090},
            "connectors": {"web": {"site_key": None}, "tg": {"kind": "telegram"}},
        },
    )

    assert (settings.server.port, settings.server.host) == (9090, "0.0.0.0")  # noqa: S104 - only read
    assert settings.connectors[0].table == {}
    assert settings.connectors[1].kind == "telegram"


def test_an_overlay_can_heal_a_broken_key(tmp_path: Path) -> None:
    assert load(tmp_path, "[server]\nport = 0.5\n", {"server": {"port": None}}).server.port == 8080


def test_a_connector_keeps_its_own_body_limit_and_the_rest_of_its_table(tmp_path: Path) -> None:
    settings = load(
        tmp_path, '[connectors.a-1]\nkind = "slack"\nmax_body_bytes = 10\napi_url = "u"\n'
    )

    connector = settings.connectors[0]

    assert (connector.name, connector.key) == ("a-1", "connectors.a-1")
    assert connector.max_body_bytes == 10
    assert connector.table == {"api_url": "u"}


def test_two_connectors_may_be_of_one_kind(tmp_path: Path) -> None:
    settings = load(tmp_path, '[connectors.a]\nkind = "slack"\n[connectors.b]\nkind = "slack"\n')

    assert [connector.name for connector in settings.connectors] == ["a", "b"]


def test_the_tables_of_engines_are_kept_by_name(tmp_path: Path) -> None:
    settings = load(tmp_path, '[nlu]\nengines = ["rules", "llm"]\n[nlu.llm]\nmodel = "m"\n')

    assert settings.nlu.engines == ("rules", "llm")
    assert settings.nlu.tables == {"llm": {"model": "m"}}
    assert settings.nlu.thresholds == Thresholds(run=0.4, propose=0.5, offer=0.1)


def test_a_slash_at_the_end_of_the_public_url_is_dropped(tmp_path: Path) -> None:
    settings = load(tmp_path, '[server]\npublic_url = "https://bot.example.com/"\n')

    assert settings.server.public_url == "https://bot.example.com"


BROKEN: Mapping[str, tuple[str, str]] = {
    "an unknown table": (
        "[serve]\nport = 1",
        'serve: is not a known key; did you mean "server"?',
    ),
    "an unknown table like no other": (
        "[xyzzy]",
        "xyzzy: is not a known key; remove it; known here: bot, connectors, nlu, plugins,",
    ),
    "an unknown key": (
        '[bot]\ntimezone = "UTC"',
        'bot.timezone: is not a known key; did you mean "time_zone"?',
    ),
    "an unknown key with a dot": (
        '[bot]\n"a.b" = 1',
        'bot."a.b": is not a known key; remove it; known here: human, locale, name, time_zone',
    ),
    "a confidence that is none": (
        "[nlu]\npropose = 7.0",
        "nlu.propose: 7.0 is no confidence; write a number from 0.0 to 1.0",
    ),
    "effects on a weaker guess than look-ups": (
        "[nlu]\nrun = 0.9",
        "nlu.run: 0.9 is above nlu.propose, 0.5, so what has an effect would be begun on",
    ),
    "an offer that is surer than what runs": (
        "[nlu]\noffer = 0.45",
        "nlu.offer: 0.45 is above nlu.run, 0.4; write less, or raise nlu.run",
    ),
    "misses kept for less than no time": (
        "[nlu]\nkeep_misses = -1",
        "nlu.keep_misses: -1 is no number of days; 0 keeps none",
    ),
    "an unknown key of nlu": (
        '[nlu]\nengine = ["rules"]',
        'nlu.engine: is not a known key; did you mean "engines"?',
    ),
    "a number for a text": (
        "[bot]\nname = 3",
        "bot.name: expected text, got a whole number; write it in quotes",
    ),
    "a text for a number": (
        '[server]\nport = "8080"',
        "server.port: expected a whole number, got text; write it without quotes",
    ),
    "a yes for a number": (
        "[server]\nworkers = true",
        "server.workers: expected a whole number, got true or false; write it without",
    ),
    "a fraction for a number": (
        "[server]\nport = 80.5",
        "server.port: expected a whole number, got a number with a point",
    ),
    "a text for a list": (
        '[nlu]\nengines = "rules"',
        "nlu.engines: expected a list, got text; write it in square brackets",
    ),
    "a number in a list": (
        '[plugins]\nenabled = ["help", 3]',
        "plugins.enabled[1]: expected text, got a whole number; write it in quotes",
    ),
    "a number for a path": (
        "[plugins]\nfolder = 3",
        "plugins.folder: expected text, got a whole number; write it in quotes",
    ),
    "a text for a table": (
        'bot = "Trattoria"',
        "bot: expected a table, got text; write it as [bot]",
    ),
    "a list for nlu": ("nlu = []", "nlu: expected a table, got a list; write it as [nlu]"),
    "a text for the connectors": (
        'connectors = "slack"',
        "connectors: expected a table, got text; write [connectors.NAME]",
    ),
    "a text for a connector": (
        '[connectors]\nslack = "slack"',
        "connectors.slack: expected a table, got text; write it below [connectors.NAME]",
    ),
    "a service that is no table": (
        "[services]\ntables = 1",
        "services.tables: expected a table, got a whole number; write it below [services.NAME]",
    ),
    "a port too high": (
        "[server]\nport = 70000",
        "server.port: 70000 is no port; choose one from 1 to 65535",
    ),
    "a port below zero": ("[server]\nport = -1", "server.port: -1 is no port; choose"),
    "no workers": (
        "[server]\nworkers = 0",
        "server.workers: 0 processes do nothing; write at least 1",
    ),
    "many workers on SQLite": (
        "[server]\nworkers = 4",
        "server.workers: 4 processes need PostgreSQL, and state.url is SQLite; set workers = 1,",
    ),
    "a misspelt zone": (
        '[bot]\ntime_zone = "Europe/Roma"',
        'bot.time_zone: there is no time zone "Europe/Roma"; did you mean "Europe/Rome"?',
    ),
    "half a zone": ('[bot]\ntime_zone = "Europe"', 'bot.time_zone: there is no time zone "Europe"'),
    "a zone that climbs out": (
        '[bot]\ntime_zone = "../../etc/passwd"',
        'bot.time_zone: there is no time zone "../../etc/passwd"; ',
    ),
    "an empty zone": ('[bot]\ntime_zone = ""', 'bot.time_zone: there is no time zone ""; write'),
    "no locale": (
        '[bot]\nlocale = "english!"',
        'bot.locale: is not the name of a locale; write it like "en"',
    ),
    "an empty name": ('[bot]\nname = " "', "bot.name: is empty; customers see this name: give one"),
    "a public URL without a scheme": (
        '[server]\npublic_url = "bot.example.com"',
        "server.public_url: is not the address of a site; write it like",
    ),
    "a public URL with a wild port": (
        '[server]\npublic_url = "https://a:99999"',
        "server.public_url: is not the address of a site; write it like",
    ),
    "a path for the store": (
        '[state]\nurl = "bot.db"',
        'state.url: is not a URL; write it like "sqlite+aiosqlite:///bot.db"',
    ),
    "a store without its driver": (
        '[state]\nurl = "postgres://h/db"',
        'state.url: "postgres" names no driver; write "postgresql+asyncpg://…"',
    ),
    "a store nobody knows": (
        '[state]\nurl = "mysql+aiomysql://h/db"',
        'state.url: no store understands "mysql+aiomysql"; write one of',
    ),
    "a reserved connector": (
        '[connectors.dash]\nkind = "slack"',
        "connectors.dash: this name is a path of the bot's own; choose another name",
    ),
    "a connector in capitals": (
        '[connectors.Slack]\nkind = "slack"',
        "connectors.Slack: the name becomes a path; use only a-z, 0-9, - and _",
    ),
    "a connector with a slash": (
        '[connectors."a/b"]\nkind = "slack"',
        'connectors."a/b": the name becomes a path; use only',
    ),
    "a connector without a kind": (
        "[connectors.slack]",
        'connectors.slack.kind: is missing; add a line like kind = "slack"',
    ),
    "a connector with a misspelt kind": (
        '[connectors.slack]\nkimd = "slack"',
        'connectors.slack.kind: is missing; did you mean it by "kimd"?',
    ),
    "a kind that is a number": (
        "[connectors.slack]\nkind = 1",
        "connectors.slack.kind: expected text, got a whole number; write it in quotes",
    ),
    "a body limit in words": (
        '[connectors.slack]\nkind = "slack"\nmax_body_bytes = "4 MiB"',
        "connectors.slack.max_body_bytes: expected a whole number, got text",
    ),
    "a body limit of nothing": (
        '[connectors.slack]\nkind = "slack"\nmax_body_bytes = 0',
        "connectors.slack.max_body_bytes: must be at least 1; change it",
    ),
    "broken TOML": ("[bot]\nname = = 3", "bot.toml: line 2, column 8: Invalid value; correct"),
    "a key twice": (
        '[bot]\nname = "a"\nname = "b"\n[server]',
        "bot.toml: line 3, column 11: Cannot overwrite a value; correct the TOML there",
    ),
    "TOML that just ends": ('[bot]\nname = "Tra', "bot.toml: its end: "),
}  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_told_by_key_with_what_to_do(
    tmp_path: Path, text: str, problem: str
) -> None:
    found = problems(tmp_path, text)

    assert len(found) == 1
    assert problem in found[0]
    assert ": " in found[0]
    assert "; " in found[0]


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_no_connector_takes_a_reserved_name(tmp_path: Path, name: str) -> None:
    found = problems(tmp_path, f'[connectors."{name}"]\nkind = "slack"\n')

    assert "this name is a path of the bot's own" in found[0]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        '[bot]\nnam = "x"\nlocale = 3\n[server]\nport = 99999\n[connectors.Web]\n[bto]\n',
    )

    assert {problem.partition(":")[0] for problem in found} == {
        "bto", "bot.nam", "bot.locale", "server.port", "connectors.Web", "connectors.Web.kind",
    }  # fmt: skip


def test_a_value_in_the_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    found = problems(tmp_path, '[server]\nport = "xoxb-very-secret"\nxoxb = "xoxb-other"\n')

    assert not any("very-secret" in problem or "xoxb-other" in problem for problem in found)


def test_a_missing_file_is_told_with_both_ways_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no such file; name it by --config FILE, or"):
        load_settings(tmp_path / "bot.toml")


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Is a directory; make it a readable file"):
        load_settings(tmp_path)


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_bytes(b'[bot]\nname = "Caff\xe8"\n')

    with pytest.raises(ConfigError, match=r"byte 18 is not UTF-8; save it as UTF-8"):
        load_settings(path)
