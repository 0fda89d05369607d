"""The parts of a desk that a test leaves alone: using one fails the test."""

from collections.abc import Mapping
from typing import Any, NoReturn

from bot import Context, Customer, File, Reply


class ClosedDesk:
    """To be inherited by desks that can do more."""

    __slots__ = ()

    def emit(self, event: str, data: Mapping[str, Any]) -> NoReturn:
        raise AssertionError(f"nothing was to be told of {event}")

    async def notify(self, customer: Customer, reply: Reply, *, purpose: str, key: str) -> NoReturn:
        raise AssertionError(f"nobody was to be told for {purpose}")

    def saga(self, name: str, context: Context) -> NoReturn:
        raise AssertionError(f"no saga {name} was to be opened")

    async def progress(self, text: str, context: Context) -> NoReturn:
        raise AssertionError(f"nothing was to be shown: {text}")

    async def fetch(self, file: File) -> NoReturn:
        raise AssertionError(f"no file was to be read: {file.name}")
