"""Extensions: installed ones, the user's folder, and what may be wrong with them."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from bot.errors import PluginError
from bot.plugins import Extensions, forget_project, load_extensions, load_project
from bot.settings import load_settings

HELLO = """\
from bot import command
@command
def hello() -> str: return "Hello."
"""


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    before = set(sys.modules)
    yield
    forget_project()
    for name in set(sys.modules) - before:
        if name.startswith("shop_"):
            del sys.modules[name]


def write(folder: Path, **files: str) -> Path:
    """Write modules; SLASH in a name is one."""
    for name, text in files.items():
        path = folder / f"{name.replace('SLASH', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return folder


def install(site: Path, name: str, entry_points: str, **files: str) -> None:
    """Install a distribution by hand: its modules and what it says of itself."""
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nProvides-Extra: parrot\n"
    )
    (info / "entry_points.txt").write_text(dedent(entry_points))
    write(site, **files)


def offered(site: Path) -> list[EntryPoint]:
    return [entry for found in distributions(path=[str(site)]) for entry in found.entry_points]


class Bot:
    """A project folder with a bot.toml, and a site of installed distributions."""

    def __init__(self, root: Path) -> None:
        self.root, self.site, self.plugins = root, root / "site", root / "plugins"
        self.site.mkdir()
        install(
            self.site,
            "shop",
            """
            [threadline.commands]
            menu = shop_menu
            [threadline.engines]
            classifier = shop_engine:open_engine
            rules = shop_engine:open_engine
            [threadline.connectors]
            parrot = shop_parrot:connect
            slack = shop_parrot:connect
            """,
            shop_menu='from bot import command\n@command\ndef menu() -> str: return "Pizza."\n',
            shop_engine="def open_engine(name, settings, vocabulary): ...\n",
            shop_parrot="import a_parrot_nobody_has\n",
        )

    def load(self, toml: str = "") -> Extensions:
        (self.root / "bot.toml").write_text(toml)
        return load_extensions(load_settings(self.root / "bot.toml"), installed=offered(self.site))

    def problems(self, toml: str = "") -> tuple[str, ...]:
        with pytest.raises(PluginError) as caught:
            self.load(toml)
        return caught.value.problems


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bot:
    made = Bot(tmp_path)
    monkeypatch.syspath_prepend(str(made.site))
    return made


def names(extensions: Extensions) -> list[str]:
    return sorted(loaded.command.name for loaded in extensions.commands)


def call(extensions: Extensions, name: str) -> Any:
    return next(each.command() for each in extensions.commands if each.command.name == name)


def test_a_hello_command_of_three_lines_is_loaded(bot: Bot) -> None:
    write(bot.plugins, hello=HELLO)

    loaded = bot.load("[plugins]\nenabled = []\n").commands

    assert [(each.command.name, each.source) for each in loaded] == [
        ("hello", "plugins/hello.py:2")
    ]
    assert loaded[0].command() == "Hello."


def test_all_installed_commands_are_loaded_unless_some_are_named(bot: Bot) -> None:
    extensions = bot.load()

    assert [(each.command.name, each.source) for each in extensions.commands] == [
        ("menu", "shop_menu")
    ]
    assert extensions.commands[0].origin == "site/shop_menu.py:2"
    assert names(bot.load("[plugins]\nenabled = []\n")) == []


def test_modules_of_the_folder_import_each_other_relatively(bot: Bot) -> None:
    write(
        bot.plugins,
        _prices="PRICE = 7\n",
        order="""
            from bot import command
            from ._prices import PRICE
            from .drinks.tea import TEA
            @command
            def order() -> str: return f"{PRICE} {TEA}"
        """,
        drinksSLASH__init__="from .tea import tea\n",
        drinksSLASHtea="""
            from bot import command
            TEA = "tea"
            @command
            def tea() -> str: return TEA
        """,
    )

    extensions = bot.load("[plugins]\nenabled = []\n")

    assert names(extensions) == ["order", "tea"]
    assert call(extensions, "order") == "7 tea"
    assert str(bot.plugins) not in sys.path


def test_a_folder_called_commands_leaves_our_package_alone(bot: Bot) -> None:
    import commands  # noqa: PLC0415 - ours, before the other is loaded

    write(bot.root / "commands", hello=HELLO, _secret="")

    extensions = bot.load('[plugins]\nfolder = "commands"\nenabled = []\n')

    assert names(extensions) == ["hello"]
    assert extensions.commands[0].source == "commands/hello.py:2"
    assert sys.modules["commands"] is commands
    assert str(bot.root / "commands") not in sys.path


def test_a_plugin_folder_may_hold_a_folder_called_commands(bot: Bot) -> None:
    write(bot.plugins, commandsSLASH__init__=HELLO)

    assert names(bot.load("[plugins]\nenabled = []\n")) == ["hello"]
    assert sys.modules["bot_project.commands"] is not sys.modules.get("commands")


def test_the_folder_may_be_a_package_itself(bot: Bot) -> None:
    write(bot.plugins, __init__="from .hello import hello\n", hello=HELLO)

    assert names(bot.load("[plugins]\nenabled = []\n")) == ["hello"]


def test_what_a_module_only_imports_is_not_its_own(bot: Bot) -> None:
    write(bot.plugins, hello=HELLO, other="from .hello import hello\nalias = hello\n")

    assert names(bot.load("[plugins]\nenabled = []\n")) == ["hello"]


def test_the_folder_can_be_loaded_anew(bot: Bot) -> None:
    write(bot.plugins, hello=HELLO)
    bot.load("[plugins]\nenabled = []\n")
    (bot.plugins / "hello.py").unlink()
    write(bot.plugins, bye=HELLO.replace("hello", "bye"))

    assert names(bot.load("[plugins]\nenabled = []\n")) == ["bye"]
    assert "bot_project.hello" not in sys.modules


def test_a_forgotten_folder_leaves_no_module(tmp_path: Path) -> None:
    modules = load_project(write(tmp_path, hello=HELLO))

    forget_project()

    assert [module.__name__ for module in modules] == ["bot_project.hello"]
    assert not [name for name in sys.modules if name.startswith("bot_project")]


def test_services_are_found_like_commands(bot: Bot) -> None:
    write(
        bot.plugins,
        stock="""
            from collections.abc import AsyncIterator
            from bot import provide
            @provide
            async def stock() -> AsyncIterator[int]:
                yield 3
        """,
    )

    extensions = bot.load("[services.stock]\nx = 1\n")

    assert [(each.provider.name, each.source) for each in extensions.providers] == [
        ("stock", "plugins/stock.py:4")
    ]


def test_connectors_are_imported_only_when_asked_for(bot: Bot) -> None:
    extensions = bot.load('[connectors.polly]\nkind = "parrot"\n')

    with pytest.raises(PluginError) as caught:
        extensions.connectors["parrot"].load()

    assert caught.value.problems == (
        (
            'threadline.connectors: "parrot" of shop cannot be used: '
            f"{bot.site}/shop_parrot.py:1: ModuleNotFoundError: "
            "No module named 'a_parrot_nobody_has'; "
            "pip install 'shop[parrot]'"
        ),
    )
    with pytest.raises(PluginError, match="repair or uninstall shop"):
        extensions.connectors["slack"].load()


def test_an_engine_is_loaded_by_its_name(bot: Bot) -> None:
    assert bot.load().engines["rules"].load().__name__ == "open_engine"


def test_recognisers_are_made_at_once(bot: Bot) -> None:
    install(
        bot.site,
        "words",
        "[threadline.recognisers]\nwords = shop_words:recognisers\n",
        shop_words="""
            class Colour:
                kind, type, rank = "colour", str, 5
                def find(self, text, hints): return []
                def show(self, value, hints): return value
            def recognisers(): return [Colour()]
        """,
    )

    assert [each.kind for each in bot.load().recognisers] == ["colour"]


def test_a_recogniser_that_is_none_is_told(bot: Bot) -> None:
    install(
        bot.site,
        "words",
        "[threadline.recognisers]\nwords = shop_words:recognisers\n",
        shop_words="recognisers = [3]\n",
    )

    assert bot.problems()[0].startswith(
        "threadline.recognisers: shop_words:recognisers of words gives a int without kind, type, "
    )


def test_two_distributions_of_one_name_are_both_told(bot: Bot) -> None:
    install(bot.site, "other", "[threadline.engines]\nrules = shop_engine:open_engine\n")

    (problem,) = bot.problems()

    assert problem.startswith('threadline.engines: "rules" is offered by ')
    assert "shop" in problem
    assert "other" in problem
    assert problem.endswith("uninstall one of them")


def test_two_commands_of_one_name_are_both_told(bot: Bot) -> None:
    write(bot.plugins, menu=HELLO.replace("@command", '@command(aliases=["Menu"])'))

    assert bot.problems() == (
        (
            "/Menu: comes from shop_menu and from plugins/menu.py:2; rename one, or leave one out: "
            "a plugin in plugins.enabled, a file in the folder"
        ),
    )


def test_two_commands_of_one_name_in_one_file_are_told_by_line(bot: Bot) -> None:
    write(bot.plugins, a=HELLO + '@command("hello")\ndef other() -> str: return ""\n')

    assert bot.problems()[0].startswith(
        "/hello: comes from plugins/a.py:2 and from plugins/a.py:4;"
    )


@pytest.mark.parametrize("name", ["cancel", "back", "human", "repeat", "Cancel"])
def test_no_plugin_takes_a_name_of_the_core(bot: Bot, name: str) -> None:
    write(bot.plugins, a=HELLO.replace("@command", f'@command("{name}")'))

    assert bot.problems() == (f"plugins/a.py:2: /{name} is the bot's own; choose another name",)


@pytest.mark.parametrize("name", ["help", "start", "link", "unlink", "prefer"])
def test_a_plugin_may_give_the_other_built_ins_their_texts(bot: Bot, name: str) -> None:
    write(bot.plugins, a=HELLO.replace("@command", f'@command("{name}")'))

    assert name in names(bot.load())


@pytest.mark.parametrize("name", ["", "two words", "/book", "x" * 33, "-x"])
def test_a_command_needs_a_name_that_can_be_typed(bot: Bot, name: str) -> None:
    write(bot.plugins, a=HELLO.replace("@command", f'@command("{name}")'))

    assert "is no name for a command; use up to 32 letters" in bot.problems()[0]


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (
            '[plugins]\nenabled = ["menus"]',
            'plugins.enabled: there is no plugin "menus"; did you mean "menu"?',
        ),
        (
            '[plugins]\nenabled = ["xyz"]',
            'plugins.enabled: there is no plugin "xyz"; installed are: menu',
        ),
        (
            '[connectors.a]\nkind = "slak"',
            'connectors.a.kind: there is no connector "slak"; did you mean "slack"?',
        ),
        (
            '[connectors.a]\nkind = "irc"',
            'connectors.a.kind: there is no connector "irc"; installed are: parrot, slack',
        ),
        ('[nlu]\nengines = ["rule"]', 'nlu.engines: there is no engine "rule"; did you mean'),
        ("[nlu.rulse]\nx = 1", 'nlu.rulse: there is no engine "rulse"; did you mean "rules"?'),
        (
            "[services.tables]\nx = 1",
            'services.tables: no plugin provides a service "tables"; remove the table',
        ),
        ('[plugins]\nfolder = "mine"', "mine is no folder; make it, or correct the line"),
    ],
)
def test_what_nobody_offers_is_told(bot: Bot, toml: str, problem: str) -> None:
    (found,) = bot.problems(toml)

    assert problem in found


def test_a_service_may_wait_for_a_plugin_that_is_not_enabled(bot: Bot) -> None:
    toml = "[plugins]\nenabled = []\n[services.tables]\nx = 1\n"

    assert bot.load(toml).providers == ()


def test_the_table_of_an_engine_may_wait_for_it(bot: Bot) -> None:
    assert bot.load("[nlu.llm]\nmodel = 'm'\n").commands


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = 1\nimport nowhere_at_all\n", "plugins/a.py:2: ModuleNotFoundError: No module named"),
        ("\n\ndef f(:\n", "plugins/a.py:3: SyntaxError: "),
        (
            "def f():\n    raise ValueError('a\\nb')\nf()\n",
            "plugins/a.py:2: ValueError: a b; correct",
        ),
        ("raise SystemExit(3)\n", "plugins/a.py:1: SystemExit: 3; correct it, or take the file"),
        ("from ._b import x\n", "plugins/_b.py:1: ZeroDivisionError: division by zero"),
    ],
)
def test_a_broken_module_is_told_by_file_and_line(bot: Bot, text: str, problem: str) -> None:
    write(bot.plugins, _b="1 / 0\n")
    (bot.plugins / "a.py").write_text(text)

    (found,) = bot.problems()

    assert problem in found
    assert "\n" not in found


def test_a_broken_package_of_the_folder_is_told(bot: Bot) -> None:
    write(bot.plugins, __init__="1 / 0\n", hello=HELLO)

    assert bot.problems()[0].startswith("plugins/__init__.py:1: ZeroDivisionError")
    assert "bot_project" not in sys.modules


def test_every_broken_module_is_told_at_once(bot: Bot) -> None:
    write(bot.plugins, a="1 / 0\n", b="1 / 0\n", hello=HELLO)

    assert [found.partition(":")[0] for found in bot.problems("[nlu]\nengines = ['x']")] == [
        "plugins/a.py", "plugins/b.py", "nlu.engines",
    ]  # fmt: skip


def test_an_installed_plugin_whose_module_is_gone_is_told(bot: Bot) -> None:
    install(bot.site, "ghost", "[threadline.commands]\nghost = shop_ghost\n")

    assert bot.problems() == (
        (
            'threadline.commands: "ghost" of ghost cannot be used: '
            "ModuleNotFoundError: No module named 'shop_ghost'; repair or uninstall ghost"
        ),
    )


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("foodSLASHpizza", "plugins/food: holds Python files but no __init__.py; add one"),
        ("a.b", "plugins/a.b.py: the name of a module holds no dot; rename it"),
        ("twiceSLASH__init__", "plugins/twice.py: a folder of this name hides the file; rename"),
    ],
)
def test_nothing_in_the_folder_is_passed_over_in_silence(bot: Bot, file: str, problem: str) -> None:
    write(bot.plugins, twice="", **{file: ""})

    assert problem in bot.problems()[0]


def test_recognisers_are_loaded_as_named_and_those_of_extras_only_if_named(bot: Bot) -> None:
    reader = """
        class Colour:
            kind, type, rank = "colour", str, 5
            def find(self, text, hints): return []
            def show(self, value, hints): return value
        def recognisers(): return [Colour()]
        def broken(): import a_parrot_nobody_has
    """
    entries = (
        "[threadline.recognisers]\nwords = shop_words:recognisers\nparrot = shop_words:broken\n"
    )
    install(bot.site, "words", entries, shop_words=reader)

    assert [each.kind for each in bot.load().recognisers] == ["colour"]
    assert bot.load("[nlu]\nrecognisers = []\n").recognisers == ()
    (problem,) = bot.problems('[nlu]\nrecognisers = ["words", "parrot"]\n')
    assert problem.endswith("pip install 'words[parrot]'")
    (problem,) = bot.problems('[nlu]\nrecognisers = ["word"]\n')
    assert problem == 'nlu.recognisers: there is no "word"; did you mean "words"?'
