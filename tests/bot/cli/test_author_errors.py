"""What authors did wrong is told by ``threadline check``: file, line, parameter and remedy."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.bot.cli.projects import write_project
from tests.bot.cli.shell import Told, threadline


def checked(folder: Path, **plugins: str) -> Told:
    """Check a project of some plugins."""
    written = {name: dedent(text) for name, text in plugins.items()}
    return threadline(write_project(folder, **written), "check")


def assert_one(told: Told, *words: str) -> None:
    """See that one problem is told, with these words in it, beginning with its place."""
    assert told.code == 2
    assert len(told.problems) == 1, told.err
    assert told.problems[0].startswith(words[0])
    assert [word for word in words if word not in told.problems[0]] == [], told.err


MISTAKES = {
    "unknown type": (
        """
        from bot import command

        @command
        def hi(day: complex) -> str: ...
        """,
        ("plugins/shop.py:4:", "parameter 'day'", "complex", "register a recogniser"),
    ),
    "no type": (
        """
        from bot import command

        @command
        def hi(day) -> str: ...
        """,
        ("plugins/shop.py:4:", "parameter 'day'", "has no type", "write for example day: int"),
    ),
    "annotation that cannot be resolved": (
        """
        from bot import command

        @command
        def hi(day: "Daty") -> str: ...
        """,
        ("plugins/shop.py:4:", "Daty"),
    ),
    "say names an unknown parameter": (
        """
        from bot import command

        @command(say=["hello {nmae}"])
        def hi(name: str) -> str: ...
        """,
        ("plugins/shop.py:4:", "say of hi", "'nmae'", "use name"),
    ),
    "confirm names an unknown parameter": (
        """
        from bot import command

        @command(confirm="Greet {nmae}?")
        def hi(name: str) -> str: ...
        """,
        ("plugins/shop.py:4:", "confirm of hi", "'nmae'", "use name"),
    ),
    "confirm writes what cannot be written": (
        """
        from bot import command

        @command(confirm="Greet {name:%H}?")
        def hi(name: int) -> str: ...
        """,
        ("plugins/shop.py:4:", "confirm of hi", "{name:%H}"),
    ),
    "example labels an unknown parameter": (
        """
        from bot import command

        @command(examples=["greet [Ada](nmae)"])
        def hi(name: str) -> str: ...
        """,
        ("plugins/shop.py:4:", "examples of hi", "'nmae'", "use name"),
    ),
    "example in Rasa's longer form labels an unknown parameter": (
        """
        from bot import command

        @command(examples=['greet [Ada]{"entity": "nmae", "role": "x"}'])
        def hi(name: str) -> str: ...
        """,
        ("plugins/shop.py:4:", "examples of hi", "'nmae'", "use name"),
    ),
    "example with words that have no label": (
        """
        from bot import command

        @command(examples=["greet [Ada]"])
        def hi(name: str) -> str: ...
        """,
        ("plugins/shop.py:4:", "examples of hi", "write [words](parameter)"),
    ),
    "key names an unknown parameter": (
        """
        from bot import Context, action

        @action(key="{ordr}")
        async def pay(ctx: Context, order: str) -> None: ...
        """,
        ("plugins/shop.py:4:", "action pay", "'ordr'", "use order"),
    ),
    "mask names an unknown parameter": (
        """
        from bot import Context, action

        @action(mask=["crad"])
        async def pay(ctx: Context, card: str) -> None: ...
        """,
        ("plugins/shop.py:4:", "action pay", "'crad'", "use card"),
    ),
    "undo takes what it cannot get": (
        """
        from bot import Context, action

        async def take_back(ctx: Context, order: str, result: str) -> None: ...

        @action(undo=take_back)
        async def pay(ctx: Context, order: str) -> None: ...
        """,
        ("plugins/shop.py:6:", "action pay", "undo", "order, result", "take_back(ctx, effect)"),
    ),
    "undo does not take the effect": (
        """
        from bot import Context, action

        async def take_back(ctx: Context) -> None: ...

        @action(undo=take_back)
        async def pay(ctx: Context, order: str) -> None: ...
        """,
        ("plugins/shop.py:6:", "action pay", "undo", "take_back(ctx, effect)"),
    ),
    "probe takes what it cannot get": (
        """
        from bot import Context, action

        async def find(ctx: Context, key: str, amount: int) -> None: ...

        @action(probe=find)
        async def pay(ctx: Context, order: str) -> None: ...
        """,
        ("plugins/shop.py:6:", "action pay", "probe", "key, amount", "find(ctx, effect)"),
    ),
    "action with an annotation that cannot be resolved": (
        """
        from bot import Context, action

        @action
        async def pay(ctx: Context, order: "Ordr") -> None: ...
        """,
        ("plugins/shop.py:4:", "action pay", "Ordr"),
    ),
    "check with a parameter that there is not": (
        """
        from typing import Annotated
        from bot import Arg, Context, command

        def fits(ctx: Context, name: str, aeg: int) -> None: ...

        @command
        def hi(name: Annotated[str, Arg(check=fits)], age: int) -> str: ...
        """,
        ("plugins/shop.py:7:", "'name'", "aeg", "name a parameter of the command"),
    ),
    "bound of another type": (
        """
        from typing import Annotated
        from bot import Arg, command

        @command
        def hi(age: Annotated[int, Arg(ge="a")]) -> str: ...
        """,
        ("plugins/shop.py:5:", "'age'", "bound"),
    ),
    "unknown pattern": (
        """
        from bot import Context, OpenDialog, pattern

        @pattern("corection")
        async def mine(ctx: Context, dialog: OpenDialog) -> None: ...
        """,
        ("plugins/shop.py:4:", '"corection"', 'did you mean "correction"?'),
    ),
    "pattern that is not async": (
        """
        from bot import Context, OpenDialog, pattern

        @pattern("why")
        def mine(ctx: Context, dialog: OpenDialog) -> None: ...
        """,
        ("plugins/shop.py:4:", "pattern why", "async def mine"),
    ),
    "subscriber that wants more than the event": (
        """
        from bot import Context, Happening, on

        @on("linked")
        async def told(ctx: Context, event: Happening, day: int) -> None: ...
        """,
        ("plugins/shop.py:4:", "'day'", "takes ctx and event"),
    ),
    "flow with parameters": (
        """
        from bot import Talk, flow

        @flow("trip")
        async def trip(talk: Talk, day: int) -> None: ...
        """,
        ("plugins/shop.py:4:", "async def trip(talk: Talk)"),
    ),
    "button with an argument that the command has not": (
        """
        from bot import Button, Reply, command

        @command
        def hi(name: str, age: int = 3) -> Reply:
            return Reply("Hi", buttons=[Button("More", command=hi.with_(nmae="Ada"))])
        """,
        ("plugins/shop.py:6:", "hi.with_", "'nmae'", 'did you mean "name"?'),
    ),
    "button with a value that the command cannot take": (
        """
        from bot import Button, Reply, command

        @command
        def hi(name: str, age: int = 3) -> Reply:
            return Reply("Hi", buttons=[Button("More", command=hi.with_(age="many"))])
        """,
        ("plugins/shop.py:6:", "hi.with_", "age='many'", "int"),
    ),
}


@pytest.mark.parametrize(("text", "words"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_told_with_its_place_and_remedy(
    text: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    told = checked(tmp_path, shop=text)

    assert_one(told, *words)


HI = "from bot import command\n@command({})\ndef {}() -> str: return 'Hi'\n"


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        ("'hi'", "'hi'", "/hi"),
        ("'hi'", "'hello', aliases=['hi']", "/hi"),
        ("'hey', aliases=['hi']", "'hello', aliases=['hi']", "/hi"),
        ("'hi', group='say'", "'hello', group='say', aliases=['hi']", "/say hi"),
    ],
)
def test_two_commands_of_one_name_are_told_with_both_places(
    first: str, second: str, taken: str, tmp_path: Path
) -> None:
    told = checked(tmp_path, one=HI.format(first, "one"), two=HI.format(second, "two"))

    assert_one(told, f"{taken}:", "plugins/one.py:2", "plugins/two.py:2", "rename one")


def test_two_authors_of_one_pattern_are_told_with_both_places(tmp_path: Path) -> None:
    text = "from bot import pattern\n@pattern('why')\nasync def mine(ctx, dialog): ...\n"

    told = checked(tmp_path, one=text, two=text)

    assert_one(told, "the pattern why:", "plugins/one.py:2", "plugins/two.py:2", "rename one")


def test_a_sentence_of_two_commands_is_told_with_both_places(tmp_path: Path) -> None:
    told = checked(
        tmp_path,
        one=HI.format("say=['book [a] table [for two]', 'x']", "one"),
        two=HI.format("say=['Book a table!']", "two"),
    )  # fmt: skip

    assert_one(told, "plugins/two.py:2: say of two", "plugins/one.py:2", "“book a table”", "change")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("say=['book a table']", "say=['book a table'], hidden=True"),
        ("say=['book a table'], needs=['telegram']", "say=['book a table'], needs=['slack']"),
        ("say=['book a table']", "say=['book a table now']"),
        ("say=['a table [please]']", "say=['please a table']"),
    ],
)
def test_sentences_that_never_meet_or_differ_by_a_word_are_in_order(
    first: str, second: str, tmp_path: Path
) -> None:
    told = checked(tmp_path, one=HI.format(first, "one"), two=HI.format(second, "two"))

    assert (told.code, told.err) == (0, "")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    told = checked(
        tmp_path,
        one="""
        from bot import Talk, action, command, flow

        @command
        def hi(day: complex) -> str: ...

        @action(undo=lambda ctx: None)
        async def pay(ctx, order: str) -> None: ...

        @flow("trip")
        async def trip(talk: Talk) -> None:
            await talk.ask("day", int)
            await talk.ask("day", int)
        """,
    )

    assert told.code == 2
    assert [line.partition(": ")[0] for line in told.problems] == [
        "plugins/one.py:4", "plugins/one.py:7", "plugins/one.py:13",
    ]  # fmt: skip


def test_a_bot_whose_action_could_not_be_undone_does_not_start(tmp_path: Path) -> None:
    project = write_project(
        tmp_path,
        shop="from bot import action\n@action(undo=lambda ctx: None)\nasync def pay(ctx): ...\n",
    )

    told = threadline(project, "run")

    assert told.code == 2
    assert told.err.startswith("plugins/shop.py:2: the action pay: its undo")


def test_flows_without_mistakes_are_in_order(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "journeys" / "trips.py"

    told = checked(tmp_path, trips=example.read_text())

    assert (told.code, told.err) == (0, "")
