"""Nothing is committed and nobody outside is called where the harness could not kill."""

import re
from pathlib import Path

import pytest

from tests.crash import journey
from tests.crash.campaign import open_theatre
from tests.crash.runs import Plan
from tests.crash.storage import InFiles

ROOT = Path(__file__).parents[2]
DATABASES = "databases.py"
PRESENCE = "presence.py"  # holds advisory locks on a connection of its own; writes nothing
VERB = re.compile(r'(?:write|_change|_finish)\(\s*"([a-z_]+\.[a-z_]+)"')
OPENS = re.compile(r"\.(?:begin|connect)\(\)")
SEND = re.compile(r'crashpoint\("(\w+)\.send\.(?:before|after)"\)')

NOT_ON_THE_WAY = frozenset(
    {
        "inbox.bury", "inbox.fail",  # nothing is unreadable and no turn fails
        "outbox.postpone", "outbox.dead", "outbox.move_on",  # no platform refuses
        "outbox.forgo", "outbox.blocked", "customers.learn",  # nor does anybody shut the bot out
        "outbox.retry", "outbox.drop", "schema.downgrade", "upkeep.switch",  # operators do that
        "timers.fire",  # no command of the journey expires
        "turns.renew", "turns.release", "turns.report",  # commands are quick, and none is stale
        "shelf.remove",  # nobody closes a session
        "misses.label", "misses.reopen", "misses.forget",  # trainers do that
    }
)  # fmt: skip
"""Verbs that the journey does not reach; they pass the same two points as all others."""


def verbs() -> set[str]:
    return {
        verb
        for path in (ROOT / "state/sql").glob("*.py")
        for verb in VERB.findall(path.read_text())
    }


def test_only_one_module_opens_transactions() -> None:
    opening = {
        path.name for path in (ROOT / "state/sql").glob("*.py") if OPENS.search(path.read_text())
    }

    assert opening == {DATABASES, PRESENCE}
    assert "AUTOCOMMIT" in (ROOT / "state/sql" / PRESENCE).read_text()


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_the_journey_passes_every_commit_send_and_effect(tmp_path: Path) -> None:
    async with open_theatre(tmp_path, InFiles(), at_once=1, prepared=False) as theatre:
        scene = await theatre.rehearse("everything", Plan(script=journey.everything))

    commits = verbs() - NOT_ON_THE_WAY
    wanted = {f"{verb}.{side}_commit" for verb in commits for side in ("before", "after")}
    platforms = ("slack", "telegram", "whatsapp")
    calls = [*(f"{one}.send" for one in platforms), "effect.call", "effect.undo"]
    wanted |= {f"{call}.{side}" for call in calls for side in ("before", "after")}
    assert wanted - set(scene.passed) == set()


def test_every_connector_with_a_platform_marks_its_calls() -> None:
    marked = {
        kind
        for path in (ROOT / "connectors").rglob("*.py")
        for kind in SEND.findall(path.read_text())
    }

    with_platform = {path.parent.name for path in (ROOT / "connectors").glob("*/emulator")}
    assert marked >= with_platform
