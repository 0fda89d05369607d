"""Thirty conversations, each conveyed in four ways: the stored values are the same."""

from functools import cache
from pathlib import Path

import pytest

from bot.plugins import load_extensions
from bot.settings import load_settings
from bot.testing.scripts import Project, Script, Way, load_scripts, run_script
from bot.testing.scripts.steps import Expect, ExpectNone, ExpectOpen, Says, Taps

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCRIPTS = load_scripts(sorted(HERE.glob("*.txt")))


@cache
def project() -> Project:
    settings = load_settings(ROOT / "bot.toml")
    return Project(settings, load_extensions(settings))


def spoken(script: Script) -> list[Says | Taps]:
    return [step for step in script.steps if isinstance(step, Says | Taps)]


def channels(script: Script) -> set[tuple[str | None, str | None]]:
    return {(s.where.person, s.where.channel) for s in spoken(script) if s.where.channel}


@pytest.mark.slow
@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: Path(one.source).stem)
async def test_a_conversation_ends_with_the_same_values_in_every_way(
    script: Script, way: Way
) -> None:
    bot = await run_script(script, project(), way=way)

    assert bot.asked_twice == []


def test_thirty_conversations_declare_what_is_stored_at_their_end() -> None:
    declaring = [
        script
        for script in SCRIPTS
        if any(isinstance(step, Expect | ExpectNone | ExpectOpen) for step in script.steps)
    ]

    assert len(declaring) == len(SCRIPTS) >= 30


def test_ten_or_more_of_them_correct_an_answer() -> None:
    """A correction gives an argument that was given before."""
    correcting = [
        script
        for script in SCRIPTS
        if len(names := [n for s in spoken(script) if s.means for n in s.means.arguments])
        > len(set(names))
    ]

    assert len(correcting) >= 10


def test_five_or_more_of_them_use_two_channels() -> None:
    changing = [
        script
        for script in SCRIPTS
        if any(
            sum(one == person for one, _ in channels(script)) > 1 for person, _ in channels(script)
        )
    ]

    assert len(changing) >= 5
