"""Puts the files of an imported project together."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

from bot.cli import stencils
from bot.cli.importing.planning import planned
from bot.cli.importing.plans import Plan, Planned
from bot.cli.importing.reporting import report
from bot.cli.importing.responses import plain_variant
from bot.cli.importing.sentences import sentences
from bot.cli.importing.sources import Source, read_source
from bot.cli.importing.writing import sample_text, written
from bot.errors import ConfigError

LANGUAGES = """
[nlu]
engines = ["rules", "classifier"]        # or "rasa", which goes on with the server that you have
data = ["sentences"]
"""
README = Template("""\
# $name

A bot on Threadline, imported from a Rasa project. What did not carry over is in `MIGRATION.md`.

    threadline check       # what is wrong in bot.toml or the plugins, and what to do
    threadline sandbox     # http://127.0.0.1:8080/ with emulated platforms; no account needed
    threadline chat        # in the terminal
    threadline test        # plays the conversations in tests/
    threadline test rasa   # plays Rasa's own test stories, if there were any

- `plugins/answers.py`: Rasa's responses, a command each
- `plugins/forms.py`: Rasa's forms, a command each; what they lead to is yours to write
- `sentences/nlu.yml`: what the engines learn from
""")
_BUTTONS = re.compile(r"\[[^\[\]]*\]\s*$")


def import_project(name: str, folder: Path) -> Mapping[str, str]:
    """Write a project from a Rasa project; files by their path.

    Raises:
        ConfigError: the folder holds no Rasa project, or files that cannot be read.
    """
    source = read_source(folder)
    plan = planned(source)
    if not plan.commands:
        raise ConfigError(
            f"--from-rasa: {folder} has no response that a rule, a story or a retrieval intent "
            "leads to, and no form; there is nothing to make commands of"
        )
    said = sentences(source, plan)
    settings = stencils.SETTINGS.substitute(name=name)
    language = source.language.lower()[:2] if source.language[:2].isalpha() else "en"
    return {
        ".gitignore": stencils.IGNORED,
        "README.md": README.substitute(name=name),
        "MIGRATION.md": report(source, plan),
        "bot.toml": settings.replace('locale = "en"', f'locale = "{language}"') + LANGUAGES,
        "sentences/nlu.yml": said,
        **written(plan),
        **{f"tests/{one.function}.txt": _script(one) for one in plan.commands.values()},
        **_stories(source),
    }


def _script(one: Planned) -> str:
    """Write a conversation: typed, so that it tells nothing about sentences."""
    lines = [f"title: {one.title}", "", f"ada on web: /{one.typed}"]
    for each in one.parameters:
        if not each.default:
            lines += [*_bot(each.ask), f"ada: {each.sample} => {each.name}={_quoted(each.sample)}"]
    for text in sample_text(one.said, one):
        lines += _bot(text)
    return "\n".join([*lines, "expect no dialog", ""])


def _bot(text: str) -> Iterator[str]:
    flat = " ".join(text.split())
    if flat and " => " not in flat and not _BUTTONS.search(flat):
        yield f"bot: {flat}"


def _quoted(sample: str) -> str:
    return f'"{sample}"' if " " in sample else sample


def _stories(source: Source) -> Mapping[str, str]:
    """Take Rasa's test stories along, with the texts that their actions stand for."""
    if not source.stories:
        return {}
    files = {
        f"rasa/{path.name}": path.read_text(encoding="utf-8", errors="replace")
        for path in source.stories
    }
    listed = ["responses:"]
    for name in source.responses:
        chosen = plain_variant(source, Plan(), name)
        if chosen is not None:
            text = chosen.fields.words("text").strip().splitlines()
            listed += [f"  {name}:", "  - text: |", *(f"      {line}" for line in text)]
    return {**files, "rasa/domain.yml": "\n".join([*listed, ""])}
