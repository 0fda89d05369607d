"""A plugin's own catalogue: found beside it, told to customers, looked at by `check`."""

from pathlib import Path

from bot.plugins import load_extensions
from bot.plugins.checks import find_problems
from bot.settings import load_settings
from bot.testing import bot_for

PLUGIN = '''"""Pizza."""

from typing import Annotated, Literal

from bot import Arg, Context, Reply, UserError, command


def not_many(ctx: Context, count: int) -> str | None:
    return "That is too many." if count > 9 else None


@command("pizza", confirm="Bake {count} {size} pizzas?")
async def pizza(
    ctx: Context,
    count: Annotated[int, Arg("How many pizzas?", check=not_many)],
    size: Literal["small", "large"],
) -> Reply:
    """Order pizza."""
    if size == "small":
        raise UserError("Small ones are out.")
    return Reply(ctx.ngettext("{n} pizza is baked.", "{n} pizzas are baked.", count))
'''
CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "How many pizzas?"
msgstr "Wie viele Pizzen?"

msgid "That is too many."
msgstr "Das sind zu viele."

msgid "small"
msgstr "klein"

msgid "large"
msgstr "groß"

msgid "size"
msgstr "Größe"

msgid "Bake {count} {size} pizzas?"
msgstr "{count} Pizzen backen ({size})?"

msgid "Small ones are out."
msgstr "Kleine sind aus."

msgid "{n} pizza is baked."
msgid_plural "{n} pizzas are baked."
msgstr[0] "{n} Pizza ist gebacken."
msgstr[1] "{n} Pizzen sind gebacken."
"""


def written(folder: Path, catalogue: str = CATALOGUE) -> Path:
    """Write a project with one plugin and its catalogue."""
    file = folder / "plugins" / "locale" / "de" / "LC_MESSAGES" / "plugins.po"
    file.parent.mkdir(parents=True)
    file.write_text(catalogue, "utf-8")
    (folder / "plugins" / "pizza.py").write_text(PLUGIN, "utf-8")
    (folder / "bot.toml").write_text('[bot]\nname = "Pizza"\n[plugins]\nenabled = []\n', "utf-8")
    return folder


async def test_questions_checks_choices_and_replies_are_told_in_the_customers_language(
    tmp_path: Path,
) -> None:
    folder = written(tmp_path) / "plugins"
    async with bot_for(plugins_folder=folder, locale="de") as bot:
        ann = bot.person("ann", slack="U1")

        await ann.slack.says("/pizza 12")
        ann.slack.sees("Das sind zu viele. Wie viele Pizzen?")
        await ann.slack.says("2")
        ann.slack.sees("Größe: klein oder groß?", buttons=["klein", "groß"])
        await ann.slack.says("gross")
        ann.slack.sees("2 Pizzen backen (groß)?", buttons=["Ja", "Nein"])
        await ann.slack.taps("Ja")
        ann.slack.sees("2 Pizzen sind gebacken.")
        await ann.slack.says("/pizza 1 klein")
        await ann.slack.says("ja")
        ann.slack.sees("Kleine sind aus.")


def test_check_tells_of_values_that_a_translation_lost(tmp_path: Path) -> None:
    slip = CATALOGUE.replace("{count} Pizzen backen", "Pizzen backen")
    extensions = load_extensions(load_settings(written(tmp_path, slip) / "bot.toml"))

    (problem,) = find_problems(extensions)

    assert problem.startswith(
        "plugins: locale/de/LC_MESSAGES/plugins.po: 'Pizzen backen ({size})?'"
    )
    assert problem.endswith("write just {count}, {size}")


def test_check_tells_of_a_catalogue_that_cannot_be_read(tmp_path: Path) -> None:
    folder = written(tmp_path)
    file = folder / "plugins" / "locale" / "de" / "LC_MESSAGES" / "plugins.po"
    file.write_text(CATALOGUE, "latin-1")
    extensions = load_extensions(load_settings(folder / "bot.toml"))

    (problem,) = find_problems(extensions)

    assert "cannot be read" in problem


def test_a_whole_catalogue_is_no_problem(tmp_path: Path) -> None:
    extensions = load_extensions(load_settings(written(tmp_path) / "bot.toml"))

    assert find_problems(extensions) == []
