"""Tools for the tests of extensions: whole conversations, contract suites, fakes.

``bot_for`` opens a bot on a temporary store; persons talk to it over fake platforms, or with
``wire=True`` over emulated ones and the real connectors. The contract suites are in
`bot.testing.contracts`; they need the extra ``testing``.
"""

from bot.testing.chaos import Chaos, Dice
from bot.testing.fakes import FakeClock, FakeConnector
from bot.testing.harness import Harness, bot_for
from bot.testing.persons import Channel, Person

__all__ = [
    "Channel",
    "Chaos",
    "Dice",
    "FakeClock",
    "FakeConnector",
    "Harness",
    "Person",
    "bot_for",
]
