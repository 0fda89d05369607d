"""``threadline check`` and what every subcommand says of a bot.toml it cannot use."""

from pathlib import Path

import pytest

from tests.bot.cli.projects import HELLO, write_project
from tests.bot.cli.shell import process, threadline

TELEGRAM = """
[connectors.tg]
kind = "telegram"
token = "env:TEST_TELEGRAM_TOKEN"
webhook_secret = "env:TEST_WEBHOOK_SECRET"
"""


def test_a_bot_in_order_is_said_to_be(tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path, hello=HELLO), "check")

    assert (told.code, told.err) == (0, "")
    assert "everything is in order" in told.out
    assert not (tmp_path / "bot.db").exists()


def test_each_problem_has_its_key_and_remedy_on_a_line(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text(
        '[bot]\ntime_zone = "Europe/Rom"\n[server]\nport = "8080"\nhots = "x"\n'
        '[connectors.metrics]\nkind = "webchat"\n[connectors.slack]\nkind = "slak"\n'
        '[state]\nurl = "sqlite:///bot.db"\n[nlu]\nengines = ["rulez"]\n'
    )

    told = threadline(tmp_path, "check")

    assert (told.code, told.out) == (2, "")
    for key, remedy in (
        ("server.hots", 'did you mean "host"?'),
        ("bot.time_zone", 'did you mean "Europe/Rome"?'),
        ("server.port", ";"),
        ("connectors.metrics", "choose another name"),
        ("state.url", "sqlite+aiosqlite://"),
    ):
        assert any(one.startswith(f"{key}: ") and remedy in one for one in told.problems), key


def test_what_connectors_would_refuse_is_told_before_they_are_opened(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text(
        '[connectors.slack]\nkind = "slack"\nbot_token = "env:WORD"\napp_token = "env:BOT"\n'
        '[connectors.tg]\nkind = "telegram"\ntoken = "env:WORD"\nmax_connections = 1000\n'
        '[connectors.wa]\nkind = "whatsapp"\nphone_number_id = "1"\naccess_token = "env:WORD"\n'
        'app_secret = "env:WORD"\nverify_token = "env:WORD"\napi_url = "graph"\n'
        '[connectors.mail]\nkind = "email"\naddress = "bot"\nsecret = "env:WORD"\nsmtp = "here"\n'
        '[connectors.web]\nkind = "webchat"\nallowed_origins = ["self", "https://a.example/chat"]\n'
    )

    told = threadline(tmp_path, "check", environment={"WORD": "secretly", "BOT": "xoxb-secretly"})

    assert told.code == 2
    for key, remedy in (
        ("slack.app_token", "begins with xapp-"),
        ("tg.token", "@BotFather"),
        ("tg.max_connections", "leave it out"),
        ("wa.api_url", "leave it out"),
        ("mail.address", "write it as"),
        ("mail.secret", "make up a longer one"),
        ("mail.smtp", "write it as"),
        ("web.allowed_origins", "without a path"),
    ):
        full = f"connectors.{key}: "
        assert any(one.startswith(full) and remedy in one for one in told.problems), key
    assert "secretly" not in told.err


def test_what_is_not_installed_is_named_with_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text(
        '[plugins]\nenabled = ["halp"]\n[connectors.slack]\nkind = "slak"\n'
        '[nlu]\nengines = ["rulez"]\n'
    )

    told = threadline(tmp_path, "check")

    assert told.code == 2
    for name, meant in (("halp", "help"), ("slak", "slack"), ("rulez", "rules")):
        assert any(name in one and meant in one for one in told.problems), name


@pytest.mark.parametrize("subcommand", ["check", "run"])
def test_a_missing_variable_names_its_connector(subcommand: str, tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path, TELEGRAM), subcommand)

    assert told.code == 2
    for key, name in (("token", "TEST_TELEGRAM_TOKEN"), ("webhook_secret", "TEST_WEBHOOK_SECRET")):
        assert any(
            one.startswith(f"connectors.tg.{key}: ") and name in one for one in told.problems
        )
    assert "Traceback" not in told.err


def test_variables_that_are_set_are_taken(tmp_path: Path) -> None:
    given = {"TEST_TELEGRAM_TOKEN": "42:abc", "TEST_WEBHOOK_SECRET": "s"}

    told = threadline(write_project(tmp_path, TELEGRAM), "check", environment=given)

    assert told.code == 0


@pytest.mark.parametrize("subcommand", [("commands",), ("parse", "hi")])
def test_who_opens_no_platform_needs_no_secret(subcommand: tuple[str, ...], tmp_path: Path) -> None:
    assert threadline(write_project(tmp_path, TELEGRAM), *subcommand).code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def broken(:\n", "broken.py"),
        ("import surely_not_installed\n", "surely_not_installed"),
        ("from bot import command\n@command\ndef hi(x: object) -> str: ...\n", "x"),
        ("raise SystemExit(0)\n", "broken.py"),
    ],
    ids=["syntax", "import", "annotation", "exit"],
)
def test_a_plugin_that_cannot_be_used_names_its_file(text: str, said: str, tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path, broken=text), "check")

    assert told.code == 2
    assert said in told.err
    assert "broken.py" in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("subcommand", ["check", "run", "sandbox", "chat", "commands", "show"])
def test_a_missing_file_has_a_remedy_everywhere(subcommand: str, tmp_path: Path) -> None:
    told = threadline(tmp_path, subcommand)

    assert told.code == 2
    assert len(told.problems) == 1
    assert "bot.toml: there is no such file; name it by --config FILE" in told.err


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text('[bot]\nname = "x\n')

    told = threadline(tmp_path, "check")

    assert told.code == 2
    assert "line 2" in told.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("parse",),
        ("run", "--port", "x"),
        ("check", "--nope"),
        ("run", "--log-level", "x"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_line_and_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path), *arguments)

    assert told.code == 2
    assert len(told.problems) == 1


@pytest.mark.parametrize(
    "subcommand",
    ["", "run", "sandbox", "check", "chat", "new", "commands", "parse", "show", "outbox", "db"],
)
def test_every_subcommand_explains_itself(subcommand: str, tmp_path: Path) -> None:
    told = threadline(tmp_path, *filter(None, [subcommand, "--help"]))

    assert (told.code, told.err) == (0, "")
    assert f"Usage: threadline {subcommand}".strip() in told.out


def test_debug_shows_where_an_error_arose(tmp_path: Path) -> None:
    told = process(tmp_path, "check", "--debug")

    assert told.code == 1
    assert "Traceback" in told.err


def test_the_exit_code_of_a_process_is_that_of_the_subcommand(tmp_path: Path) -> None:
    told = process(tmp_path, "check")

    assert (told.code, told.out, len(told.problems)) == (2, "", 1)
    assert process(write_project(tmp_path), "check").code == 0


def test_sentences_that_cannot_be_read_are_told_with_their_line(tmp_path: Path) -> None:
    write_project(tmp_path, '[nlu]\ndata = ["nlu.yml", "absent.yml"]\n', hello=HELLO)
    (tmp_path / "nlu.yml").write_text("nlu:\n- intnet: hello\n")

    told = threadline(tmp_path, "check")

    unknown, absent = told.problems
    assert told.code == 2
    assert "absent.yml: there is no such file of sentences; correct the path" in absent + unknown
    assert "nlu.yml:2: is none of intent, synonym, regex, lookup; " in absent + unknown
