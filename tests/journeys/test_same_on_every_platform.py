"""Twelve conversations over the real connectors and emulated platforms: the same end on each.

Each is played on one platform, three on each; ``THREADLINE_EVERY_PLATFORM=1`` plays all on all.
"""

import os
import re
from pathlib import Path

import pytest

from bot.testing import bot_for
from bot.testing.scripts import Script, Way
from bot.testing.scripts.plain import parse_script
from bot.testing.scripts.playing import play
from bot.testing.scripts.ways import Kit

HERE = Path(__file__).parent
PLATFORMS = ("slack", "telegram", "whatsapp", "web")
CONVERSATIONS = (
    "booking_corrected_area", "booking_corrected_day", "booking_corrected_guests",
    "booking_corrected_time_by_button", "booking_corrected_twice", "booking_given_up",
    "booking_in_one_sentence", "booking_on_the_terrace", "booking_refused_day",
    "booking_step_by_step", "booking_taken_back", "booking_with_taps",
)  # fmt: skip

EVERYWHERE = [(name, platform) for name in CONVERSATIONS for platform in PLATFORMS]
ONCE = [(name, PLATFORMS[n % len(PLATFORMS)]) for n, name in enumerate(CONVERSATIONS)]
CHOSEN = EVERYWHERE if os.environ.get("THREADLINE_EVERY_PLATFORM") else ONCE  # noqa: TID251 - tests have no settings

pytestmark = pytest.mark.slow


def moved(name: str, platform: str) -> Script:
    """Read a conversation as if all of it had been on another platform."""
    text = (HERE / f"{name}.txt").read_text()
    script = parse_script(re.sub(r" on [a-z]+:", f" on {platform}:", text), name)
    assert isinstance(script, Script)
    return script


@pytest.mark.parametrize(("name", "platform"), CHOSEN)
async def test_a_conversation_goes_and_ends_alike_on_every_platform(
    name: str, platform: str
) -> None:
    script, kit = moved(name, platform), Kit()
    now = script.now or "2026-11-18T10:00+01:00"

    async with bot_for(*script.plugins, kit.plugin(), wire=True, now=now) as bot:
        await play(script, bot, Way.WORDS, kit)

        assert bot.asked_twice == []
