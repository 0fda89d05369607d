"""A Telegram connector opened from a table of plain strings, as contract tests want it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot import Connector, Secret
from connectors.telegram import TelegramSettings, connect


@asynccontextmanager
async def connect_plainly(name: str, table: Mapping[str, str]) -> AsyncIterator[Connector]:
    settings = TelegramSettings(
        token=Secret(table["token"]),
        webhook_secret=Secret(table["webhook_secret"]),
        api_url=table["api_url"],
    )
    async with connect(name, settings) as connector:
        yield connector
