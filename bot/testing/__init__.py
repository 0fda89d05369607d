"""Tools for the tests of extensions: whole conversations, contract suites, fakes.

``bot_for`` opens a bot on a temporary store; persons talk to it over fake platforms, or with
``wire=True`` over emulated ones and the real connectors. The contract suites `BlobContract`,
`ConnectorContract`, `EmulatorContract`, `EngineContract` and `StoreContract` are loaded when they
are asked for: they need the extra ``testing``.
"""

import importlib
from collections.abc import Mapping
from typing import Any

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

_CONTRACTS: Mapping[str, str] = {
    "BlobContract": "bot.testing.contracts.blobs",
    "ConnectorContract": "bot.testing.contracts.connector",
    "EmulatorContract": "bot.testing.contracts.emulator",
    "EngineContract": "bot.testing.contracts.engine",
    "StoreContract": "bot.testing.contracts.store",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class of one of five kinds
    """Load a contract suite: importing the tools alone must not need pytest."""
    module = _CONTRACTS.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(module), name)
